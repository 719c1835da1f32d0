/** What the bank's balance says about money, through the adapter: ids and amounts are those that answers name as well. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { money } from '../../money/index.ts';
import { TestBank } from './bank/testing/test-bank.ts';

let bank: TestBank;
before(async () => {
  bank = await TestBank.start();
});
after(() => bank.stop());

test('fees and refunds are listed once, in order, and the cursor goes on from where it stopped', async () => {
  const processor = bank.processor();
  const { order, objectRef } = await bank.pay('pays');
  const looked = await processor.lookUp({ attemptId: order.references.attemptId, objectRef });
  assert.ok(looked.kind === 'evidence' && looked.evidence.state === 'succeeded');
  const { chargeRef, fee, happenedAt } = looked.evidence;
  assert.ok(fee !== null);

  const first = await processor.listMoneySince?.(null);
  assert.ok(first !== undefined && !('kind' in first));
  assert.deepEqual(first.facts, [
    { kind: 'fee', ref: fee.ref, money: fee.money, happenedAt, chargeRef, payoutRef: null },
  ]);
  assert.equal(first.more, false);

  const part = money(order.money.minor - 1n, order.money.currency);
  const refunded = await processor.refund({ idempotencyKey: 'r1', chargeRef, money: part });
  assert.ok(refunded.kind === 'refunded');
  const second = await processor.listMoneySince?.(first.cursor);
  assert.ok(second !== undefined && !('kind' in second));
  assert.deepEqual(
    second.facts.map(({ kind, ref, money: moved, chargeRef: of }) => ({ kind, ref, moved, of })),
    [{ kind: 'refund', ref: refunded.refundRef, moved: part, of: chargeRef }],
  );
  const third = await processor.listMoneySince?.(second.cursor);
  assert.ok(third !== undefined && !('kind' in third));
  assert.deepEqual(third.facts, []);
});
