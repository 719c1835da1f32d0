/**
 * Asking supporters whose mandate lies at an account we are leaving to go on elsewhere: one letter each, with the page of
 * their next gift, and nothing after that but what any unpaid gift gets. While the account drains their gifts go on
 * meanwhile; once it is dropped the letter of the unpaid gift itself follows on its day. Who has left no address reads the
 * same under their number.
 */
import { sql } from 'kysely';
import { Instant } from '../../calendar/index.ts';
import { enqueueLetter } from '../../letters/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import type { Worker } from '../worker.ts';

const BATCH = 200;

interface Waiting {
  readonly pledgeId: string;
  readonly giftId: string;
  /** The act by which its account was left: who comes back and leaves again is asked again. */
  readonly act: string;
}

/** Between two looks that found nobody to ask: all who hang on an account that we leave are gone through. */
const PAUSE_MINUTES = 10;

export function createMoveWorker(context: GivingContext): Worker {
  let idleUntil: Instant | null = null;
  return {
    name: 'ask-to-move',
    async runOnce() {
      const now = context.clock.now();
      if (idleUntil !== null && Instant.compare(now, idleUntil) < 0) return 0;
      const asked = await askSome(context, now);
      assert(asked >= 0 && asked <= BATCH, 'a batch is bounded');
      idleUntil = asked === 0 ? now.add({ minutes: PAUSE_MINUTES }) : null;
      return asked;
    },
  };
}

async function askSome(context: GivingContext, now: Instant): Promise<number> {
  return await context.db.transaction().execute(async (tx) => {
    const { rows } = await sql<Waiting>`
      select pledge.id as "pledgeId", gift.id as "giftId", act.id as act
      from processor_account account
      join lateral (
        select id from account_act
        where processor_account_id = account.id and kind in ('drain', 'drop')
        order by at desc, id desc limit 1
      ) act on true
      join mandate on mandate.processor_account_id = account.id and mandate.state <> 'dead'
      join pledge on pledge.mandate_id = mandate.id and pledge.state in ('active', 'past_due', 'paused')
      join gift on gift.pledge_id = pledge.id and gift.state in ('due', 'collecting') and gift.period_n >= 1
      where account.status in ('draining', 'dropped') and pledge.supporter_id is not null
        and not exists (
          select from outbox where dedupe_key = 'notice:move:' || act.id || ':' || pledge.id
        )
      order by pledge.id, gift.id
      limit ${BATCH}
    `.execute(tx);
    assert(rows.length <= BATCH, 'a batch is bounded');
    for (const { pledgeId, giftId, act } of rows) {
      await enqueueLetter(tx, {
        dedupeKey: `notice:move:${act}:${pledgeId}`,
        kind: 'pledge-notice',
        ref: giftId,
        at: now,
      });
    }
    return rows.length;
  });
}
