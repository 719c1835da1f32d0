/** SQL about pledges and mandates. See `gift-store.ts` for the order of locks. */
import type { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { giftBodyHash } from '../fingerprint.ts';
import { insertGift } from '../gift-store.ts';
import { isPledgeOver, type PledgeInput, type PledgeState, stepPledge } from '../pledge.ts';
import type { MandateReference } from '../processor.ts';
import { type PledgeDates, renewalDue, renewalGiftId, usableZone } from '../renewals/renewal.ts';
import { type Mandate, mandateOf, type Pledge, pledgeOf } from '../rows.ts';

export async function readPledge(db: Db | Tx, pledgeId: string): Promise<Pledge | undefined> {
  const row = await db
    .selectFrom('pledge')
    .selectAll()
    .where('id', '=', pledgeId)
    .executeTakeFirst();
  return row === undefined ? undefined : pledgeOf(row);
}

export async function lockPledge(tx: Tx, pledgeId: string): Promise<Pledge> {
  const row = await tx
    .selectFrom('pledge')
    .selectAll()
    .where('id', '=', pledgeId)
    .forUpdate()
    .executeTakeFirst();
  assert(row !== undefined, 'the pledge of a gift exists');
  return pledgeOf(row);
}

/** Moves a locked pledge by one input. @returns the pledge as it is now */
export async function movePledge(
  tx: Tx,
  pledge: Pledge,
  input: PledgeInput,
  now: Instant,
): Promise<Pledge> {
  const state: PledgeState = stepPledge(pledge.state, input);
  if (state === pledge.state) return pledge;
  assert(!isPledgeOver(pledge.state), 'a pledge that is over stays so');
  assert(state !== 'paused', 'a pause has a day on which it ends');
  const over = isPledgeOver(state);
  await tx
    .updateTable('pledge')
    .set({ state, paused_until: null, resume_at: null, ended_at: over ? now : null })
    .where('id', '=', pledge.id)
    .execute();
  return { ...pledge, state, pausedUntil: null, endedAt: over ? now : null };
}

export async function readMandate(db: Db | Tx, mandateId: string): Promise<Mandate | undefined> {
  const row = await db
    .selectFrom('mandate')
    .selectAll()
    .where('id', '=', mandateId)
    .executeTakeFirst();
  return row === undefined ? undefined : mandateOf(row);
}

/** Keeps a new right to charge for a pledge; the one it had is dead unless another pledge uses it too. */
export async function replaceMandate(
  tx: Tx,
  pledge: Pledge,
  kept: {
    readonly id: string;
    readonly accountId: string;
    readonly reference: MandateReference & { readonly methodFingerprint: string | null };
    readonly now: Instant;
  },
): Promise<void> {
  assert(pledge.supporterId !== null, 'a right to charge belongs to a supporter');
  assert(!isPledgeOver(pledge.state), 'no right to charge is kept for a pledge that is over');
  assert(
    kept.reference.customerRef !== '' && kept.reference.methodRef !== '',
    'a right to charge has its references',
  );
  await tx
    .insertInto('mandate')
    .values({
      id: kept.id,
      supporter_id: pledge.supporterId,
      processor_account_id: kept.accountId,
      customer_ref: kept.reference.customerRef,
      method_ref: kept.reference.methodRef,
      method_fingerprint: kept.reference.methodFingerprint,
      state: 'usable',
      created_at: kept.now,
    })
    .execute();
  await tx.updateTable('pledge').set({ mandate_id: kept.id }).where('id', '=', pledge.id).execute();
  if (pledge.mandateId !== null) await killMandate(tx, pledge.mandateId, { unlessShared: true });
}

/** A dead mandate is never charged again. `unlessShared`: leave it to another pledge that is not over. */
export async function killMandate(
  tx: Tx,
  mandateId: string,
  options: { readonly unlessShared: boolean },
): Promise<void> {
  await tx
    .updateTable('mandate')
    .set({ state: 'dead' })
    .where('id', '=', mandateId)
    .where('state', '<>', 'dead')
    .$if(options.unlessShared, (query) =>
      query.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('pledge')
              .select('pledge.id')
              .where('pledge.mandate_id', '=', mandateId)
              .where('pledge.state', 'not in', ['cancelled', 'lapsed']),
          ),
        ),
      ),
    )
    .execute();
}

export async function markMandateNeedsAction(tx: Tx, mandateId: string): Promise<void> {
  await tx
    .updateTable('mandate')
    .set({ state: 'needs_action' })
    .where('id', '=', mandateId)
    .where('state', '=', 'usable')
    .execute();
}

/**
 * Makes the next gift of a locked pledge: the one owner of "what comes next", called whenever a period is closed. The
 * period's number is unique per pledge, so a second maker changes nothing.
 * @returns the number of the gift made, or null when the pledge is over
 */
export async function makeNextGift(
  tx: Tx,
  pledge: Pledge,
  time: { readonly now: Instant; readonly newsroomZone: string },
): Promise<number | null> {
  if (isPledgeOver(pledge.state)) return null;
  assert(pledge.state !== 'awaiting_first', 'a pledge that did not begin makes no second gift');
  const n = pledge.nextN;
  const due = renewalDue(datesOf(pledge, time.newsroomZone), n);
  assert(n >= 1, 'gift 0 of a pledge is made with it');
  await insertGift(tx, {
    id: renewalGiftId(pledge.id, n),
    supporter_id: pledge.supporterId,
    pledge_id: pledge.id,
    period_n: n,
    due_date: due.date,
    amount_minor: pledge.money.minor,
    currency: pledge.money.currency,
    body_hash: giftBodyHash({ money: pledge.money, interval: pledge.unit }),
    state: 'due',
    next_at: due.at,
    appeal_id: null,
    variant_id: null,
    created_at: time.now,
  });
  await tx
    .updateTable('pledge')
    .set({ next_n: n + 1 })
    .where('id', '=', pledge.id)
    .execute();
  return n;
}

/** What the calendar needs to know of a pledge. */
export function datesOf(pledge: Pledge, newsroomZone: string): PledgeDates {
  return {
    id: pledge.id,
    anchor: pledge.anchor,
    unit: pledge.unit,
    zone: usableZone(pledge.zone, newsroomZone),
  };
}
