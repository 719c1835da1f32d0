/** An adapter on a fake BTCPay of its own, for a test. */
import { type ManualClock, uuidV5 } from '../../../calendar/index.ts';
import type { HostedPaymentOrder, OurReferences, Processor } from '../../../giving/processor.ts';
import { money } from '../../../money/index.ts';
import type { OpenProcessor } from '../../common/index.ts';
import { openBtcPay } from '../adapter.ts';
import type { OpenBtcPayOptions } from '../settings.ts';
import { FAKE_STORE } from './books.ts';
import { FAKE_KEY, FAKE_WEBHOOK_SECRET, type FakeBtcPay, startFakeBtcPay } from './server.ts';

export interface TestAccount {
  readonly fake: FakeBtcPay;
  readonly clock: ManualClock;
  readonly processor: Processor;
  close(): Promise<void>;
}

export async function testAccount(
  clock: ManualClock,
  changes: Partial<OpenBtcPayOptions> = {},
): Promise<TestAccount> {
  const fake = await startFakeBtcPay(clock);
  const { processor } = openOn(fake, clock, changes);
  return { fake, clock, processor, close: () => fake.close() };
}

export function openOn(
  fake: FakeBtcPay,
  clock: ManualClock,
  changes: Partial<OpenBtcPayOptions> = {},
): OpenProcessor {
  return openBtcPay({
    accountId: 'btcpay-1',
    mode: 'test',
    server: fake.origin,
    store: FAKE_STORE,
    apiKey: FAKE_KEY,
    webhookSecret: FAKE_WEBHOOK_SECRET,
    currencies: null,
    clock,
    fetch: globalThis.fetch,
    timeoutMs: 2_000,
    ...changes,
  });
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
    money: money(1000n, 'EUR'),
    keepMandate: null,
    statementText: 'TUPPENCE GIFT',
    language: 'en',
    refusedCountries: ['XA', 'XB'],
    returnUrl: 'https://news.example/support/return/1?language=en',
    cancelUrl: 'https://news.example/support?gift=1',
    ...changes,
  };
}
