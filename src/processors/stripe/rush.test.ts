/**
 * More renewals in one moment than Stripe's limits let through: what is above them is told as not heard, nobody's card is
 * blamed, and the same call a moment later charges each card once.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { ManualClock, uuidV5 } from '../../calendar/index.ts';
import type { MandateChargeOrder, Processor } from '../../giving/processor.ts';
import { money } from '../../money/index.ts';
import { cardFrom } from './fake/cards.ts';
import { attach, makeMethod } from './fake/charging.ts';
import { makeCustomer, TYPED } from './fake/checkout.ts';
import { type FakeStripe, startFakeStripe } from './fake/server.ts';
import { openOn } from './fake/test-account.ts';
import { holdExchangesAgainstDescription, keepExchanges } from './testing/described-exchanges.ts';

const NAMESPACE = '5b1f4a0e-7d5c-4c1d-9a55-0e6f7a8b9c0d';
const RENEWALS = 40;

let clock: ManualClock;
let fake: FakeStripe;
let processor: Processor;
beforeEach(async () => {
  clock = new ManualClock('2026-03-01T12:00:00Z');
  fake = await startFakeStripe(clock);
  processor = openOn(fake, clock, { timeoutMs: 20_000 }).processor;
});
afterEach(async () => {
  keepExchanges(fake);
  await fake.close();
});

function renewal(n: number): MandateChargeOrder {
  const id = (part: string) => uuidV5({ namespace: NAMESPACE, name: `${part} ${n}` });
  const customer = makeCustomer(fake.books, {
    metadata: {},
    description: null,
    name: null,
    email: null,
  });
  const method = makeMethod(fake.books, cardFrom('4242424242424242'), TYPED);
  method.isSetUp = true;
  attach(fake.books, method, customer.id);
  return {
    references: {
      attemptId: id('attempt'),
      giftId: id('gift'),
      supporterId: id('supporter'),
      pledgeId: id('pledge'),
    },
    idempotencyKey: id('attempt'),
    money: money(500n, 'EUR'),
    mandate: { customerRef: customer.id, methodRef: method.id },
    statementText: 'TUPPENCE GIFT',
    refusedCountries: ['XA', 'XB'],
  };
}

it('charges every card once, in as many rounds as the limits want', async () => {
  fake.account.limits = { account: 100, endpoint: 25 };
  const orders = Array.from({ length: RENEWALS }, (_, n) => renewal(n));
  const waiting = new Set(orders);
  let refused = 0;
  for (let round = 0; round < 6 && waiting.size > 0; round += 1) {
    clock.advance({ seconds: 1 });
    const answers = await Promise.all(
      [...waiting].map(async (order) => ({ order, answer: await processor.chargeMandate(order) })),
    );
    for (const { order, answer } of answers) {
      if (answer.kind === 'unknown') {
        assert.equal(answer.reason, 'busy');
        refused += 1;
        continue;
      }
      assert.ok(answer.kind === 'evidence' && answer.evidence.state === 'succeeded');
      waiting.delete(order);
    }
  }
  assert.equal(waiting.size, 0, 'everybody had a turn');
  assert.ok(refused > 0, 'the limit was met');
  assert.equal(fake.books.charges.size, RENEWALS);
  assert.equal(
    new Set([...fake.books.charges.values()].map((each) => each.customerId)).size,
    RENEWALS,
  );
  assert.deepEqual(fake.books.problems(), []);
});

holdExchangesAgainstDescription(80);
