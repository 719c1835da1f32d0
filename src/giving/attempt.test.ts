import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Instant } from '../calendar/index.ts';
import { money } from '../money/index.ts';
import {
  type AttemptInput,
  type AttemptStanding,
  type AttemptState,
  attemptRank,
  isLive,
  isOnItsWay,
  stepAttempt,
} from './attempt.ts';
import type { PaymentEvidence } from './processor.ts';

const STATES: readonly AttemptState[] = [
  'planned',
  'sent',
  'unknown',
  'needs_action',
  'declined',
  'expired',
  'not_found',
  'succeeded',
];

const open: PaymentEvidence = { state: 'open' };
const declinedOnPage: PaymentEvidence = { state: 'open', declinedCode: 'no_funds' };
const processing: PaymentEvidence = { state: 'processing' };
const needsAction: PaymentEvidence = { state: 'needs_action', pageUrl: 'http://127.0.0.1:1/3ds' };
const declined: PaymentEvidence = { state: 'declined', code: 'no_funds', advice: 'retry-later' };
const expired: PaymentEvidence = { state: 'expired' };
const succeeded: PaymentEvidence = {
  state: 'succeeded',
  chargeRef: 'ch_1',
  money: money(500n, 'EUR'),
  happenedAt: Instant.from('2026-01-31T12:00:00Z'),
  payerCountry: null,
  mandate: null,
  fee: null,
};

const says = (evidence: PaymentEvidence): AttemptInput => ({ kind: 'evidence', evidence });
const standing = (
  state: AttemptState,
  heard: AttemptStanding['heard'] = null,
): AttemptStanding => ({ state, heard });

/** Every state times every input: what it becomes. In the order of STATES. */
const TABLE: readonly [string, AttemptInput, readonly AttemptState[]][] = [
  [
    'send',
    { kind: 'send' },
    ['sent', 'sent', 'unknown', 'needs_action', 'declined', 'expired', 'not_found', 'succeeded'],
  ],
  [
    'withdraw',
    { kind: 'withdraw' },
    ['expired', 'sent', 'unknown', 'needs_action', 'declined', 'expired', 'not_found', 'succeeded'],
  ],
  [
    'answer-not-heard',
    { kind: 'answer-not-heard' },
    [
      'planned',
      'unknown',
      'unknown',
      'needs_action',
      'declined',
      'expired',
      'not_found',
      'succeeded',
    ],
  ],
  [
    'page-not-heard',
    { kind: 'page-not-heard' },
    ['planned', 'sent', 'unknown', 'sent', 'declined', 'expired', 'not_found', 'succeeded'],
  ],
  [
    'not-found',
    { kind: 'not-found' },
    [
      'planned',
      'not_found',
      'not_found',
      'not_found',
      'declined',
      'expired',
      'not_found',
      'succeeded',
    ],
  ],
  [
    'order-refused',
    { kind: 'order-refused', code: 'x' },
    [
      'declined',
      'declined',
      'declined',
      'declined',
      'declined',
      'expired',
      'not_found',
      'succeeded',
    ],
  ],
  [
    'open',
    says(open),
    ['planned', 'sent', 'sent', 'needs_action', 'declined', 'expired', 'not_found', 'succeeded'],
  ],
  [
    'declined on the open page',
    says(declinedOnPage),
    [
      'needs_action',
      'needs_action',
      'needs_action',
      'needs_action',
      'declined',
      'expired',
      'not_found',
      'succeeded',
    ],
  ],
  [
    'processing',
    says(processing),
    ['planned', 'sent', 'sent', 'sent', 'declined', 'expired', 'not_found', 'succeeded'],
  ],
  [
    'needs_action',
    says(needsAction),
    [
      'needs_action',
      'needs_action',
      'needs_action',
      'needs_action',
      'declined',
      'expired',
      'not_found',
      'succeeded',
    ],
  ],
  [
    'declined',
    says(declined),
    [
      'declined',
      'declined',
      'declined',
      'declined',
      'declined',
      'expired',
      'not_found',
      'succeeded',
    ],
  ],
  [
    'expired',
    says(expired),
    ['expired', 'expired', 'expired', 'expired', 'declined', 'expired', 'not_found', 'succeeded'],
  ],
  // A success is written by settle() alone, so the step leaves the state and asks for it.
  ['succeeded', says(succeeded), STATES],
];

