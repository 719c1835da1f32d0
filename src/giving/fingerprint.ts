/**
 * Hashes that answer "is this the same?": what a gift promises, what was sent to a processor, and the short reference
 * that people read out. None of them is a secret and none can be turned back.
 */
import { createHash } from 'node:crypto';
import type { Money } from '../money/index.ts';
import { assert } from '../problems/index.ts';
import type { GiftInterval } from './giving.ts';
import type { HostedPaymentOrder, MandateChargeOrder } from './processor.ts';

/**
 * What a gift id stands for: amount, currency, interval, and how many months of that amount are taken at once. Language,
 * zone and appeal are circumstances; a second tab in another language is the same gift.
 * @param gift.money of one month or year, as it was chosen
 */
export function giftBodyHash(gift: {
  readonly money: Money;
  readonly interval: GiftInterval;
  readonly collectEveryMonths?: number | undefined;
}): string {
  const { money, interval, collectEveryMonths: months = 1 } = gift;
  assert(months === 1 || interval === 'month', 'only months are collected together');
  const fields = ['gift', String(money.minor), money.currency, interval];
  // Every month is what it was before there was a choice, so hashes that are stored stay right.
  return digest(months === 1 ? fields : [...fields, String(months)]);
}

/** Everything that goes to the processor but the key. The same key may only ever be sent with the same hash. */
export function hostedOrderHash(order: HostedPaymentOrder): string {
  const { references } = order;
  return digest([
    'hosted',
    references.attemptId,
    references.giftId,
    references.supporterId,
    references.pledgeId ?? '',
    String(order.money.minor),
    order.money.currency,
    order.keepMandate ?? '',
    order.statementText,
    order.language,
    order.refusedCountries.join(' '),
    order.returnUrl,
    order.cancelUrl,
    // Only where it is said: hashes of all other orders stay what they are.
    ...(order.everyMonths === undefined ? [] : [String(order.everyMonths)]),
  ]);
}

export function mandateOrderHash(order: MandateChargeOrder): string {
  const { references } = order;
  return digest([
    'mandate',
    references.attemptId,
    references.giftId,
    references.supporterId,
    references.pledgeId ?? '',
    String(order.money.minor),
    order.money.currency,
    order.mandate.customerRef,
    order.mandate.methodRef,
    order.statementText,
    order.refusedCountries.join(' '),
  ]);
}

/**
 * Short name of a gift for letters and telephones, such as `3F9A-12BC-77E0`: 48 bits of a hash of the id, so that it
 * leads nobody back to the gift's own page.
 */
export function giftReference(giftId: string): string {
  assert(giftId !== '', 'a reference is made from an id');
  const hex = createHash('sha256').update(giftId.toLowerCase()).digest('hex').slice(0, 12);
  return hex.toUpperCase().replace(/(.{4})(?=.)/g, '$1-');
}

/** JSON keeps the borders between fields, whatever is in them. */
function digest(fields: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64url');
}
