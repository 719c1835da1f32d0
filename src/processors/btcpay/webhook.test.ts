/** BTCPay's messages: signed as BTCPay signs, changed, cut short, of other stores, of kinds nobody knows. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../calendar/index.ts';
import { FAKE_STORE, FakeBooks } from './fake/books.ts';
import { FakeCourier, type FakeMessage, sign } from './fake/courier.ts';
import { Described, descriptionsAreThere } from './fake/described.ts';
import { references } from './fake/test-account.ts';
import { readWebhook } from './webhook.ts';

const SECRET = 'FakeWebhookSecret4EYyYZ';
const OURS = references('message');

const read = ({ body, headers }: FakeMessage, webhookSecret = SECRET) =>
  readWebhook({ body, headers, store: FAKE_STORE, webhookSecret });

function eventIn(message: FakeMessage) {
  const reading = read(message);
  assert.ok(reading.kind === 'verified', JSON.stringify(reading));
  return reading.event;
}

const RIGHT = {
  deliveryId: 'Delivery1',
  webhookId: 'Hook1',
  originalDeliveryId: 'Delivery1',
  isRedelivery: false,
  type: 'InvoiceSettled',
  timestamp: 1_772_366_400,
  storeId: FAKE_STORE,
  invoiceId: 'HMprBnL9BTXWuPvpoKBS6e',
  metadata: { orderId: OURS.attemptId, buyerEmail: 'canary@person.example' },
  manuallyMarked: false,
  overPaid: false,
};

describe('a message', () => {
  it('is read when its signature is right over its very bytes', () => {
    assert.deepEqual(eventIn(sign(RIGHT, SECRET)), {
      eventId: 'Delivery1',
      type: 'InvoiceSettled',
      objectRef: 'HMprBnL9BTXWuPvpoKBS6e',
      attemptId: OURS.attemptId,
      movesMoney: true,
    });
  });

  it('goes by the id of its first delivery, whatever it is delivered as', () => {
    const again = { ...RIGHT, deliveryId: 'Delivery9', isRedelivery: true };
    assert.equal(eventIn(sign(again, SECRET)).eventId, 'Delivery1');
    assert.equal(
      eventIn(sign({ ...again, originalDeliveryId: null }, SECRET)).eventId,
      'Delivery9',
    );
  });

  it('about one payment names that one, which may have come beside what was asked for', () => {
    const of = (payment: unknown) =>
      eventIn(sign({ ...RIGHT, type: 'InvoicePaymentSettled', payment }, SECRET)).objectRef;
    assert.equal(of({ receivedDate: 1_772_366_460, id: 'x' }), `${RIGHT.invoiceId}.1772366460`);
    assert.equal(of({ receivedDate: 'soon' }), RIGHT.invoiceId);
    assert.equal(of(null), RIGHT.invoiceId);
  });

  it('is refused when a byte of it or of its signature is another', () => {
    const { body, headers } = sign(RIGHT, SECRET);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = body.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        assert.deepEqual(read({ body: changed, headers }), {
          kind: 'refused',
          reason: 'signature',
        });
      }),
      { numRuns: 200 },
    );
    const right = headers.get('btcpay-sig') ?? '';
    for (const signature of [
      '',
      'sha256=',
      right.slice(7),
      right.replace('sha256', 'sha1'),
      `${right}00`,
      `${right.slice(0, -1)}${right.endsWith('0') ? '1' : '0'}`,
      `${right}, ${right}`,
      'sha256=ümlaut',
    ]) {
      const given = new Headers(signature === 'sha256=ümlaut' ? {} : { 'btcpay-sig': signature });
      assert.equal(read({ body, headers: given }).kind, 'refused', signature);
    }
    assert.equal(read({ body, headers }, 'another secret of some length').kind, 'refused');
  });

  it('is unreadable, not a crash, when it is signed and no message', () => {
    for (const json of [[], {}, { ...RIGHT, type: 7 }, { ...RIGHT, deliveryId: '' }]) {
      assert.deepEqual(read(sign(json, SECRET)), { kind: 'refused', reason: 'unreadable' });
    }
  });

  it('of another store, of nothing of ours or of a kind that is new makes us ask for nothing', () => {
    const event = (changes: object) => eventIn(sign({ ...RIGHT, ...changes }, SECRET));
    const other = event({ storeId: 'AnotherStoreAnotherStore' });
    assert.deepEqual([other.objectRef, other.attemptId, other.movesMoney], [null, null, false]);
    const trial = event({ invoiceId: '__test__0b1c__test__', metadata: null });
    assert.deepEqual([trial.objectRef, trial.attemptId], [null, null]);
    const shop = event({ metadata: { orderId: 'shop-77' } });
    assert.equal(shop.attemptId, null);
    assert.equal(event({ metadata: { orderId: { a: 1 } } }).attemptId, null);
    const fresh = event({
      type: 'InvoiceDancing',
      metadata: 'none',
      invoiceId: undefined,
      more: 1,
    });
    assert.deepEqual(
      [fresh.type, fresh.objectRef, fresh.movesMoney],
      ['InvoiceDancing', null, false],
    );
  });
});

describe('every message that the fake sends', () => {
  const messages: FakeMessage[] = [];
  before(async () => {
    const clock = new ManualClock('2026-03-01T12:00:00Z');
    const books = new FakeBooks(clock);
    const courier = new FakeCourier(books, SECRET);
    const make = () =>
      books.make({
        minor: 1000n,
        currency: 'EUR',
        metadata: { orderId: OURS.attemptId },
        checkout: {},
        receipt: {},
        methods: ['BTC-CHAIN', 'BTC-LN'],
        expiryMinutes: 60,
        monitoringMinutes: 60,
      });
    const whole = make();
    const slow = make();
    make();
    books.pay(whole.id, { sats: books.asked(whole) });
    books.pay(slow.id, { sats: books.asked(slow) });
    books.confirm(whole.id);
    let answers = 0;
    for (let turn = 0; turn < 30; turn += 1) {
      await courier.deliver(async (message) => {
        messages.push(message);
        answers += 1;
        return answers % 3 === 0 ? 200 : answers % 3 === 1 ? 500 : null;
      });
      clock.advance({ minutes: 10 });
    }
  });

  it('is read, and known again when it is redelivered', () => {
    const byId = new Map<string, string>();
    for (const message of messages) {
      const { eventId, type } = eventIn(message);
      assert.equal(byId.get(eventId) ?? type, type);
      byId.set(eventId, type);
    }
    assert.ok(messages.length > byId.size, 'some were delivered again');
    assert.deepEqual([...new Set(byId.values())].toSorted(), [
      'InvoiceCreated',
      'InvoiceExpired',
      'InvoiceInvalid',
      'InvoicePaymentSettled',
      'InvoiceProcessing',
      'InvoiceReceivedPayment',
      'InvoiceSettled',
    ]);
  });

  it('is as BTCPay describes it', (t) => {
    if (!descriptionsAreThere()) {
      t.skip(
        '../shared/specs is not beside this checkout, so no message was held against BTCPay’s descriptions',
      );
      return;
    }
    const described = new Described();
    const problems = new Set(messages.flatMap((message) => described.problemsOfMessage(message)));
    assert.deepEqual([...problems], []);
    const wrong = sign({ ...RIGHT, invoiceID: 'x', timestamp: 'now' }, SECRET);
    assert.ok(described.problemsOfMessage(wrong).length > 0);
  });
});
