/**
 * The same sequences through the real shell on a real PostgreSQL, each in a transaction that is rolled back, and what is
 * there in the end as lines of text. `cross-check.long.test.ts` compares it with the newsroom in memory: that ties the
 * million sequences to the program that takes the money.
 */
import { ManualClock, PlainDate, SeededRandom } from '../../src/calendar/index.ts';
import type { Db, Tx } from '../../src/database/index.ts';
import { type GivingContext, givingContext } from '../../src/giving/context.ts';
import { readJournal } from '../../src/giving/ledger/journal.ts';
import { bookChargeFacts } from '../../src/giving/money-facts/book-charge-facts.ts';
import { waitingCharges } from '../../src/giving/money-facts/money-worker.ts';
import { recordFact } from '../../src/giving/money-facts/record-fact.ts';
import { applyEvidenceIn } from '../../src/giving/settling/apply-evidence.ts';
import { applyInput } from '../../src/giving/settling/apply-input.ts';
import { bookUnmatched } from '../../src/giving/settling/settle.ts';
import type { NewsroomInMemory } from '../../src/giving/testing/memory/newsroom-in-memory.ts';
import { assert, unreachable } from '../../src/problems/index.ts';
import { LATE_HOURS, type Step } from './play.ts';
import { ACCOUNT, BEGAN, OTHER_ACCOUNT, PLEDGE_ID, type Story } from './story.ts';

type Context = GivingContext & { readonly clock: ManualClock };

export function crossCheckContext(db: Db): Context {
  const clock = new ManualClock(BEGAN.toString());
  const context = givingContext({
    db,
    clock,
    random: new SeededRandom(7, clock),
    processors: [],
    settings: {
      zone: 'Europe/Berlin',
      statementText: 'TUPPENCE GIFT',
      refusedCountries: () => [],
      publicOrigin: () => 'http://127.0.0.1:2',
      pageSecret: new Uint8Array(32).fill(5),
      limits: () => ({ minimum: 1n, maximum: 999_999_999n }),
    },
  });
  return { ...context, clock };
}

class RollBack extends Error {}

/** Plays a sequence as the program would, takes everything back, and returns what was there. */
export async function playOnPostgres(
  context: Context,
  story: Story,
  sequence: readonly Step[],
): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  const playing = context.db.transaction().execute(async (tx) => {
    await begin(tx, story);
    for (const step of sequence) {
      context.clock.advance({ seconds: 1 });
      await take(tx, context, step);
    }
    lines = await linesOf(tx);
    throw new RollBack();
  });
  await playing.catch((error: unknown) => {
    if (!(error instanceof RollBack)) throw error;
  });
  return lines;
}

async function begin(tx: Tx, { room }: Story): Promise<void> {
  await tx
    .insertInto('processor_account')
    .values(
      [ACCOUNT, OTHER_ACCOUNT].map((id) => ({
        id,
        processor: 'sandbox' as const,
        mode: 'test' as const,
        poll_cursor: null,
        poll_at: BEGAN,
        created_at: BEGAN,
      })),
    )
    .execute();
  for (const gift of room.gifts.values()) {
    if (gift.pledgeId !== null) await beginPledge(tx, gift.money.minor);
    await tx
      .insertInto('gift')
      .values({
        id: gift.id,
        supporter_id: null,
        pledge_id: gift.pledgeId,
        period_n: gift.periodN,
        due_date: gift.pledgeId === null ? null : PlainDate.from('2026-03-01'),
        amount_minor: gift.money.minor,
        currency: gift.money.currency,
        body_hash: 'the hash of what was asked for',
        state: gift.state,
        next_at: gift.state === 'collecting' ? BEGAN : null,
        appeal_id: null,
        variant_id: null,
        created_at: BEGAN,
      })
      .execute();
  }
  for (const attempt of room.attempts.values()) {
    await tx
      .insertInto('attempt')
      .values({
        id: attempt.id,
        gift_id: attempt.giftId,
        n: attempt.n,
        mandate_id: null,
        processor_account_id: attempt.accountId,
        request_hash: attempt.requestHash,
        state: attempt.state,
        first_sent_at: BEGAN,
        created_at: BEGAN,
      })
      .execute();
  }
}

