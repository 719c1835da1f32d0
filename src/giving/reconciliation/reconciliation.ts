/**
 * The nightly comparison: each finished day (UTC) of each processor's own books beside ours. Facts that we missed are booked
 * on the way, as if they had been listed; payments that we missed go into the inbox. What differs after that is written as
 * rows for the desk, and one alarm per day rings. The same day can be compared again at any time; its rows are made anew.
 */
import { sql } from 'kysely';
import { dayIn, Instant, instantAt, PlainDate } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { noteFailure } from '../alarms/note-failure.ts';
import { isFailedAssertion } from '../alarms/park-gift.ts';
import type { GivingContext } from '../context.ts';
import { keepEvent, knownAttempt } from '../inbox/inbox.ts';
import { recordFacts } from '../money-facts/record-facts.ts';
import type { Processor, ProcessorDay } from '../processor.ts';
import { inTransaction } from '../transaction.ts';
import type { Worker } from '../worker.ts';
import { type BookedThing, compareDay, type Difference } from './compare-day.ts';

/** A processor's books of a day are whole some hours after it. */
const HOURS_AFTER_MIDNIGHT = 3;
/** How far back a day that was missed is still compared. */
const DAYS_BACK = 7;
/** A day that differed is compared again the next night: what was missing may have come. */
const AGAIN_AFTER_HOURS = 20;

export function createReconciliation(context: GivingContext): Worker {
  return {
    name: 'reconciliation',
    async runOnce() {
      await context.ready();
      let compared = 0;
      for (const processor of context.processors) {
        if (processor.booksOfDay === undefined) continue;
        const day = await nextDay(context, processor.accountId);
        if (day !== null && (await reconcileOrRing(context, { processor, day }))) compared += 1;
        assert(compared <= context.processors.length, 'a run compares one day of each');
      }
      return compared;
    },
  };
}

/** The oldest finished day of the last week that was not compared, or differed when it was; null: none. */
async function nextDay(context: GivingContext, accountId: string): Promise<PlainDate | null> {
  const now = context.clock.now();
  const newest = dayIn(now.subtract({ hours: HOURS_AFTER_MIDNIGHT }), 'UTC').subtract({ days: 1 });
  const oldest = newest.subtract({ days: DAYS_BACK - 1 });
  assert(PlainDate.compare(oldest, newest) <= 0, 'a week ends after it began');
  const { rows } = await sql<{ day: PlainDate }>`
    select day::date as day
    from generate_series(${oldest}::date, ${newest}::date, interval '1 day') as day
    where not exists (
      select from books_day where processor_account_id = ${accountId} and books_day.day = day.day::date
        and (differences = 0 or compared_at > ${now.subtract({ hours: AGAIN_AFTER_HOURS })})
    ) and day >= (select (created_at at time zone 'UTC')::date from processor_account where id = ${accountId})
    order by day limit 1
  `.execute(context.db);
  const day = rows[0]?.day ?? null;
  assert(
    day === null || PlainDate.compare(day, newest) <= 0,
    'only a day that is over is compared',
  );
  return day;
}

/** A day that the program does not understand rings, counts as one that differs, and holds up no other processor. */
async function reconcileOrRing(
  context: GivingContext,
  of: { readonly processor: Processor; readonly day: PlainDate },
): Promise<boolean> {
  const { processor, day } = of;
  const { accountId } = processor;
  try {
    return (await reconcileDay(context, of)) !== null;
  } catch (error) {
    if (!isFailedAssertion(error)) throw error;
    await noteFailure(context, { what: `books:${accountId}:${day.toString()}` }, error);
    const now = context.clock.now();
    await inTransaction(context.db, (tx) => writeDay(tx, { accountId, day, now, differences: 1 }));
    return true;
  }
}

/** Compares one day. @returns the differences, or null when the processor did not answer */
export async function reconcileDay(
  context: GivingContext,
  of: { readonly processor: Processor; readonly day: PlainDate },
): Promise<readonly Difference[] | null> {
  const { processor, day } = of;
  const { accountId } = processor;
  const books = await processor.booksOfDay?.(day);
  if (books === undefined || 'kind' in books) return null;
  const now = context.clock.now();
  await recordFacts(context, { accountId, facts: books.facts, now });
  const from = instantAt({ date: day, time: '00:00', zone: 'UTC' });
  const to = instantAt({ date: day.add({ days: 1 }), time: '00:00', zone: 'UTC' });
  assert(Instant.compare(from, to) < 0, 'a day ends after it began');
  const ours = await readOurs(context.db, { accountId, from, to });
  const differences = compareDay({ ours, theirs: theirThings(books, { from, to }) });
  await lookAtMissedPayments(context, { accountId, books, differences });
  await write(context, { accountId, day, differences, now });
  return differences;
}

