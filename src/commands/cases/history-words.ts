/**
 * The words of the table of histories in the words of the core: names to ids, amounts to money, what is told to evidence
 * and facts. It translates and decides nothing.
 */
import { Instant, ManualClock, SeededRandom, uuidV5 } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { type GivingContext, givingContext } from '../../giving/context.ts';
import type { MoneyFact, PaymentEvidence } from '../../giving/processor.ts';
import { type Currency, isCurrency, type Money, money } from '../../money/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { ToldEvent } from './books-format.ts';

const NAMES = '7d9c1b52-1f0e-4c9b-8a55-61f7a2f1d0aa';
export const SUPPORTER = uuidV5({ namespace: NAMES, name: 'supporter' });
const CODE_WORDS = { code: 'declined', advice: 'retry-later' } as const;

/** The id that a name of the table stands for. */
export function idOf(kind: 'gift' | 'attempt' | 'pledge' | 'mandate', name: string): string {
  return uuidV5({ namespace: NAMES, name: `${kind}:${name}` });
}

/** What the core needs beside a transaction: a clock that ticks once per step, and no processor to call. */
export function historyContext(db: Db): GivingContext & { readonly clock: ManualClock } {
  const clock = new ManualClock('2026-01-31T12:00:00Z');
  const context = givingContext({
    db,
    clock,
    random: new SeededRandom(41, clock),
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

export const HAPPENED_AT = Instant.from('2026-01-31T12:00:00Z');

export function evidenceOf(
  state: 'created' | 'processing' | 'authorised' | 'needs_action' | 'declined' | 'expired',
): PaymentEvidence {
  switch (state) {
    case 'created':
      return { state: 'open' };
    case 'processing':
    case 'authorised':
      return { state: 'processing' };
    case 'needs_action':
      return { state: 'needs_action', pageUrl: null };
    case 'declined':
      return { state: 'declined', ...CODE_WORDS };
    case 'expired':
      return { state: 'expired' };
    default:
      return unreachable(state, 'evidenceOf');
  }
}

export function factOf(event: Extract<ToldEvent, { kind: 'money' }>): MoneyFact {
  return {
    kind: event.fact,
    ref: event.ref,
    money: moneyOf(event),
    happenedAt: HAPPENED_AT,
    chargeRef: event.charge,
    payoutRef: null,
  };
}

export function moneyOf(said: { readonly amount: string; readonly currency: string }): Money {
  return money(BigInt(said.amount), currencyOf(said.currency));
}

function currencyOf(text: string): Currency {
  assert(isCurrency(text), 'a currency of the table is one of ours');
  return text;
}
