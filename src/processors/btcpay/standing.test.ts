/** Every combination of BTCPay's two axes, of payments and of time, against what must hold of all of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Instant, ManualClock } from '../../calendar/index.ts';
import { invoiceJson, methodsJson } from './fake/answers.ts';
import { FakeBooks } from './fake/books.ts';
import { evidenceOf, standingOf } from './standing.ts';
import { type InvoiceAnswer, invoiceAnswer, type MethodAnswer, methodsAnswer } from './wire.ts';

const STATUSES = ['New', 'Processing', 'Expired', 'Invalid', 'Settled'];
const ODDITIES = ['None', 'PaidLate', 'PaidPartial', 'Marked', 'Invalid', 'PaidOver'];
const CREATED = 1_772_366_400;
const EXPIRY = CREATED + 3600;
const MONITORING = EXPIRY + 86_400;

function invoice(changes: Partial<InvoiceAnswer> = {}): InvoiceAnswer {
  return {
    id: 'HMprBnL9BTXWuPvpoKBS6e',
    storeId: 'store',
    amount: '10.00',
    paidAmount: '0.00',
    currency: 'EUR',
    createdTime: CREATED,
    expirationTime: EXPIRY,
    monitoringExpiration: MONITORING,
    status: 'New',
    additionalStatus: 'None',
    metadata: {},
    ...changes,
  };
}

function methods(of: { statuses: readonly string[]; due?: string }): readonly MethodAnswer[] {
  const payments = of.statuses.map((status, at) => ({
    status,
    receivedDate: CREATED + at,
    value: '0.00005000',
  }));
  const { due = '0.00000000' } = of;
  return [{ paymentMethodId: 'BTC-CHAIN', due, amount: '0.00016633', totalPaid: '0', payments }];
}

const at = (seconds: number) => Instant.fromEpochMilliseconds(seconds * 1000);

const anyInvoice = fc.record({
  status: fc.constantFrom(...STATUSES),
  additionalStatus: fc.constantFrom(...ODDITIES),
  statuses: fc.array(fc.constantFrom('Processing', 'Settled', 'Invalid'), { maxLength: 3 }),
  paidAmount: fc.constantFrom('0.00', '0.01', '6.00', '9.99', '10.00', '10.01', '15.00'),
  due: fc.constantFrom('0.00000000', '0.00003000', '-0.00003000'),
  now: fc.constantFrom(CREATED + 10, EXPIRY + 10, MONITORING + 10),
});

describe('a standing', () => {
  it('is money only where some came and all that came is confirmed, and never a decline', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyInvoice, ({ statuses, due, now, ...changes }) => {
        const of = { invoice: invoice(changes), methods: methods({ statuses, due }) };
        const standing = standingOf({ ...of, now: at(now) });
        assert.ok(standing.kind !== 'unknown');
        kinds.add(standing.kind);
        const evidence = evidenceOf(standing, { id: of.invoice.id, pageUrl: null });
        const counted = statuses.filter((each) => each !== 'Invalid');
        const isConfirmed = counted.every((each) => each === 'Settled');
        switch (evidence.state) {
          case 'succeeded':
            assert.ok(counted.length > 0 && isConfirmed, inspect(of));
            assert.ok(evidence.money.minor > 0n);
            assert.equal(evidence.chargeRef, of.invoice.id);
            break;
          case 'open':
            assert.equal(changes.status, 'New');
            assert.equal(counted.length, 0);
            break;
          case 'processing':
            // Coins that may still come are never given up.
            assert.ok(counted.length > 0 || changes.status === 'Processing', inspect(of));
            break;
          case 'expired':
            assert.ok(counted.length === 0 || changes.paidAmount === '0.00', inspect(of));
            break;
          case 'declined':
          case 'needs_action':
            assert.fail(evidence.state);
        }
      }),
      { numRuns: 3000 },
    );
    assert.deepEqual([...kinds].toSorted(), [
      'expired',
      'nothing-came',
      'paid',
      'part-paid',
      'seen',
      'short',
      'waiting',
    ]);
  });

  it('never climbs down once it is money, as time passes', () => {
    fc.assert(
      fc.property(anyInvoice, ({ statuses, due, now, ...changes }) => {
        const of = { invoice: invoice(changes), methods: methods({ statuses, due }) };
        const before = standingOf({ ...of, now: at(now) });
        const after = standingOf({ ...of, now: at(MONITORING + 1_000_000) });
        if (before.kind === 'paid') assert.deepEqual(after, before);
      }),
      { numRuns: 1000 },
    );
  });

  const MONEY = [
    // status, oddity, told by BTCPay, left to pay: what is booked.
    ['Settled', 'None', '10.00', '0.00000000', 1000n],
    ['Settled', 'None', '10.01', '0.00000000', 1000n],
    ['Settled', 'None', '20.00', '-0.00016633', 2000n],
    ['Settled', 'PaidOver', '15.00', '-0.00008300', 1500n],
    ['Settled', 'PaidOver', '10.00', '-0.00000001', 1000n],
    ['Settled', 'Marked', '4.00', '0.00010000', 400n],
    ['Settled', 'PaidLate', '10.00', '0.00000000', 1000n],
    ['Expired', 'PaidLate', '10.00', '0.00000000', 1000n],
    ['Expired', 'PaidLate', '12.50', '-0.00004200', 1250n],
    ['Expired', 'PaidPartial', '6.00', '0.00006600', 600n],
    ['Invalid', 'None', '10.00', '0.00000000', 1000n],
    ['Invalid', 'Marked', '3.00', '0.00011000', 300n],
  ] as const;
  for (const [status, additionalStatus, paidAmount, due, minor] of MONEY) {
    it(`is ${minor} cents for ${status} ${additionalStatus} with ${paidAmount} and ${due} left`, () => {
      const standing = standingOf({
        invoice: invoice({ status, additionalStatus, paidAmount }),
        methods: methods({ statuses: ['Settled'], due }),
        now: at(MONITORING + 10),
      });
      assert.ok(standing.kind === 'paid', inspect(standing));
      assert.equal(standing.money.minor, minor);
      assert.equal(standing.amount, minor === 1000n ? 'exact' : minor > 1000n ? 'over' : 'short');
    });
  }

  it('waits for the rest also while BTCPay has not thought about a payment yet', () => {
    for (const additionalStatus of ['None', 'PaidLate', 'PaidPartial']) {
      const of = (now: number) =>
        standingOf({
          invoice: invoice({ status: 'Expired', additionalStatus, paidAmount: '6.00' }),
          methods: methods({ statuses: ['Settled'], due: '0.00006600' }),
          now: at(now),
        }).kind;
      assert.deepEqual([of(EXPIRY + 5), of(MONITORING + 5)], ['short', 'paid'], additionalStatus);
    }
  });

  describe('with a second payment once the sum was there', () => {
    const ASKED = '0.00016633';
    const paid = (seconds: number, value = ASKED, status = 'Settled') => ({
      receivedDate: CREATED + seconds,
      value,
      status,
    });
    const method = (payments: MethodAnswer['payments'], changes: Partial<MethodAnswer> = {}) => ({
      paymentMethodId: 'BTC-CHAIN',
      due: '-0.00016633',
      amount: ASKED,
      totalPaid: '0',
      payments,
      ...changes,
    });
    const of = (methods: readonly MethodAnswer[], changes: Partial<InvoiceAnswer> = {}) => {
      const told = { status: 'Settled', paidAmount: '20.00', ...changes };
      const standing = standingOf({ invoice: invoice(told), methods, now: at(EXPIRY) });
      if (standing.kind !== 'paid') return standing.kind;
      const beside = standing.beside.map(({ receivedSeconds, money }) => [
        receivedSeconds - CREATED,
        money.minor,
        money.currency,
      ]);
      return [standing.money.minor, standing.amount, ...beside];
    };

    it('is the sum, and beside it in coins what came later', () => {
      const twice = [method([paid(5), paid(900)])];
      assert.deepEqual(of(twice), [1000n, 'exact', [900, 16_633n, 'BTC']]);
      // In whatever order they are told, late, by another way of paying, of another size.
      assert.deepEqual(of([method([paid(900), paid(5)])]), of(twice));
      assert.deepEqual(of(twice, { status: 'Expired', additionalStatus: 'PaidLate' }), of(twice));
      const lightning = method([paid(900, '0.00000001')], { paymentMethodId: 'BTC-LN' });
      assert.deepEqual(of([method([paid(5)]), lightning]), [1000n, 'exact', [900, 1n, 'BTC']]);
      const parts = [method([paid(5, '0.00010000'), paid(6, '0.00006633'), paid(7, '0.1')])];
      assert.deepEqual(of(parts), [1000n, 'exact', [7, 10_000_000n, 'BTC']]);
    });

    it('is told once it is confirmed, and does not hold up the sum', () => {
      const waits = [method([paid(5), paid(900, ASKED, 'Processing')])];
      assert.deepEqual(of(waits), [1000n, 'exact']);
      assert.equal(of([method([paid(5, ASKED, 'Processing'), paid(900)])]), 'seen');
      // Taken back: then the second one is the sum.
      assert.deepEqual(of([method([paid(5, ASKED, 'Invalid'), paid(900)], { due: '0' })]), [
        1000n,
        'exact',
      ]);
    });

    it('is one with the sum wherever that could be told otherwise another day', () => {
      for (const [what, methods, changes] of [
        ['too much at first', [method([paid(5, '0.00020000'), paid(9)])], {}],
        ['in one second', [method([paid(5), paid(5)])], {}],
        ['fees', [method([paid(5), paid(9)]), method([], { amount: '0.00016700' })], {}],
        [
          'other coins',
          [method([paid(5), paid(9)]), method([], { paymentMethodId: 'LTC-CHAIN' })],
          {},
        ],
        ['marked', [method([paid(5), paid(9)])], { additionalStatus: 'Marked' }],
        ['unreadable', [method([paid(5), paid(9, '0.000000001')])], {}],
      ] as const) {
        assert.deepEqual(of(methods, changes), [2000n, 'over'], what);
      }
      assert.equal(of([method([paid(5), paid(9)])], { status: 'New' }), 'part-paid');
    });
  });

  it('is unknown for states that we do not know, and for amounts that cannot be read exactly', () => {
    const of = (changes: Partial<InvoiceAnswer>, statuses: readonly string[] = ['Settled']) =>
      standingOf({
        invoice: invoice({ status: 'Settled', paidAmount: '10.00', ...changes }),
        methods: methods({ statuses }),
        now: at(CREATED),
      });
    const UNEXPECTED = { kind: 'unknown', reason: 'unexpected' };
    const UNREADABLE = { kind: 'unknown', reason: 'unreadable' };
    assert.deepEqual(of({ status: 'Dancing' }), UNEXPECTED);
    assert.deepEqual(of({}, ['Settled', 'Dancing']), UNEXPECTED);
    assert.deepEqual(of({ amount: '10.001' }), UNREADABLE);
    assert.deepEqual(of({ currency: 'XXX' }), UNREADABLE);
    assert.deepEqual(of({ additionalStatus: 'PaidPartial', paidAmount: '6.001' }), UNREADABLE);
    assert.deepEqual(of({ additionalStatus: 'PaidPartial', paidAmount: undefined }), UNREADABLE);
    // A server that does not tell what came yet, and one that says something new about it.
    assert.equal(of({ paidAmount: undefined }).kind, 'paid');
    assert.equal(of({ additionalStatus: 'Dancing' }).kind, 'paid');
  });
});

const act = fc.oneof(
  fc.record({
    do: fc.constant('pay' as const),
    percent: fc.constantFrom(1n, 40n, 60n, 100n, 150n),
  }),
  fc.constant({ do: 'confirm' as const }),
  fc.constant({ do: 'take-back' as const }),
  fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 30, 61, 1500) }),
);

describe('a standing, whatever happens to an invoice', () => {
  it('ends as what the server’s own books say, and tells an amount once', () => {
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 8 }),
        fc.integer({ min: 1, max: 99_999 }),
        (acts, cents) => {
          const clock = new ManualClock('2026-03-01T12:00:00Z');
          const books = new FakeBooks(clock);
          const { id } = books.make({
            minor: BigInt(cents),
            currency: 'EUR',
            metadata: {},
            checkout: {},
            receipt: {},
            methods: ['BTC-CHAIN', 'BTC-LN'],
            expiryMinutes: 60,
            monitoringMinutes: 1440,
          });
          const look = () => {
            const read = invoiceAnswer.parse(invoiceJson(books, books.invoice(id), 'http://fake'));
            const of = methodsAnswer.parse(methodsJson(books, books.invoice(id)));
            const standing = standingOf({ invoice: read, methods: of, now: clock.now() });
            assert.ok(standing.kind !== 'unknown', inspect(standing));
            return standing;
          };
          const told: bigint[] = [];
          let came = 0n;
          const note = () => {
            const standing = look();
            if (standing.kind !== 'paid') return;
            // Another amount is told only after more came.
            const now = books.came(books.invoice(id));
            if (told.at(-1) !== standing.money.minor) {
              assert.ok(told.length === 0 || now > came, inspect({ told, standing }));
              told.push(standing.money.minor);
            }
            came = now;
          };
          for (const each of acts) {
            const invoice = books.invoice(id);
            if (each.do === 'pay') {
              const sats = (books.asked(invoice) * each.percent) / 100n;
              if (sats > 0n) books.pay(id, { sats });
            }
            if (each.do === 'confirm') books.confirm(id);
            if (each.do === 'take-back') books.takeBack(id);
            if (each.do === 'wait') clock.advance({ minutes: each.minutes });
            clock.advance({ seconds: 1 });
            note();
          }
          books.confirm(id);
          clock.advance({ minutes: 61 + 1441 });
          note();
          const received = books.received('EUR');
          const standing = look();
          const booked = standing.kind === 'paid' ? standing.money.minor : 0n;
          // Asked for to the next satoshi up, what came may be worth a cent more than what was asked.
          assert.ok(
            booked === received || (booked === BigInt(cents) && received - booked <= 1n),
            inspect({ booked, received, cents, standing }),
          );
        },
      ),
      { numRuns: 600 },
    );
  });
});
