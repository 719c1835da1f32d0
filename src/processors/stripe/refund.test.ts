/** Giving money back: what is sent, and what each answer means. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefundAnswer } from '../../giving/processor.ts';
import { money } from '../../money/index.ts';
import { type CannedAnswer, canned, errorJson, lineJson, NOW_SECONDS } from './testing/canned.ts';
import { holdAgainstDescription } from './testing/described.ts';

const ORDER = { idempotencyKey: 'refund-key-1', chargeRef: 'ch_1', money: money(200n, 'EUR') };

function refundJson(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 're_1',
    object: 'refund',
    amount: 200,
    currency: 'eur',
    created: NOW_SECONDS - 3,
    status: 'succeeded',
    balance_transaction: lineJson({ id: 'txn_9', type: 'refund', amount: -200, fee: 0, net: -200 }),
    ...changes,
  };
}

function inShort(answer: RefundAnswer): string {
  switch (answer.kind) {
    case 'refunded':
      return `refunded ${answer.refundRef} ${answer.money.minor}`;
    case 'refused':
      return `refused ${answer.code}`;
    case 'unknown':
      return `unknown ${answer.reason}`;
  }
}

const pending = refundJson({ status: 'pending', balance_transaction: null });
const invalid = (code: string): CannedAnswer => ({
  status: 400,
  json: errorJson({ type: 'invalid_request_error', code }),
});

const OUTCOMES: readonly [string, readonly (CannedAnswer | Error)[], string][] = [
  ['given back', [{ json: refundJson() }], 'refunded re_1 200'],
  ['under way, and done by now', [{ json: pending }, { json: refundJson() }], 'refunded re_1 200'],
  ['under way', [{ json: pending }, { json: pending }], 'unknown busy'],
  [
    'under way, and not heard of',
    [{ json: pending }, { status: 500, text: '' }],
    'unknown server-error',
  ],
  [
    'given back, its line to come',
    [{ json: refundJson({ balance_transaction: null }) }, { json: refundJson() }],
    'refunded re_1 200',
  ],
  ['failed', [{ json: refundJson({ status: 'failed' }) }], 'refused refund_failed'],
  [
    'under way, and failed',
    [{ json: pending }, { json: refundJson({ status: 'failed' }) }],
    'refused refund_failed',
  ],
  ['cancelled', [{ json: refundJson({ status: 'canceled' }) }], 'refused refund_canceled'],
  [
    'in a state of tomorrow',
    [{ json: refundJson({ status: 'flying' }) }, { json: refundJson({ status: 'flying' }) }],
    'unknown unexpected',
  ],
  ['too late', [invalid('charge_already_refunded')], 'refused charge_already_refunded'],
  ['of no charge', [invalid('resource_missing')], 'refused resource_missing'],
  ['too often', [{ status: 429, text: '' }], 'unknown busy'],
  ['answered in HTML', [{ text: '<html>' }], 'unknown unreadable'],
  ['not answered', [new TypeError('fetch failed')], 'unknown connection'],
  [
    'ordered with a key that has another body',
    [{ status: 400, json: errorJson({ type: 'idempotency_error' }) }],
    'unknown conflict',
  ],
];

describe('a refund', () => {
  for (const [what, script, means] of OUTCOMES) {
    it(`${what}: ${means}`, async () => {
      assert.equal(inShort(await canned(script).processor.refund(ORDER)), means);
    });
  }

  it('goes under our key, which is in its record too, and has the time of its line', async () => {
    const stripe = canned([{ json: refundJson() }]);
    const answer = await stripe.processor.refund(ORDER);
    assert.ok(answer.kind === 'refunded');
    assert.equal(answer.happenedAt.epochMilliseconds, (NOW_SECONDS - 1) * 1000);
    const { path, params, headers } = stripe.call(0);
    assert.equal(path, '/v1/refunds');
    assert.equal(headers.get('idempotency-key'), 'refund-key-1');
    assert.deepEqual(params, {
      charge: 'ch_1',
      amount: '200',
      'metadata[refund_key]': 'refund-key-1',
      'expand[0]': 'balance_transaction',
    });
  });
});

holdAgainstDescription();
