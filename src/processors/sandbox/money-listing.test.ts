/** What the bank's balance says about money, through the adapter: ids and amounts are those that answers name as well. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { dayIn, PlainDate } from '../../calendar/index.ts';
import type { MoneyFact, Processor } from '../../giving/processor.ts';
import { money } from '../../money/index.ts';
import { TestBank } from './bank/testing/test-bank.ts';

let bank: TestBank;
let processor: Processor;
beforeEach(async () => {
  bank = await TestBank.start();
  processor = bank.processor();
});
afterEach(() => bank.stop());

async function listing(cursor: string | null) {
  const page = await processor.listMoneySince?.(cursor);
  assert.ok(page !== undefined && !('kind' in page));
  return page;
}

async function chargeOf(order: Awaited<ReturnType<TestBank['pay']>>) {
  const looked = await processor.lookUp({ attemptId: null, objectRef: order.objectRef });
  assert.ok(looked.kind === 'evidence' && looked.evidence.state === 'succeeded');
  return looked.evidence;
}

const told = (facts: readonly MoneyFact[]) =>
  facts.map(({ kind, money: { minor }, payoutRef }) => `${kind} ${minor} ${payoutRef ?? '-'}`);

async function read(day: string) {
  const books = await processor.booksOfDay?.(PlainDate.from(day));
  assert.ok(books !== undefined && !('kind' in books));
  return books;
}

test('fees and refunds are listed once, in order, and the cursor goes on from where it stopped', async () => {
  const { order, objectRef } = await bank.pay('pays');
  const { chargeRef, fee, happenedAt } = await chargeOf({ order, objectRef });
  assert.ok(fee !== null);
  const first = await listing(null);
  assert.deepEqual(first.facts, [
    { kind: 'fee', ref: fee.ref, money: fee.money, happenedAt, chargeRef, payoutRef: null },
  ]);
  assert.equal(first.more, false);

  const part = money(order.money.minor - 1n, order.money.currency);
  const refunded = await processor.refund({ idempotencyKey: 'r1', chargeRef, money: part });
  assert.ok(refunded.kind === 'refunded');
  const second = await listing(first.cursor);
  // The answer and the listing name one refund, one time and one key.
  const { refundRef: ref, happenedAt: at } = refunded;
  const about = { chargeRef, payoutRef: null, refundKey: 'r1' };
  assert.deepEqual(second.facts, [{ kind: 'refund', ref, money: part, happenedAt: at, ...about }]);
  assert.deepEqual((await listing(second.cursor)).facts, []);
});

test('what is free after two days goes out on the third, and its lines are told again with their payout', async () => {
  await bank.pay('pays', { money: money(1000n, 'EUR') });
  const first = await listing(null);
  bank.clock.set('2026-11-26T23:59:59Z');
  assert.deepEqual((await listing(first.cursor)).facts, []);
  bank.clock.set('2026-11-27T00:00:00Z');
  const free = await listing(first.cursor);
  assert.deepEqual(told(free.facts), ['available 941 -']);
  assert.equal((await bank.balance('EUR')).available, '941');
  bank.clock.set('2026-11-28T00:00:01Z');
  const paid = await listing(free.cursor);
  const payout = paid.facts.find(({ kind }) => kind === 'payout');
  assert.deepEqual(told(paid.facts), [`available 941 ${payout?.ref}`, 'payout 941 -']);
  assert.equal(paid.facts[0]?.ref, free.facts[0]?.ref);
  assert.deepEqual((await listing(paid.cursor)).facts, []);
  const { paid_out, pending, available } = await bank.balance('EUR');
  assert.deepEqual(
    { paid_out, pending, available },
    { paid_out: '941', pending: '0', available: '0' },
  );
});

test('a dispute takes its part and a fee, gives back when won, and moves nothing more when lost', async () => {
  const { chargeRef } = await chargeOf(await bank.pay('pays', { money: money(1000n, 'EUR') }));
  const one = await bank.act({ do: 'dispute', charge: chargeRef, amount: '400' });
  const other = await bank.act({ do: 'dispute', charge: chargeRef });
  assert.equal((await bank.balance('EUR')).disputes_open, '1000');
  assert.equal(await bank.act({ do: 'dispute', charge: chargeRef }), 'no_amount');
  await bank.act({ do: 'decide', dispute: one, as: 'won' });
  await bank.act({ do: 'decide', dispute: other, as: 'lost' });
  assert.equal(await bank.act({ do: 'decide', dispute: other, as: 'won' }), 'already_decided');
  const { facts } = await listing(null);
  assert.deepEqual(
    facts
      .slice(1)
      .map(({ kind, ref, money: moved }) => [kind, kind === 'dispute-fee' ? '' : ref, moved.minor]),
    [
      ['dispute-opened', one, 400n],
      ['dispute-fee', '', 1500n],
      ['dispute-opened', other, 600n],
      ['dispute-fee', '', 1500n],
      ['dispute-won', one, 400n],
      ['dispute-lost', other, 600n],
    ],
  );
  assert.ok(facts.every((fact) => fact.chargeRef === chargeRef));
  const { disputes_open, disputes_lost, dispute_fees, available } = await bank.balance('EUR');
  assert.deepEqual(
    [disputes_open, disputes_lost, dispute_fees, available],
    ['0', '600', '3000', '-3600'],
  );
  // What was won can be refunded, what was lost cannot.
  const refund = (minor: bigint, idempotencyKey: string) =>
    processor.refund({ idempotencyKey, chargeRef, money: money(minor, 'EUR') });
  assert.deepEqual(await refund(401n, 'a'), { kind: 'refused', code: 'charge_disputed' });
  assert.equal((await refund(400n, 'b')).kind, 'refunded');
});

test('a balance below nought is not paid out until it is filled again', async () => {
  const { chargeRef } = await chargeOf(await bank.pay('pays', { money: money(1000n, 'EUR') }));
  await bank.act({ do: 'dispute', charge: chargeRef });
  bank.clock.advance({ hours: 24 * 4 });
  assert.equal(await bank.act({ do: 'pay_out' }), 'nothing_to_pay');
  await bank.pay('pays', { money: money(90000n, 'EUR') });
  bank.clock.advance({ hours: 48 });
  await listing(null);
  const payout = await bank.act({ do: 'pay_out' });
  assert.match(payout, /^po_/);
  // 941 - 1000 - 1500 + 90000 - 2640
  assert.equal((await bank.balance('EUR')).paid_out, '85801');
});

test('the test card that disputes does it by itself after three days, once, and is lost unanswered', async () => {
  await bank.pay('disputed', { money: money(1000n, 'EUR') });
  bank.clock.advance({ hours: 71 });
  const before = await listing(null);
  assert.ok(before.facts.every(({ kind }) => kind !== 'dispute-opened'));
  bank.clock.advance({ hours: 1 });
  const opened = await listing(before.cursor);
  assert.ok(
    opened.facts.some(({ kind, money: { minor } }) => kind === 'dispute-opened' && minor === 1000n),
  );
  bank.clock.advance({ hours: 24 * 14 });
  const { facts } = await listing(opened.cursor);
  assert.equal(facts.filter(({ kind }) => kind === 'dispute-lost').length, 1);
  bank.clock.advance({ hours: 24 * 30 });
  assert.ok(
    (await listing(null)).facts.filter(({ kind }) => kind === 'dispute-opened').length === 1,
  );
});

test('the books of a day are whole, and stay what they were', async () => {
  const paid = await bank.pay('pays', { money: money(1000n, 'EUR') });
  const { chargeRef } = await chargeOf(paid);
  for (let more = 0; more < 110; more += 1) await bank.pay('pays', { money: money(500n, 'USD') });
  const day = dayIn(bank.clock.now(), 'UTC').toString();
  bank.clock.advance({ hours: 24 });
  await processor.refund({ idempotencyKey: 'r', chargeRef, money: money(10n, 'EUR') });
  const books = await read(day);
  assert.equal(books.charges.length, 111);
  assert.deepEqual(books.charges[0], {
    objectRef: paid.objectRef,
    chargeRef,
    money: money(1000n, 'EUR'),
    attemptId: paid.order.references.attemptId,
  });
  assert.equal(books.facts.filter(({ kind }) => kind === 'fee').length, 111);
  // Free at the first look after its day, paid out on the day after.
  bank.clock.advance({ hours: 24 * 10 });
  await listing(null);
  bank.clock.advance({ hours: 24 });
  await listing(null);
  assert.deepEqual(await read(day), books);
  // What was written on one day and paid out on a later one is in the books of both, with its payout.
  const dayAfter = (days: number) => read(PlainDate.from(day).add({ days }).toString());
  const ofKind = (facts: readonly MoneyFact[], kind: MoneyFact['kind']) =>
    facts.filter((fact) => fact.kind === kind && fact.money.currency === 'EUR');
  const [payout] = ofKind((await dayAfter(12)).facts, 'payout');
  assert.equal(payout?.money.minor, 931n);
  assert.deepEqual(ofKind((await dayAfter(1)).facts, 'refund')[0]?.payoutRef, payout.ref);
  assert.deepEqual(ofKind((await dayAfter(12)).facts, 'refund')[0]?.payoutRef, payout.ref);
  // All days together say what the listing says.
  const inBooks = new Set<string>();
  for (let days = 0; days < 15; days += 1) {
    for (const { kind, ref } of (await dayAfter(days)).facts) inBooks.add(`${kind} ${ref}`);
  }
  const listed = new Set<string>();
  let cursor: string | null = null;
  for (let more = true; more; ) {
    const page = await listing(cursor);
    for (const { kind, ref } of page.facts) listed.add(`${kind} ${ref}`);
    ({ cursor, more } = page);
  }
  assert.deepEqual([...inBooks].sort(), [...listed].sort());
});

for (const fault of [
  'error_before_effect',
  'maintenance',
  'truncated',
  'reset_after_effect',
  'too_many',
]) {
  test(`a listing and a day that are answered with ${fault} are unknown, never read in part`, async () => {
    await bank.pay('pays');
    await bank.control({
      faults: [
        { fault, on: 'list_money' },
        { fault, on: 'books_of_day' },
      ],
    });
    const page = await processor.listMoneySince?.(null);
    assert.equal(page !== undefined && 'kind' in page && page.kind, 'unknown');
    const books = await processor.booksOfDay?.(dayIn(bank.clock.now(), 'UTC'));
    assert.equal(books !== undefined && 'kind' in books && books.kind, 'unknown');
    assert.equal((await listing(null)).facts.length, 1);
  });
}
