import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostedPaymentAnswer, HostedPaymentOrder, PayDesk } from '../processor.ts';
import { FakeProcessor } from '../testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

/** A processor whose pay page is ours: opening makes nothing there, only the page does, when its supporter pays. */
class OwnPageProcessor extends FakeProcessor {
  override async openHostedPayment(order: HostedPaymentOrder): Promise<HostedPaymentAnswer> {
    this.calls.push(`open here ${order.idempotencyKey}`);
    return { kind: 'opened-here', pageUrl: `http://127.0.0.1:2/pay/own/${order.idempotencyKey}` };
  }

  /** What the page does when its supporter pays. */
  async payOnPage(desk: PayDesk, attemptId: string): Promise<'paid' | 'over'> {
    const taken = await desk.take(attemptId);
    if (taken === undefined) return 'over';
    const made = await super.openHostedPayment(taken.order);
    assert.ok(made.kind === 'opened');
    const { objectRef } = made;
    const told = { attemptId, accountId: this.accountId, objectRef };
    await desk.tell({ ...told, evidence: { state: 'open' } });
    await desk.tell({ ...told, evidence: this.pay(made.pageUrl).evidence });
    return 'paid';
  }
}

interface Begun {
  readonly world: GivingWorld;
  readonly company: OwnPageProcessor;
  readonly giftId: string;
  readonly attemptId: string;
}

async function begun(test: (begun: Begun) => Promise<void>): Promise<void> {
  let company: OwnPageProcessor | undefined;
  const world = await givingWorld({
    processors: (_, clock) => {
      company = new OwnPageProcessor({ clock, accountId: 'own' });
      return [company];
    },
  });
  try {
    assert.ok(company !== undefined);
    const intent = world.intent();
    const answer = await world.giving.beginGift(intent);
    assert.ok(answer.kind === 'go');
    const attemptId = answer.pageUrl.split('/').at(-1) ?? '';
    await test({ world, company, giftId: intent.giftId, attemptId });
  } finally {
    await world.close();
  }
}

describe('the desk of a pay page of our own', () => {
  it('hands out the order that was stored, and nothing once it is over', () =>
    begun(async ({ world, company, giftId, attemptId }) => {
      const { payDesk } = world.giving;
      const waiting = await payDesk.waiting(attemptId);
      assert.equal(waiting?.order.references.giftId, giftId);
      assert.equal(waiting?.order.idempotencyKey, attemptId);
      assert.deepEqual([waiting?.accountId, waiting?.objectRef], ['own', null]);
      assert.equal(await company.payOnPage(payDesk, attemptId), 'paid');
      assert.equal((await world.giving.giftView(giftId))?.stateForPeople, 'paid');
      assert.equal(await payDesk.waiting(attemptId), undefined);
      assert.equal(await payDesk.take(attemptId), undefined);
      assert.equal(await payDesk.waiting('no id'), undefined);
      assert.equal(await payDesk.take('no id'), undefined);
    }));

  it('opens the same page again while nothing was made at the company', () =>
    begun(async ({ world, company, giftId, attemptId }) => {
      const again = await world.giving.beginGift(world.intent({ giftId }));
      assert.ok(again.kind === 'go' && again.pageUrl.endsWith(attemptId));
      assert.equal(company.payments.size, 0);
    }));

  it('gives nothing out once another gift took its place, though nothing had to be closed', () =>
    begun(async ({ world, company, giftId, attemptId }) => {
      const replaced = await world.giving.replaceGift({
        oldGiftId: giftId,
        intent: world.intent(),
      });
      assert.equal(replaced.kind, 'go');
      assert.equal(await company.payOnPage(world.giving.payDesk, attemptId), 'over');
      assert.equal(company.payments.size, 0);
      assert.ok(!company.calls.some((call) => call.startsWith('close')));
    }));

  it('lets nobody give up what was taken and not told yet', () =>
    begun(async ({ world, giftId, attemptId }) => {
      await world.giving.payDesk.take(attemptId);
      const row = await world.db
        .selectFrom('attempt')
        .select(['state', 'heard'])
        .where('id', '=', attemptId)
        .executeTakeFirstOrThrow();
      assert.deepEqual(row, { state: 'sent', heard: null });
      const replaced = await world.giving.replaceGift({
        oldGiftId: giftId,
        intent: world.intent(),
      });
      assert.equal(replaced.kind, 'old-checking');
    }));

  it('is paid once by any number who pay at the same time', () =>
    begun(async ({ world, company, giftId, attemptId }) => {
      const { payDesk } = world.giving;
      await Promise.all(Array.from({ length: 4 }, () => company.payOnPage(payDesk, attemptId)));
      assert.equal(company.captured('EUR'), 500n);
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    }));

  it('is given up after a day on which nobody came, without a word to the company', () =>
    begun(async ({ world, company, giftId, attemptId }) => {
      await world.liveUntil('2026-02-03T12:00:00Z');
      assert.equal((await world.giving.giftView(giftId))?.state, 'abandoned');
      assert.equal(await world.giving.payDesk.take(attemptId), undefined);
      assert.equal(company.payments.size, 0);
    }));
});
