/**
 * What the bank says about money beside its charges, as the port wants it: refunds that we ask for, the listing of
 * balance lines since a cursor, and the whole books of one day.
 */
import type { PlainDate } from '../../calendar/index.ts';
import type {
  MoneyFact,
  MoneyListing,
  ProcessorDay,
  RefundAnswer,
  RefundOrder,
  Unknown,
} from '../../giving/processor.ts';
import { toProcessorAmount } from '../../money/index.ts';
import { type BankView, call, refusalCode, unexpected } from './bank-view.ts';
import { dayChargeOf, moneyFactOf, readInstant, readMoney, UNREADABLE } from './map.ts';
import { type BalanceLineAnswer, balanceAnswer, type RefundRequest, refundAnswer } from './wire.ts';

/** Pages of one day's books; a day with more lines is not read rather than read in part. */
const DAY_PAGES_MAX = 1000;

export async function refund(bank: BankView, order: RefundOrder): Promise<RefundAnswer> {
  const amount = toProcessorAmount(order.money, 'sandbox');
  if (!amount.ok) return { kind: 'refused', code: amount.refuse };
  const body: RefundRequest = {
    charge: order.chargeRef,
    amount: amount.sent,
    currency: order.money.currency,
    reference: order.idempotencyKey,
  };
  const { idempotencyKey } = order;
  const answer = await call(bank, { method: 'POST', path: '/v1/refunds', body, idempotencyKey });
  if (answer.kind === 'unknown') return answer;
  const refusal = refusalCode(answer);
  if (refusal !== null) return { kind: 'refused', code: refusal };
  if (answer.status !== 200) return unexpected(answer);
  const made = refundAnswer.safeParse(answer.json);
  const refunded = made.success ? readMoney(made.data) : null;
  const happenedAt = made.success ? readInstant(made.data.at) : null;
  if (!made.success || refunded === null || happenedAt === null) return UNREADABLE;
  return { kind: 'refunded', refundRef: made.data.id, money: refunded, happenedAt };
}

/** Lines since the cursor as facts. A line that was paid out meanwhile comes again, with its payout. */
export async function listMoneySince(
  bank: BankView,
  cursor: string | null,
): Promise<MoneyListing | Unknown> {
  const since = encodeURIComponent(cursor ?? '0');
  const page = await readLines(bank, `/v1/balance-transactions?since=${since}`);
  if (page.kind === 'unknown') return page;
  const facts = factsOf(page.lines);
  return facts === null ? UNREADABLE : { facts, cursor: page.cursor, more: page.more };
}

/** Every line of the day and of its payouts, or nothing: books that were read in part would show differences that are none. */
export async function booksOfDay(bank: BankView, day: PlainDate): Promise<ProcessorDay | Unknown> {
  const charges: ProcessorDay['charges'][number][] = [];
  const facts: MoneyFact[] = [];
  let since = '0';
  for (let pages = 0; pages < DAY_PAGES_MAX; pages += 1) {
    const path = `/v1/books/lines?day=${day.toString()}&since=${encodeURIComponent(since)}`;
    const page = await readLines(bank, path);
    if (page.kind === 'unknown') return page;
    const more = factsOf(page.lines);
    if (more === null) return UNREADABLE;
    facts.push(...more);
    for (const line of page.lines) {
      if (line.kind !== 'charge') continue;
      const charge = dayChargeOf(line);
      if (charge === null) return UNREADABLE;
      charges.push(charge);
    }
    if (!page.more) return { charges, facts };
    since = page.cursor;
  }
  return { kind: 'unknown', reason: 'unexpected' };
}

interface LinesPage {
  readonly kind: 'lines';
  readonly lines: readonly BalanceLineAnswer[];
  readonly cursor: string;
  readonly more: boolean;
}

async function readLines(bank: BankView, path: string): Promise<LinesPage | Unknown> {
  const answer = await call(bank, { method: 'GET', path });
  if (answer.kind === 'unknown') return answer;
  if (answer.status !== 200) return unexpected(answer);
  const listing = balanceAnswer.safeParse(answer.json);
  if (!listing.success) return UNREADABLE;
  const { balance_transactions: lines, cursor, more } = listing.data;
  return { kind: 'lines', lines, cursor, more };
}

/** As with payments: what cannot be read is not passed over, so `null` when one line cannot. */
function factsOf(lines: readonly BalanceLineAnswer[]): MoneyFact[] | null {
  const facts: MoneyFact[] = [];
  for (const line of lines) {
    const fact = moneyFactOf(line);
    if (fact === null) return null;
    if (fact !== 'nothing') facts.push(fact);
  }
  return facts;
}