async function beginPledge(tx: Tx, amount: bigint): Promise<void> {
  await tx
    .insertInto('pledge')
    .values({
      id: PLEDGE_ID,
      supporter_id: null,
      amount_minor: amount,
      currency: 'EUR',
      unit: 'month',
      anchor_date: PlainDate.from('2026-03-01'),
      zone: 'Europe/Berlin',
      mandate_id: null,
      state: 'awaiting_first',
      paused_until: null,
      resume_at: null,
      replaces: null,
      created_at: BEGAN,
      ended_at: null,
    })
    .execute();
}

async function take(tx: Tx, context: Context, step: Step): Promise<void> {
  const now = context.clock.now();
  switch (step.kind) {
    case 'evidence':
      await applyEvidenceIn(tx, context, step.report);
      return;
    case 'own':
      await applyInput(tx, context, { attemptId: step.attemptId, input: step.input });
      return;
    case 'fact':
      await recordFact(tx, { accountId: step.accountId, fact: step.fact, now });
      return;
    case 'stranger':
      await bookUnmatched(tx, context, step.charge);
      return;
    case 'worker': {
      if (step.isLate) context.clock.advance({ hours: LATE_HOURS });
      const at = context.clock.now();
      for (const charge of await waitingCharges(tx, at)) {
        await bookChargeFacts(tx, { ...charge, now: at });
      }
      return;
    }
    default:
      return unreachable(step, 'take');
  }
}

const JOURNAL_MAX = 500;

async function linesOf(tx: Tx): Promise<readonly string[]> {
  const gifts = await tx.selectFrom('gift').select(['pledge_id', 'period_n', 'state']).execute();
  const attempts = await tx.selectFrom('attempt').selectAll().execute();
  const alarms = await tx.selectFrom('alarm').selectAll().execute();
  const letters = await tx
    .selectFrom('outbox')
    .select('ref')
    .where('kind', '=', 'receipt')
    .execute();
  const facts = await tx.selectFrom('money_fact').selectAll().execute();
  const journal = await readJournal(tx, { afterId: 0n, limit: JOURNAL_MAX });
  assert(journal.length < JOURNAL_MAX, 'the whole journal was read');
  return [
    ...gifts.map((gift) => line('gift', gift.pledge_id, gift.period_n, gift.state)),
    ...attempts.map(
      ({ id, state, charge_ref, object_ref, heard, decline_code, advice, page_url }) =>
        line('attempt', id, state, charge_ref, object_ref, heard, decline_code, advice, page_url),
    ),
    // One that ended with its cause may ring again when it is told late; what rang at all is compared.
    ...new Set(alarms.map(({ kind, ref }) => line('alarm', kind, ref))),
    ...letters.map(({ ref }) => line('receipt', ref)),
    ...facts.map((fact) =>
      line(
        'fact',
        fact.kind,
        fact.processor_account_id,
        fact.ref,
        fact.amount_minor,
        fact.payout_ref,
        fact.booked_at !== null,
      ),
    ),
    ...journal.map((row) =>
      line(
        'books',
        row.code,
        row.causeKind,
        row.causeRef,
        row.groupId,
        row.debit,
        row.credit,
        row.amountMinor,
        row.currency,
        row.giftId,
        row.happenedAt,
      ),
    ),
  ].toSorted();
}

/** The same lines of a newsroom in memory. */
export function linesInMemory(room: NewsroomInMemory): readonly string[] {
  return [
    ...[...room.gifts.values()].map((gift) =>
      line('gift', gift.pledgeId, gift.periodN, gift.state),
    ),
    ...[...room.attempts.values()].map((one) =>
      line(
        'attempt',
        one.id,
        one.state,
        one.chargeRef,
        one.objectRef,
        one.heard,
        one.declineCode,
        one.advice,
        one.pageUrl,
      ),
    ),
    ...[...room.alarms].map((alarm) => line('alarm', alarm)),
    ...[...room.receipts].map((giftId) => line('receipt', giftId)),
    ...[...room.facts.values()].map(({ accountId, fact, booked }) =>
      line('fact', fact.kind, accountId, fact.ref, fact.money.minor, fact.payoutRef, booked),
    ),
    ...[...room.transfers.values()].map((row) =>
      line(
        'books',
        row.code,
        row.cause.slice(0, row.cause.indexOf('|')),
        row.cause.slice(row.cause.indexOf('|') + 1),
        row.group,
        row.debit,
        row.credit,
        row.amount,
        row.currency,
        row.giftId,
        row.happenedAt,
      ),
    ),
  ].toSorted();
}

function line(...parts: readonly unknown[]): string {
  return parts.map(String).join(' ');
}
