/** What the fake Stripe does with cards and with money after a charge, through the official SDK. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cardFrom } from './cards.ts';
import { authenticate } from './charging.ts';
import { closeDispute, openDispute, payOut } from './money-moves.ts';
import { GIFT, PAID, refusalOf, sdkOnFake, shapeOf } from './sdk-on-fake.ts';
import { typeCard } from './supporters.ts';

const on = sdkOnFake();

describe('a card', () => {
  it('is kept for its customer alone, and never off session for another', async () => {
    const [one, other] = [await on.stripe.customers.create(), await on.stripe.customers.create()];
    const first = await on.stripe.paymentIntents.create({
      ...PAID,
      customer: one.id,
      setup_future_usage: 'off_session',
    });
    const later = {
      ...PAID,
      payment_method: String(first.payment_method),
      off_session: true,
      customer: one.id,
    };
    assert.equal((await on.stripe.paymentIntents.create(later)).status, 'succeeded');
    const wrong = on.stripe.paymentIntents.create({ ...later, customer: other.id });
    assert.equal((await shapeOf(wrong))[3], 'payment_method');
    await on.stripe.customers.del(one.id);
    assert.equal((await shapeOf(on.stripe.paymentIntents.create(later)))[3], 'customer');
  });

  it('whose bank wants its holder is declined off session, and confirmed on its page', async () => {
    const wanted = { ...PAID, payment_method: 'pm_card_authenticationRequired' };
    const away = await refusalOf(on.stripe.paymentIntents.create({ ...wanted, off_session: true }));
    assert.deepEqual(
      [away.statusCode, away.code, away.decline_code, away.payment_intent?.status],
      [402, 'authentication_required', 'authentication_required', 'requires_payment_method'],
    );
    const here = await on.stripe.paymentIntents.create({
      ...wanted,
      return_url: 'https://n.example/',
    });
    assert.equal(here.status, 'requires_action');
    authenticate(on.fake.books, here.id, 'failed');
    const failed = await on.stripe.paymentIntents.retrieve(here.id);
    assert.deepEqual(
      [failed.status, failed.last_payment_error?.code],
      ['requires_payment_method', 'payment_intent_authentication_failure'],
    );
  });

  it('can be looked at before anything else knows of it, once, for twelve hours', async () => {
    const token = typeCard(on.fake.books, cardFrom('pm_card_by'));
    const seen = await on.stripe.confirmationTokens.retrieve(token);
    assert.equal(seen.payment_method_preview?.card?.country, 'BY');
    assert.deepEqual([on.fake.books.issuerLog, on.fake.books.methods.size], [[], 0]);
    const made = await on.stripe.paymentIntents.create(GIFT);
    const confirmed = { confirmation_token: token, return_url: 'https://n.example/' };
    assert.equal((await on.stripe.paymentIntents.confirm(made.id, confirmed)).status, 'succeeded');
    const again = on.stripe.paymentIntents.create({ ...GIFT, ...confirmed, confirm: true });
    assert.equal((await shapeOf(again))[3], 'confirmation_token');
    const late = typeCard(on.fake.books, cardFrom('pm_card_de'));
    on.clock.advance({ hours: 12 });
    const tooLate = { ...GIFT, ...confirmed, confirmation_token: late, confirm: true };
    assert.equal(
      (await shapeOf(on.stripe.paymentIntents.create(tooLate)))[3],
      'confirmation_token',
    );
  });

  it('that a rule of Radar blocks never reaches its bank', async () => {
    on.fake.account.radarBlocks = { countries: ['BY'], unknown: true };
    const blocked = { ...PAID, payment_method: 'pm_card_by' };
    const { charge } = await refusalOf(on.stripe.paymentIntents.create(blocked));
    const { outcome } = await on.stripe.charges.retrieve(charge ?? '');
    assert.deepEqual([outcome?.type, outcome?.network_status], ['blocked', 'not_sent_to_network']);
    assert.deepEqual(on.fake.books.issuerLog, []);
  });

  it('is paid with once: what succeeded or was canceled is confirmed by nobody', async () => {
    const paid = await on.stripe.paymentIntents.create(PAID);
    const again = on.stripe.paymentIntents.confirm(paid.id, { payment_method: 'pm_card_visa' });
    assert.equal((await shapeOf(again))[2], 'payment_intent_unexpected_state');
    const given = await on.stripe.paymentIntents.create(GIFT);
    await on.stripe.paymentIntents.cancel(given.id);
    const late = on.stripe.paymentIntents.confirm(given.id, { payment_method: 'pm_card_visa' });
    assert.equal((await shapeOf(late))[2], 'payment_intent_unexpected_state');
  });
});

describe('the money of a charge', () => {
  const paid = async (method = 'pm_card_visa') => {
    const { latest_charge: id } = await on.stripe.paymentIntents.create({
      ...PAID,
      payment_method: method,
    });
    await on.stripe.balance.retrieve();
    return String(id);
  };

  it('is booked after the answer, pending for days, and paid out with its line', async () => {
    const answered = await on.stripe.paymentIntents.create({ ...PAID, expand: ['latest_charge'] });
    assert.ok(typeof answered.latest_charge === 'object');
    assert.equal(answered.latest_charge?.balance_transaction, null, 'capture is asynchronous');
    const [line] = (await on.stripe.balanceTransactions.list()).data;
    assert.deepEqual([line?.net, line?.status, line?.type], [467, 'pending', 'charge']);
    assert.equal(payOut(on.fake.books, 'eur'), null);
    on.clock.advance({ hours: 72 });
    const payout = payOut(on.fake.books, 'eur');
    const out = await on.stripe.balanceTransactions.list({ payout: payout?.id ?? '' });
    assert.deepEqual(out.data.map(({ type, net }) => [type, net]).toSorted(), [
      ['charge', 467],
      ['payout', -467],
    ]);
    on.clock.advance({ hours: 48 });
    assert.equal((await on.stripe.payouts.retrieve(payout?.id ?? '')).status, 'paid');
    assert.deepEqual(on.fake.books.balance('eur'), { available: 0n, pending: 0n });
  });

  it('goes back in parts and no further, and comes again where a refund fails', async () => {
    const charge = await paid();
    await on.stripe.refunds.create({ charge, amount: 200 });
    const tooMuch = on.stripe.refunds.create({ charge, amount: 301 });
    assert.deepEqual((await shapeOf(tooMuch))[3], 'amount');
    await on.stripe.refunds.create({ charge });
    assert.equal((await on.stripe.charges.retrieve(charge)).refunded, true);
    const again = on.stripe.refunds.create({ charge });
    assert.equal((await shapeOf(again))[2], 'charge_already_refunded');
    for (const [method, begins, ends] of [
      ['pm_card_pendingRefund', 'pending', 'succeeded'],
      ['pm_card_refundFail', 'succeeded', 'failed'],
    ] as const) {
      const refund = await on.stripe.refunds.create({ charge: await paid(method) });
      assert.equal(refund.status, begins);
      on.clock.advance({ hours: 24 });
      assert.equal((await on.stripe.refunds.retrieve(refund.id)).status, ends);
    }
    const failures = await on.stripe.balanceTransactions.list({ type: 'refund_failure' });
    assert.deepEqual(
      failures.data.map(({ net }) => net),
      [500],
    );
  });

  it('is withdrawn with a fee when it is disputed, and reinstated when that is won', async () => {
    const charge = await paid();
    const dispute = openDispute(on.fake.books, charge);
    const refused = on.stripe.refunds.create({ charge });
    assert.equal((await shapeOf(refused))[2], 'charge_disputed');
    closeDispute(on.fake.books, dispute.id, 'won');
    const { status, balance_transactions: lines } = await on.stripe.disputes.retrieve(dispute.id);
    assert.deepEqual(
      [status, ...lines.map(({ amount, fee, reporting_category: kind }) => [amount, fee, kind])],
      ['won', [-500, 2000, 'dispute'], [500, 0, 'dispute_reversal']],
    );
  });

  it('is exchanged where the account settles in another currency', async () => {
    const yen = { ...PAID, amount: 1000, currency: 'jpy' };
    await on.stripe.paymentIntents.create(yen);
    const [line] = (await on.stripe.balanceTransactions.list()).data;
    assert.deepEqual([line?.amount, line?.currency, line?.exchange_rate], [613, 'eur', 0.6125]);
  });
});
