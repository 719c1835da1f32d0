/**
 * What must be true after all kills, whatever happened in between. Each finding is a sentence; none means that nothing was
 * lost and nothing doubled.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Db, openDatabase } from '../../src/database/index.ts';
import type { Crowd } from './givers.ts';
import { type Newsroom, programsOf } from './newsroom.ts';

const PROJECT = join(import.meta.dirname, '../..');
/** These alarms say that the money core met what must not be. */
const BAD_ALARMS = ['assertion', 'our-bug', 'hold', 'unmatched', 'amount-changed', 'bound'];
const EXAMPLES = 5;

export interface Verdict {
  /** Acknowledged gifts that are not in the books as they were acknowledged. */
  readonly lost: number;
  /** Charges at the bank beyond one per settled gift. */
  readonly doubled: number;
  readonly settled: number;
  readonly renewals: number;
  readonly charges: number;
  readonly letters: number;
  /** Letters that came again, the same each time. */
  readonly lettersRepeated: number;
  readonly findings: readonly string[];
}

export async function judge(newsroom: Newsroom, crowd: Crowd): Promise<Verdict> {
  const { db, close } = openDatabase({ url: newsroom.database.url, poolSize: 1 });
  try {
    const lost = await lostGifts(db, crowd);
    const booked = await newsroom.ledger.settled();
    const charges = await newsroom.bankView.charges();
    const mail = judgeMail(newsroom);
    const findings = [
      ...lost,
      ...(await booksDiffer(newsroom)),
      ...(await badRows(db)),
      ...(await checkCommand(newsroom)),
      ...mail.findings,
      ...crowd.failures,
      ...programsOf(newsroom).flatMap(({ deaths, failures }) => [...deaths, ...failures]),
    ];
    return {
      lost: lost.length,
      doubled: Math.max(0, charges.length - new Set(booked.map(({ giftId }) => giftId)).size),
      settled: booked.length,
      renewals: booked.filter(({ periodN }) => (periodN ?? 0) > 0).length,
      charges: charges.length,
      letters: mail.letters,
      lettersRepeated: mail.repeated,
      findings,
    };
  } finally {
    await close();
  }
}

/** Every gift whose press was answered exists; every one that the bank or we called paid is settled (I11). */
async function lostGifts(db: Db, crowd: Crowd): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string; state: string }>`select id, state from gift`.execute(db);
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  return crowd.gifts.flatMap(({ giftId, begun, paid, thanked }) => {
    const state = states.get(giftId);
    if (begun && state === undefined) return [`LOST: ${giftId} was acknowledged and is not there`];
    if ((paid || thanked) && state !== 'settled') {
      return [`LOST: ${giftId} was ${thanked ? 'thanked for' : 'paid'} and is ${state}`];
    }
    return [];
  });
}

/** Charge by charge, account by account, payout by payout, and every invariant. */
async function booksDiffer(newsroom: Newsroom): Promise<readonly string[]> {
  try {
    await newsroom.ledger.agreesWith(newsroom.bankView);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function badRows(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ what: string }>`
    select 'alarm ' || kind || ' about ' || ref || ', gift ' || coalesce(gift_id::text, 'none') || ' raised ' || raised_at
      || ': ' || coalesce(detail, '') as what
    from alarm where kind = any(${BAD_ALARMS}::text[])
    union all
    select 'its attempts: ' || string_agg(concat_ws(' ', n, attempt.state, object_ref, charge_ref, heard, 'asked', asked,
      'made', attempt.created_at, 'sent', first_sent_at), '; ' order by n) || '; gift ' || gift.state || ' period '
      || coalesce(gift.period_n::text, '-')
    from alarm join gift on gift.id = alarm.gift_id join attempt on attempt.gift_id = gift.id
    where alarm.kind = any(${BAD_ALARMS}::text[]) group by alarm.id, gift.id
    union all
    select 'gift ' || id || ' is held' from gift where state = 'integrity_hold'
    union all
    select 'gift ' || gift.id || ' has ' || count(outbox.id) || ' receipts' from gift
    left join outbox on outbox.kind = 'receipt' and outbox.ref = gift.id::text
    where gift.state = 'settled' group by gift.id having count(outbox.id) <> 1
    union all
    select 'letter ' || id || ' is ' || state from outbox where state in ('pending', 'dead')
    limit ${EXAMPLES * 4}
  `.execute(db);
  return rows.map(({ what }) => what);
}

/** A letter may come again when its worker died; then it is the same letter. Receipts: one letter per gift and address. */
function judgeMail(newsroom: Newsroom): {
  readonly letters: number;
  readonly repeated: number;
  readonly findings: readonly string[];
} {
  const ids = [...newsroom.postOffice.letters.values()].flatMap((known) => [...known]);
  const owners = new Map<string, number>();
  for (const [id] of ids) owners.set(id, (owners.get(id) ?? 0) + 1);
  return {
    letters: ids.length,
    repeated: ids.reduce((sum, [, times]) => sum + times - 1, 0),
    findings: [...owners]
      .filter(([id, people]) => people > 1 || id === 'none')
      .map(([id]) => `the message id ${id} does not name one letter`),
  };
}

/** The command that an operator would run, as a process. */
function checkCommand(newsroom: Newsroom): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['src/main.ts', 'check'], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...newsroom.environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) =>
    child.once('close', (code) =>
      resolve(code === 0 ? [] : [`tuppence check ended with ${code}: ${output}`]),
    ),
  );
}

/** Once asked to stop, every process ends in order and holds nothing any more. */
export async function stopInOrder(newsroom: Newsroom): Promise<readonly string[]> {
  const stopped = await Promise.all(
    [...newsroom.webs, ...newsroom.workers].map(async (program) => ({
      program,
      code: await program.stop(),
    })),
  );
  const bad = stopped
    .filter(({ code }) => code !== 0)
    .map(({ program, code }) => `${program.name} stopped with ${code}: ${program.output}`);
  const { db, close } = openDatabase({ url: newsroom.database.url, poolSize: 1 });
  try {
    const { rows } = await sql<{ what: string }>`
      with clock as (
        select clock_timestamp() + clock_offset_ms * interval '1 millisecond' as now from demo_state
      )
      select 'a stopped process still holds gift ' || id as what from gift, clock where lease_until > clock.now
      union all
      select 'a stopped process still holds letter ' || id from outbox, clock where lease_until > clock.now
      union all
      select 'a stopped process still holds message ' || event_id from processor_event, clock where lease_until > clock.now
      union all
      select 'a stopped process still lists ' || id from processor_account, clock
      where greatest(poll_lease_until, money_lease_until) > clock.now
    `.execute(db);
    return [...bad, ...rows.map(({ what }) => what)];
  } finally {
    await close();
  }
}
