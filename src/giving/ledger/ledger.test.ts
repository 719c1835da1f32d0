import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Instant } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import { giftBodyHash, giftReference } from '../fingerprint.ts';
import {
  ACCOUNT_KINDS,
  accountsOf,
  type PostingCode,
  TRANSFER_CODES,
} from './chart-of-accounts.ts';
import { causeRef, type Posting, transferOf } from './ledger.ts';

/** Debit and credit per code, as the reference of the books has them. */
const CHART: readonly [PostingCode, string, string][] = [
  [10, 'processor_pending', 'gifts_once'],
  [11, 'fees', 'processor_pending'],
  [12, 'processor_available', 'processor_pending'],
  [13, 'bank', 'processor_available'],
  [20, 'gifts_once', 'processor_available'],
  [21, 'unmatched', 'processor_available'],
  [30, 'disputes_open', 'processor_available'],
  [31, 'processor_available', 'disputes_open'],
  [32, 'gifts_once', 'disputes_open'],
  [33, 'dispute_fees', 'processor_available'],
  [34, 'unmatched', 'disputes_open'],
  [90, 'processor_pending', 'unmatched'],
  [91, 'unmatched', 'gifts_once'],
];

const posting = (changes: Partial<Posting> = {}): Posting => ({
  code: 10,
  cause: { kind: 'charge', accountId: 's1', ref: 'ch_1' },
  money: money(500n, 'EUR'),
  income: 'gifts_once',
  giftId: 'g',
  happenedAt: Instant.from('2026-01-31T12:00:00Z'),
  ...changes,
});

describe('the chart of accounts', () => {
  for (const [code, debit, credit] of CHART) {
    it(`posts ${code} from ${credit} to ${debit}`, () => {
      assert.deepEqual(accountsOf(code, 'gifts_once'), { debit, credit });
    });
  }

  it('has every code once, and only accounts that exist', () => {
    const codes = Object.values(TRANSFER_CODES);
    assert.equal(new Set(codes).size, codes.length);
    assert.deepEqual(
      codes.filter((code) => code !== 99).toSorted(),
      CHART.map(([code]) => code).toSorted(),
    );
    for (const [code] of CHART) {
      const pair = accountsOf(code, 'gifts_recurring');
      assert.ok(pair.debit in ACCOUNT_KINDS && pair.credit in ACCOUNT_KINDS);
      assert.notEqual(pair.debit, pair.credit);
    }
  });

  it('keeps the income of recurring gifts apart', () => {
    assert.equal(accountsOf(10, 'gifts_recurring').credit, 'gifts_recurring');
    assert.equal(accountsOf(20, 'gifts_recurring').debit, 'gifts_recurring');
  });
});

describe('a transfer', () => {
  it('carries its account in the cause, so that the same id at two accounts is two causes', () => {
    const cause = { kind: 'charge', accountId: 's1', ref: 'ch_1' } as const;
    assert.equal(causeRef(cause), 's1:ch_1');
    assert.notEqual(
      transferOf(posting()).groupId,
      transferOf(posting({ cause: { ...cause, accountId: 's2' } })).groupId,
    );
  });

  it('shares a group with the charge it belongs to', () => {
    const charge = posting().cause;
    const fee = posting({
      code: 11,
      cause: { kind: 'balance-transaction', accountId: 's1', ref: 'bt_1' },
      giftId: null,
      groupOf: charge,
    });
    assert.equal(transferOf(fee).groupId, transferOf(posting()).groupId);
  });

  it('refuses what is no transfer', () => {
    const cause = posting().cause;
    for (const changes of [
      { money: money(0n, 'EUR') },
      { money: money(-1n, 'EUR') },
      { money: money(1_000_000_000_000n, 'EUR') },
      { giftId: null },
      { cause: { ...cause, ref: '' } },
      { cause: { ...cause, accountId: '' } },
    ]) {
      assert.throws(() => transferOf(posting(changes)), /assertion failed/);
    }
  });
});

describe('fingerprints', () => {
  it('tell amounts, currencies and intervals apart, and nothing else', () => {
    const intent = fc.record({
      minor: fc.bigInt({ min: 1n, max: 999_999_999_999n }),
      currency: fc.constantFrom('EUR' as const, 'USD' as const),
      interval: fc.constantFrom('once' as const, 'month' as const, 'year' as const),
    });
    fc.assert(
      fc.property(intent, intent, (a, b) => {
        const hash = (one: typeof a): string =>
          giftBodyHash({ money: money(one.minor, one.currency), interval: one.interval });
        const same = a.minor === b.minor && a.currency === b.currency && a.interval === b.interval;
        assert.equal(hash(a) === hash(b), same);
      }),
    );
  });

  it('make a short reference that is the same in any letter case and holds nothing of the id', () => {
    const id = '0190a000-0000-7000-8000-00000000abcd';
    const reference = giftReference(id);
    assert.match(reference, /^[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}$/);
    assert.equal(giftReference(id.toUpperCase()), reference);
    assert.ok(!id.toUpperCase().includes(reference.slice(0, 4)));
  });
});