describe('an attempt', () => {
  for (const [name, input, expected] of TABLE) {
    it(`moves by ${name}`, () => {
      assert.deepEqual(
        STATES.map((state) => stepAttempt(standing(state), input).state),
        expected,
      );
    });
  }

  it('asks settle() for every success, whatever state it was in', () => {
    for (const state of STATES) {
      assert.equal(stepAttempt(standing(state), says(succeeded)).effect, 'settle');
    }
  });

  it('ends a try exactly when it stops being live', () => {
    for (const state of STATES) {
      for (const [name, input] of TABLE) {
        const step = stepAttempt(standing(state), input);
        const ended = isLive(state) && !isLive(step.state);
        assert.equal(step.effect === 'try-ended', ended, `${state} by ${name}`);
      }
    }
  });

  it('is not unknown once the processor told us in another way', () => {
    const input: AttemptInput = { kind: 'answer-not-heard' };
    assert.deepEqual(stepAttempt(standing('sent', 'open'), input), {
      state: 'sent',
      effect: 'none',
      heard: 'open',
      decline: null,
      pageUrl: null,
    });
  });

  it('keeps what a decline said, and takes the advice only of one that ended the attempt', () => {
    assert.deepEqual(stepAttempt(standing('sent'), says(declined)).decline, {
      code: 'no_funds',
      advice: 'retry-later',
    });
    assert.deepEqual(stepAttempt(standing('sent'), says(declinedOnPage)).decline, {
      code: 'no_funds',
      advice: null,
    });
  });

  it('knows what a cancel can still call back', () => {
    assert.deepEqual(STATES.filter(isLive), ['planned', 'sent', 'unknown', 'needs_action']);
    assert.deepEqual(STATES.filter(isOnItsWay), ['sent', 'unknown', 'needs_action']);
  });
});

describe('evidence in any order', () => {
  const evidence = fc.constantFrom(
    open,
    declinedOnPage,
    processing,
    needsAction,
    declined,
    expired,
  );
  const RANKS: Readonly<Record<PaymentEvidence['state'], number>> = {
    open: 0,
    processing: 1,
    needs_action: 1,
    declined: 2,
    expired: 2,
    succeeded: 3,
  };

  const run = (
    start: AttemptState,
    list: readonly PaymentEvidence[],
  ): readonly AttemptStanding[] => {
    const seen: AttemptStanding[] = [standing(start)];
    for (const one of list) {
      const last = seen.at(-1) ?? standing(start);
      const step = stepAttempt(last, says(one));
      seen.push({ state: step.state, heard: step.heard });
    }
    return seen;
  };

  it('never lowers the rank', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STATES),
        fc.array(evidence, { maxLength: 12 }),
        (start, list) => {
          const ranks = run(start, list).map(({ state }) => attemptRank(state));
          assert.deepEqual(
            ranks,
            ranks.toSorted((a, b) => a - b),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reaches the highest rank that was told, in every order and with repetitions', () => {
    fc.assert(
      fc.property(
        fc
          .array(evidence, { minLength: 1, maxLength: 6 })
          .chain((list) =>
            fc.tuple(
              fc.constant(list),
              fc.shuffledSubarray([...list, ...list], { minLength: list.length }),
            ),
          ),
        ([list, told]) => {
          const all = [...told, ...list.filter((one) => !told.includes(one))];
          const final = run('sent', all).at(-1);
          const highest = Math.max(1, ...all.map((one) => RANKS[one.state]));
          assert.equal(attemptRank(final?.state ?? 'planned'), highest);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('changes nothing when it is told twice in a row', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STATES),
        fc.array(evidence, { maxLength: 6 }),
        evidence,
        (start, list, last) => {
          const once = run(start, [...list, last]).at(-1);
          const twice = run(start, [...list, last, last]).at(-1);
          assert.deepEqual(twice, once);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