function theirThings(
  books: ProcessorDay,
  day: { readonly from: Instant; readonly to: Instant },
): BookedThing[] {
  const charges = books.charges.map(
    ({ chargeRef: ref, money }): BookedThing => ({
      kind: 'charge',
      ref,
      currency: money.currency,
      minor: money.minor,
    }),
  );
  // The lines of a day's payouts may be older: they are news about other days, not part of this one.
  const ofDay = books.facts.filter(
    ({ happenedAt }) =>
      Instant.compare(happenedAt, day.from) >= 0 && Instant.compare(happenedAt, day.to) < 0,
  );
  const facts = ofDay.map(
    ({ kind, ref, money }): BookedThing => ({
      kind,
      ref,
      currency: money.currency,
      minor: money.minor,
    }),
  );
  const things = [...charges, ...facts];
  assert(
    things.every(({ ref, minor }) => ref !== '' && minor > 0n),
    'a line of their books has a name and an amount',
  );
  return things;
}

/** Charges from the ledger, everything else from the facts it is booked from, by the processor's own day. */
async function readOurs(
  db: Db,
  of: { readonly accountId: string; readonly from: Instant; readonly to: Instant },
): Promise<readonly BookedThing[]> {
  const { rows } = await sql<BookedThing>`
    select 'charge' as kind, substr(t.cause_ref, length(${of.accountId}) + 2) as ref, t.currency,
      t.amount as minor
    from ledger_transfer t join ledger_account debit on debit.id = t.debit
    where t.code in (10, 90) and debit.processor_account_id = ${of.accountId}
      and t.happened_at >= ${of.from} and t.happened_at < ${of.to}
    union all
    select kind, ref, currency, amount_minor from money_fact fact
    where processor_account_id = ${of.accountId}
      and happened_at >= ${of.from} and happened_at < ${of.to}
      -- The end of a dispute may wait some hours for its beginning; what waits for its charge is not ours yet.
      and (booked_at is not null or (kind in ('dispute-won', 'dispute-lost') and exists (
        select from ledger_transfer t where t.cause_kind = 'charge' and t.code in (10, 90)
          and t.cause_ref = fact.processor_account_id || ':' || fact.charge_ref
      )))
  `.execute(db);
  assert(
    rows.every(({ ref, minor }) => ref !== '' && minor > 0n),
    'a line of our books has a name and an amount',
  );
  return rows;
}

/** A payment that webhooks and poller both missed is looked up like any message about one. */
async function lookAtMissedPayments(
  context: GivingContext,
  missed: {
    readonly accountId: string;
    readonly books: ProcessorDay;
    readonly differences: readonly Difference[];
  },
): Promise<void> {
  const { accountId, books, differences } = missed;
  for (const { objectRef, chargeRef, attemptId } of books.charges) {
    const isMissed = differences.some(
      ({ kind, ref, ours }) => kind === 'charge' && ref === chargeRef && ours === null,
    );
    if (!isMissed) continue;
    const known = await knownAttempt(context, accountId, { attemptId, objectRef });
    await keepEvent(context, {
      accountId,
      eventId: `books:${chargeRef}`,
      type: 'books',
      objectRef,
      attemptId: known ?? attemptId,
    });
  }
}

async function write(
  context: GivingContext,
  compared: {
    readonly accountId: string;
    readonly day: PlainDate;
    readonly differences: readonly Difference[];
    readonly now: Instant;
  },
): Promise<void> {
  const { accountId, day, differences, now } = compared;
  assert(PlainDate.compare(day, dayIn(now, 'UTC')) < 0, 'the books of a day are closed after it');
  await inTransaction(context.db, async (tx) => {
    await writeDay(tx, { accountId, day, now, differences: differences.length });
    await tx
      .deleteFrom('books_difference')
      .where('processor_account_id', '=', accountId)
      .where('day', '=', day)
      .execute();
    if (differences.length === 0) return;
    assert(
      differences.every(({ ours, theirs }) => ours !== theirs),
      'a difference differs',
    );
    await tx
      .insertInto('books_difference')
      .values(
        differences.map(({ kind, ref, currency, ours, theirs }) => ({
          processor_account_id: accountId,
          day,
          kind,
          ref,
          currency,
          ours_minor: ours,
          theirs_minor: theirs,
        })),
      )
      .execute();
    const detail = `${differences.length} differences`;
    const ref = `${accountId}:${day.toString()}`;
    await raiseAlarm(tx, { kind: 'books-differ', ref, giftId: null, detail, now });
  });
}

async function writeDay(
  tx: Tx,
  of: {
    readonly accountId: string;
    readonly day: PlainDate;
    readonly now: Instant;
    readonly differences: number;
  },
): Promise<void> {
  const { accountId, day, now, differences } = of;
  assert(differences >= 0, 'differences are counted from nought');
  await tx
    .insertInto('books_day')
    .values({ processor_account_id: accountId, day, compared_at: now, differences })
    .onConflict((conflict) =>
      conflict
        .columns(['processor_account_id', 'day'])
        .doUpdateSet({ compared_at: now, differences }),
    )
    .execute();
}
