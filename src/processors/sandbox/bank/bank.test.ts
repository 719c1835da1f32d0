import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ManualClock } from '../../../calendar/index.ts';
import { Bank } from './bank.ts';
import { openHosted, payWithCard } from './decisions.ts';
import { actOnMoney } from './money-acts.ts';
import type { PaymentOrder } from './records.ts';
import { testCard } from './test-cards.ts';
import { START, seededRandom } from './testing/test-bank.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-bank-unit-'));
});
after(() => rm(folder, { recursive: true, force: true }));

let banks = 0;
const clock = new ManualClock(START);
const openBank = (name: string) => {
  banks += 1;
  return Bank.open({
    journalFile: join(folder, name),
    clock,
    random: seededRandom(`unit ${banks}`),
    secretKey: 'sk_sandbox_for_tests_only',
  });
};

function openPayment(bank: Bank): string {
  return bank.decide((desk) => {
    const order: PaymentOrder = {
      id: desk.newId('pay'),
      kind: 'hosted',
      references: { attemptId: 'a', giftId: 'g', supporterId: 's', pledgeId: null },
      amountMinor: 500n,
      currency: 'USD',
      keepMandate: null,
      statementText: 'TPN SUPPORT',
      language: 'en',
      refusedCountries: [],
      returnUrl: 'http://127.0.0.1:3000/thanks',
      cancelUrl: null,
      methodId: null,
      expiresAt: desk.now.add({ hours: 24 }),
    };
    return { facts: openHosted(order), outcome: order.id };
  });
}

function moneyShown({ lines, refunds, disputes, payouts, totals }: Bank['books']['money']) {
  return { lines, refunds, disputes, payouts, totals };
}

test('the books after a restart are the books before it', async () => {
  const bank = await openBank('same.jsonl');
  const paid = openPayment(bank);
  openPayment(bank);
  bank.decide((desk) => payWithCard(desk, desk.books.payment(paid), testCard('pays').number));
  const charge = [...bank.books.charges.keys()][0] ?? '';
  actOnMoney(bank, { do: 'dispute', charge, amount: 100n });
  actOnMoney(bank, { do: 'give_back', charge, amount: 'half' });
  clock.advance({ hours: 48 });
  actOnMoney(bank, { do: 'pay_out' });
  await bank.durable();
  const { payments, charges, money, events, sightings } = bank.books;
  await bank.close();
  const again = await openBank('same.jsonl');
  const shown = (books: unknown) =>
    JSON.stringify(books, (_name, value: unknown) => {
      if (typeof value === 'bigint') return value.toString();
      return value instanceof Map ? [...value] : value;
    });
  assert.equal(charges.size, 1);
  assert.equal(
    shown({ payments, charges, events, sightings, ...moneyShown(money) }),
    shown({
      payments: again.books.payments,
      charges: again.books.charges,
      events: again.books.events,
      sightings: again.books.sightings,
      ...moneyShown(again.books.money),
    }),
  );
  await again.close();
});

test('an event is told of once it is durable, not before', async () => {
  const bank = await openBank('events.jsonl');
  const id = openPayment(bank);
  await bank.durable();
  const told: string[] = [];
  bank.onEvent((event) => told.push(event.type));
  bank.decide((desk) => payWithCard(desk, desk.books.payment(id), testCard('pays').number));
  assert.deepEqual(told, []);
  await bank.durable();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ['payment.succeeded']);
  await bank.close();
});

test('a payment that is paid cannot be paid again, even by a wrong decision', async () => {
  const bank = await openBank('broken.jsonl');
  const id = openPayment(bank);
  const pay = () =>
    bank.decide((desk) => {
      // A decision that does not look whether the payment is still open.
      const open = { ...desk.books.payment(id), state: 'open' as const };
      return payWithCard(desk, open, testCard('pays').number);
    });
  pay();
  await bank.durable();
  assert.throws(pay, /assertion failed/);
  // From here on nobody is told anything, until the journal has been read again.
  await assert.rejects(bank.durable(), /assertion failed/);
  await bank.close();
  const again = await openBank('broken.jsonl');
  await again.durable();
  assert.equal(again.books.charges.size, 1);
  await again.close();
});

test('what expires is found when its time comes, and only then', async () => {
  const bank = await openBank('expiry.jsonl');
  const first = openPayment(bank);
  clock.advance({ hours: 12 });
  const second = openPayment(bank);
  const states = () => {
    bank.refresh();
    return [first, second].map((id) => bank.books.payment(id).state);
  };
  clock.advance({ hours: 11, minutes: 59, seconds: 59 });
  assert.deepEqual(states(), ['open', 'open']);
  clock.advance({ seconds: 1 });
  assert.deepEqual(states(), ['expired', 'open']);
  clock.advance({ hours: 12 });
  assert.deepEqual(states(), ['expired', 'expired']);
  await bank.close();
});
