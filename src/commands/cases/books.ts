/**
 * The books: what we did, what the processor told, and what must stand in the ledger at the end, whatever the order. Each
 * order is one transaction on a real database, rolled back at its end; the functions are the product's own.
 */

import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { z } from 'zod';
import { SeededRandom } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { isLive } from '../../giving/attempt.ts';
import { mayPlan } from '../../giving/gift.ts';
import { readAttempt, readAttempts, readGift } from '../../giving/gift-store.ts';
import { readBalances } from '../../giving/ledger/ledger-store.ts';
import { readPledge } from '../../giving/pledges/pledge-store.ts';
import { type BooksCase, booksCase } from './books-format.ts';
import { type Happening, ordersOf, orderText } from './books-orders.ts';
import { type CaseContext, caseFormat } from './case-format.ts';
import { historyContext, idOf, MoneyHistory } from './money-history.ts';

const SEED = 20261125;

export const books = caseFormat({ name: 'books', given: booksCase, run });

const expectation = z.object({
  gifts: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  attempts: z.record(z.string(), z.string()).optional(),
  balances: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.string()))).optional(),
  receipts: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
  pledges: z.record(z.string(), z.string()).optional(),
  alarm: z.union([z.boolean(), z.string()]).optional(),
  refused: z.union([z.number(), z.string()]).optional(),
  mayPlan: z.union([z.array(z.string()), z.string()]).optional(),
  mustNotSend: z.union([z.array(z.string()), z.string()]).optional(),
  liveAttempts: z.union([z.number(), z.string()]).optional(),
});
type Expectation = z.infer<typeof expectation>;

/** What every order came to; the first one that differs from the expectation is answered with its order. */
async function run(given: BooksCase, { expected }: CaseContext): Promise<unknown> {
  const asked = expectation.parse(expected);
  // A tool for tests, so a database for tests: it starts the server that tests share.
  const { testDatabase } = await import('../../database/testing/test-database.ts');
  const database = await testDatabase({ poolSize: 1 });
  try {
    let got: unknown = {};
    for (const order of ordersOf(given, new SeededRandom(SEED))) {
      got = await outcome(database.db, { given, order, asked });
      if (!isDeepStrictEqual(got, expected)) return { ...Object(got), order: orderText(order) };
    }
    return got;
  } finally {
    await database.close();
  }
}

class RolledBack extends Error {}

async function outcome(
  db: Db,
  played: {
    readonly given: BooksCase;
    readonly order: readonly Happening[];
    readonly asked: Expectation;
  },
): Promise<unknown> {
  const { given, order, asked } = played;
  const context = historyContext(db);
  let answer: unknown;
  try {
    await db.transaction().execute(async (tx) => {
      const history = new MoneyHistory(tx, context, (subscription) => homeOf(given, subscription));
      await history.open(accountsOf(given));
      for (const one of order) {
        if (one.kind === 'act') await history.act(one.step);
        else await history.tell(one.event);
      }
      await history.end();
      answer = await answerOf(tx, { history, given, asked });
      throw new RolledBack('this order was looked at');
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) {
      throw new Error(`${String(error)} in the order ${orderText(order)}`, { cause: error });
    }
  }
  return answer;
}

function accountsOf(given: BooksCase): readonly string[] {
  const named = [...given.history, ...given.events].flatMap((one) =>
    'account' in one && one.account !== undefined ? [one.account] : [],
  );
  return [...new Set(named)];
}

function homeOf(given: BooksCase, subscription: string): string | undefined {
  for (const event of given.events) {
    if (event.kind === 'subscription-ended' && event.subscription === subscription) {
      return event.account;
    }
  }
  return accountsOf(given)[0];
}

interface Asking {
  readonly history: MoneyHistory;
  readonly given: BooksCase;
  readonly asked: Expectation;
}

/** Answers exactly what the expectation asks for. `*` is answered by itself. */
async function answerOf(tx: Tx, asking: Asking): Promise<unknown> {
  const { asked } = asking;
  const answers: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(asked)) {
    answers[key] = value === '*' ? '*' : await answerOne(tx, key, asking);
  }
  return answers;
}

