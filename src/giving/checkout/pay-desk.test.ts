import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GivingSettings } from '../giving.ts';
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

async function begun(
  test: (begun: Begun) => Promise<void>,
  settings: Partial<GivingSettings> = {},
): Promise<void> {
  let company: OwnPageProcessor | undefined;
  const world = await givingWorld({
    settings,
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

  it('takes a refusal before anything was made, and names no object then', () =>
    begun(async ({ world, company, giftId, attemptId }) => {
      const { payDesk } = world.giving;
      const told = { attemptId, accountId: 'own', objectRef: null };
      await assert.rejects(payDesk.tell({ ...told, evidence: { state: 'open' } }), /under way/);
      await payDesk.tell({
        ...told,
        evidence: { state: 'declined', code: 'country_refused', advice: 'refused-country' },
      });
      assert.equal((await world.giving.giftView(giftId))?.stateForPeople, 'refused-country');
      assert.equal(await payDesk.waiting(attemptId), undefined);
      assert.equal(company.payments.size, 0);
      const row = await world.db
        .selectFrom('attempt')
        .select('object_ref')
        .where('id', '=', attemptId)
        .executeTakeFirstOrThrow();
      assert.equal(row.object_ref, null);
    }));

  it('tells the newsroom of an order that the company calls invalid', () =>
    begun(async ({ world, attemptId }) => {
      const { payDesk } = world.giving;
      await payDesk.take(attemptId);
      await payDesk.tellRefused({ attemptId, code: 'amount_too_small' });
      assert.equal(await payDesk.waiting(attemptId), undefined);
      const alarms = await world.db.selectFrom('alarm').select(['kind', 'ref']).execute();
      assert.deepEqual(alarms, [{ kind: 'our-bug', ref: attemptId }]);
    }));

  it('leads whoever comes to a page that is over to what became of their gift', () =>
    begun(async ({ world, company, giftId, attemptId }) => {
      const { payDesk } = world.giving;
      await company.payOnPage(payDesk, attemptId);
      const way = new URL((await payDesk.wayOn(attemptId)) ?? '');
      assert.equal(way.pathname, `/support/return/${giftId}`);
      assert.equal(await payDesk.wayOn('no id'), undefined);
      assert.equal(await payDesk.wayOn('019abc00-0000-7000-8000-000000000001'), undefined);
    }));

  const listed = { countries: ['XA'] };
  const listing = { refusedCountries: () => listed.countries };

  it('closes a page whose order changed, and leads back to the form for the next one', () =>
    begun(async ({ world, giftId, attemptId }) => {
      const { payDesk } = world.giving;
      listed.countries = ['XA', 'XC'];
      assert.equal(await payDesk.waiting(attemptId), undefined);
      const way = new URL((await payDesk.wayOn(attemptId)) ?? '');
      assert.deepEqual([way.pathname, way.searchParams.get('gift')], ['/support', giftId]);
      const again = await world.giving.beginGift(world.intent({ giftId }));
      assert.ok(again.kind === 'go');
      const next = again.pageUrl.split('/').at(-1) ?? '';
      assert.notEqual(next, attemptId);
      assert.deepEqual((await payDesk.waiting(next))?.order.refusedCountries, ['XA', 'XC']);
    }, listing));

  it('closes what such a page made at the company too', () =>
    begun(async ({ world, company, attemptId }) => {
      const { payDesk } = world.giving;
      const taken = await payDesk.take(attemptId);
      assert.ok(taken !== undefined);
      const made = await FakeProcessor.prototype.openHostedPayment.call(company, taken.order);
      assert.ok(made.kind === 'opened');
      await payDesk.tell({
        attemptId,
        accountId: 'own',
        objectRef: made.objectRef,
        evidence: { state: 'open', declinedCode: 'card_declined' },
      });
      listed.countries = ['XD'];
      const way = new URL((await payDesk.wayOn(attemptId)) ?? '');
      assert.equal(way.pathname, '/support');
      assert.ok(company.calls.some((call) => call.startsWith('close')));
    }, listing));
});
