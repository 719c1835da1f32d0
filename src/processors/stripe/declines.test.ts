import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { declineOf, KNOWN_DECLINES } from './declines.ts';

const charging: ReadonlySet<string> = new Set(['retry-later']);

describe('a decline', () => {
  it('is told by its finer code, and has an advice', () => {
    const told = declineOf({ code: 'card_declined', declineCode: 'insufficient_funds' });
    assert.deepEqual(told, { code: 'insufficient_funds', advice: 'retry-later' });
    assert.deepEqual(declineOf({ code: 'expired_card', declineCode: null }), {
      code: 'expired_card',
      advice: 'retry-after-update',
    });
    assert.deepEqual(declineOf({}), {
      code: 'unknown_decline',
      advice: 'ask-for-another-method',
    });
  });

  it('that card networks forbid to repeat is never charged again by itself', () => {
    const never = [
      'do_not_try_again',
      'lost_card',
      'stolen_card',
      'pickup_card',
      'restricted_card',
      'security_violation',
      'stop_payment_order',
      'revocation_of_authorization',
      'revocation_of_all_authorizations',
      'invalid_account',
      'transaction_not_allowed',
    ];
    for (const code of never) {
      assert.ok(KNOWN_DECLINES.includes(code), code);
      assert.ok(['stop', 'ask-for-another-method'].includes(declineOf({ code }).advice), code);
    }
  });

  it('that nobody knows, or is no code, is never charged again by itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string()), (declineCode, code) => {
        fc.pre(!KNOWN_DECLINES.includes(declineCode) && !KNOWN_DECLINES.includes(code ?? ''));
        const decline = declineOf({ declineCode, code });
        assert.equal(decline.advice, 'ask-for-another-method');
        assert.match(decline.code, /^[a-z0-9_]{1,80}$/);
      }),
    );
  });

  it('is made stricter by the bank’s advice, never milder', () => {
    for (const declineCode of KNOWN_DECLINES) {
      const plain = declineOf({ declineCode }).advice;
      for (const adviceCode of ['try_again_later', 'do_not_try_again', 'confirm_card_data', 'x']) {
        const advised = declineOf({ declineCode, adviceCode }).advice;
        if (!charging.has(plain)) assert.equal(advised, plain);
        if (adviceCode === 'do_not_try_again') assert.ok(!charging.has(advised));
      }
    }
    assert.equal(
      declineOf({ declineCode: 'generic_decline', adviceCode: 'confirm_card_data' }).advice,
      'retry-after-update',
    );
  });
});