async function answerOne(tx: Tx, key: string, asking: Asking): Promise<unknown> {
  const { asked, history } = asking;
  switch (key) {
    case 'gifts':
      return await answerEach(asked.gifts, (name, wanted) =>
        giftOf(tx, history.giftId(name), wanted),
      );
    case 'attempts':
      return await answerEach(
        asked.attempts,
        async (name) => (await readAttempt(tx, idOf('attempt', name)))?.state,
      );
    case 'pledges':
      return await answerEach(
        asked.pledges,
        async (name) => (await readPledge(tx, idOf('pledge', name)))?.state,
      );
    case 'receipts':
      return await answerEach(asked.receipts, (name) => receiptsOf(tx, history.giftId(name)));
    case 'balances':
      return await balancesOf(tx);
    case 'alarm':
      return (await count(tx, sql`alarm`)) > 0;
    case 'refused':
      return history.refused;
    case 'mayPlan':
      return await plannable(tx, asking);
    case 'mustNotSend':
      return await neverSent(tx, asking);
    case 'liveAttempts':
      return await count(
        tx,
        sql`attempt where state in ('planned', 'sent', 'unknown', 'needs_action')`,
      );
    default:
      return undefined;
  }
}

async function answerEach<T>(
  wanted: Readonly<Record<string, T>> | undefined,
  answer: (name: string, wanted: T) => Promise<unknown>,
): Promise<unknown> {
  const answers: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(wanted ?? {})) {
    answers[name] = value === '*' ? '*' : await answer(name, value);
  }
  return answers;
}

async function giftOf(
  tx: Tx,
  giftId: string,
  wanted: Readonly<Record<string, string>>,
): Promise<unknown> {
  const gift = await readGift(tx, giftId);
  const { rows } = await sql<{ received: bigint; returned: bigint; disputed: bigint }>`
    select coalesce(sum(t.amount) filter (where t.code in (10, 91) and t.gift_id = ${giftId}::uuid), 0)::bigint as received,
      coalesce(sum(t.amount) filter (where t.code in (20, 32)), 0)::bigint as returned,
      coalesce(sum(case when t.code = 30 then t.amount when t.code in (31, 32, 34) then -t.amount else 0 end), 0)::bigint as disputed
    from ledger_transfer t where t.group_id in (
      select group_id from ledger_transfer where gift_id = ${giftId}::uuid and code in (10, 91)
    )
  `.execute(tx);
  const [row] = rows;
  const all: Readonly<Record<string, string | undefined>> = {
    state: gift?.state,
    received: row?.received.toString(),
    returned: row?.returned.toString(),
    disputed: row?.disputed.toString(),
  };
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => [key, value === '*' ? '*' : all[key]]),
  );
}

async function receiptsOf(tx: Tx, giftId: string): Promise<number> {
  return await count(tx, sql`outbox where kind = 'receipt' and ref = ${giftId}`);
}

/** Every account that is not at zero. */
async function balancesOf(tx: Tx): Promise<unknown> {
  const answer: Record<string, Record<string, Record<string, string>>> = {};
  for (const { accountId, name, money } of await readBalances(tx)) {
    if (money.minor === 0n || accountId === null) continue;
    const ofAccount = answer[accountId] ?? {};
    const ofCurrency = ofAccount[money.currency] ?? {};
    answer[accountId] = {
      ...ofAccount,
      [money.currency]: { ...ofCurrency, [name]: money.minor.toString() },
    };
  }
  return answer;
}

async function plannable(tx: Tx, { history, asked }: Asking): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, id] of history.gifts) {
    const gift = await readGift(tx, id);
    if (gift === undefined) continue;
    const attempts = await readAttempts(tx, id);
    const pledge = gift.pledgeId === null ? undefined : await readPledge(tx, gift.pledgeId);
    const hasLiveAttempt = attempts.some((attempt) => isLive(attempt.state));
    const pledgeState = pledge?.state ?? null;
    if (mayPlan({ state: gift.state, hasLiveAttempt, pledgeState })) found.push(name);
  }
  return inOrderOf(asked.mayPlan, found);
}

/** Attempts that were not sent and cannot be sent any more. */
async function neverSent(tx: Tx, { given, asked }: Asking): Promise<readonly string[]> {
  const found: string[] = [];
  for (const step of given.history) {
    if (step.do !== 'plan') continue;
    const attempt = await readAttempt(tx, idOf('attempt', step.attempt));
    if (attempt === undefined || attempt.firstSentAt !== null) continue;
    if (attempt.state !== 'planned' && attempt.state !== 'succeeded') found.push(step.attempt);
  }
  return inOrderOf(asked.mustNotSend, found);
}

/** The table's lists are sets: ours is written in its order. */
function inOrderOf(wanted: unknown, found: readonly string[]): readonly string[] {
  const order = Array.isArray(wanted) ? wanted : [];
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return found.toSorted((a, b) => place(a) - place(b));
}

async function count(tx: Tx, from: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${from}`.execute(
    tx,
  );
  return rows[0]?.count ?? 0;
}
