/** The official SDK on a fake Stripe of its own, for tests of the fake: neither was written by our adapter. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach } from 'node:test';
import Stripe from 'stripe';
import { ManualClock } from '../../../calendar/index.ts';
import { FAKE_SECRET_KEY } from './account.ts';
import { type FakeStripe, startFakeStripe } from './server.ts';

export const GIFT = { amount: 500, currency: 'eur', allowed_payment_method_types: ['card'] };
export const PAID = { ...GIFT, confirm: true, payment_method: 'pm_card_visa' };

export interface SdkOnFake {
  readonly clock: ManualClock;
  readonly fake: FakeStripe;
  readonly stripe: Stripe;
}

/** Before each test of a file a new fake, and after each its books are held to themselves. */
export function sdkOnFake(): SdkOnFake {
  let begun: SdkOnFake | undefined;
  const on = (): SdkOnFake => {
    assert.ok(begun !== undefined, 'a test has begun');
    return begun;
  };
  beforeEach(async () => {
    const clock = new ManualClock('2026-03-01T12:00:00Z');
    const fake = await startFakeStripe(clock);
    fake.account.payoutSchedule = 'manual';
    begun = { clock, fake, stripe: sdk(fake, FAKE_SECRET_KEY) };
  });
  afterEach(async () => {
    const { fake } = on();
    fake.time.catchUp();
    assert.deepEqual(fake.books.problems(), []);
    await fake.close();
  });
  return {
    get clock() {
      return on().clock;
    },
    get fake() {
      return on().fake;
    },
    get stripe() {
      return on().stripe;
    },
  };
}

export function sdk(fake: FakeStripe, key: string): Stripe {
  const { hostname, port } = new URL(fake.origin);
  return new Stripe(key, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

export async function refusalOf(
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof Stripe.errors.StripeError, String(error));
    return error;
  }
  assert.fail('it was refused');
}

/** Status, type, code and parameter of a refusal. */
export async function shapeOf(call: Promise<unknown>): Promise<readonly unknown[]> {
  const { statusCode, rawType, code, param } = await refusalOf(call);
  return [statusCode, rawType, code, param];
}
