/** Every combination of BTCPay's two axes, of payments and of time, against what must hold of all of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Instant } from '../../calendar/index.ts';
import { evidenceOf, standingOf } from './standing.ts';
import type { InvoiceAnswer, MethodAnswer } from './wire.ts';

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
  const payments = of.statuses.map((status, at) => ({ status, receivedDate: CREATED + at }));
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
