/**
 * What is true of a line of the balance only days after it was made: that what a charge brought can be paid out, and which
 * lines went out with a payout. The walk waits at the first line of which it is not yet true, and looks there again the next
 * time; charges of one account are set free in the order in which they were made, so little waits behind.
 */
import type { MoneyFact, Unknown } from '../../giving/processor.ts';
import { type StripeApi, UNREADABLE } from './api.ts';
import {
  freedFact,
  isCharge,
  isFreed,
  paidOutFacts,
  payoutToOpen,
  sourceId,
} from './balance-lines.ts';
import { allLines, walkLines } from './line-lists.ts';
import { wireTime } from './money.ts';
import type { BalanceLineAnswer } from './wire.ts';

export type Freed =
  | {
      readonly kind: 'freed';
      readonly facts: readonly MoneyFact[];
      /** The last line that was passed. */
      readonly at: string | null;
      readonly more: boolean;
    }
  | Unknown;

export async function readFreed(api: StripeApi, at: string | null): Promise<Freed> {
  const read = await walkLines(api, { at, hold: at });
  if (read.kind === 'unknown') return read;
  const facts: MoneyFact[] = [];
  let passed = at;
  for (const line of read.items) {
    const told = await freedBy(api, line);
    if (told === 'not-yet') return { kind: 'freed', facts, at: passed, more: false };
    if ('kind' in told) return told;
    facts.push(...told);
    passed = line.id;
  }
  return { kind: 'freed', facts, at: passed, more: read.more };
}

/** Stripe names the lines of a payout within hours; one that takes days stays a payout whose lines nobody named. */
const PAYOUT_PATIENCE_SECONDS = 4 * 86_400;

async function freedBy(
  api: StripeApi,
  line: BalanceLineAnswer,
): Promise<readonly MoneyFact[] | 'not-yet' | Unknown> {
  const nowSeconds = wireTime(api.clock.now());
  if (isCharge(line)) {
    if (!isFreed(line, nowSeconds)) return 'not-yet';
    const fact = freedFact(line);
    if (fact === null) return UNREADABLE;
    return fact === 'nothing' ? [] : [fact];
  }
  switch (payoutToOpen(line)) {
    case 'ready':
      return await linesOfPayout(api, line);
    case 'not-yet':
      return line.created > nowSeconds - PAYOUT_PATIENCE_SECONDS ? 'not-yet' : [];
    case 'never':
      return [];
  }
}

/** Every line that went out with a payout, or nothing: told in part, a payout would seem not to add up. */
async function linesOfPayout(
  api: StripeApi,
  payout: BalanceLineAnswer,
): Promise<readonly MoneyFact[] | Unknown> {
  const payoutRef = sourceId(payout);
  if (payoutRef === null) return UNREADABLE;
  const lines = await allLines(api, { payout: payoutRef });
  if ('kind' in lines) return lines;
  const facts: MoneyFact[] = [];
  for (const line of lines) {
    const told = paidOutFacts(line, payoutRef);
    if (told === null) return UNREADABLE;
    facts.push(...told);
  }
  return facts;
}
