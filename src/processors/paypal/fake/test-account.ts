/** An adapter on a fake PayPal of its own, for a test. */
import { type ManualClock, uuidV5 } from '../../../calendar/index.ts';
import type {
  CompletionOrder,
  HostedPaymentOrder,
  MandateChargeOrder,
  OurReferences,
  Processor,
} from '../../../giving/processor.ts';
import { money } from '../../../money/index.ts';
import { openPayPal } from '../adapter.ts';
import type { OpenPayPalOptions } from '../settings.ts';
import { FAKE_CLIENT, FAKE_WEBHOOK_ID, type FakePayPal, startFakePayPal } from './server.ts';

export interface TestAccount {
  readonly fake: FakePayPal;
  readonly clock: ManualClock;
  readonly processor: Processor;
  close(): Promise<void>;
}

export async function testAccount(
  clock: ManualClock,
  changes: Partial<OpenPayPalOptions> = {},
): Promise<TestAccount> {
  const fake = await startFakePayPal(clock);
  const processor = openOn(fake, clock, changes);
  return { fake, clock, processor, close: () => fake.close() };
}

export function openOn(
  fake: FakePayPal,
  clock: ManualClock,
  changes: Partial<OpenPayPalOptions> = {},
): Processor {
  return openPayPal({
    accountId: 'paypal-1',
    mode: 'test',
    ...FAKE_CLIENT,
    webhookId: FAKE_WEBHOOK_ID,
    currencies: null,
    clock,
    fetch: globalThis.fetch,
    timeoutMs: 2_000,
    apiOrigin: fake.origin,
    pageOrigin: fake.origin,
    certificateOrigin: fake.origin,
    ...changes,
  }).processor;
}

const NAMESPACE = '7c0de1a4-3f0e-4d62-8b3c-0a1b2c3d4e5f';

export function references(name: string, pledge = false): OurReferences {
  const id = (part: string): string => uuidV5({ namespace: NAMESPACE, name: `${name} ${part}` });
  return {
    attemptId: id('attempt'),
    giftId: id('gift'),
    supporterId: id('supporter'),
    pledgeId: pledge ? id('pledge') : null,
  };
}

export function hostedOrder(
  name: string,
  changes: Partial<HostedPaymentOrder> = {},
): HostedPaymentOrder {
  const ours = references(name, changes.keepMandate != null);
  return {
    references: ours,
    idempotencyKey: ours.attemptId,
    money: money(500n, 'EUR'),
    keepMandate: null,
    statementText: 'TUPPENCE GIFT',
    language: 'en',
    refusedCountries: ['XA', 'XB'],
    returnUrl: 'https://news.example/thanks/1',
    cancelUrl: 'https://news.example/support',
    ...changes,
  };
}

export function completion(order: HostedPaymentOrder, objectRef: string): CompletionOrder {
  const { references: ours, idempotencyKey, money: amount, keepMandate } = order;
  const { statementText, refusedCountries } = order;
  return {
    references: ours,
    idempotencyKey,
    objectRef,
    money: amount,
    keepMandate,
    statementText,
    refusedCountries,
  };
}

export function mandateOrder(
  name: string,
  mandate: { readonly customerRef: string; readonly methodRef: string },
  changes: Partial<MandateChargeOrder> = {},
): MandateChargeOrder {
  const ours = references(name, true);
  return {
    references: ours,
    idempotencyKey: ours.attemptId,
    money: money(500n, 'EUR'),
    mandate,
    statementText: 'TUPPENCE GIFT',
    refusedCountries: ['XA', 'XB'],
    ...changes,
  };
}
