import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type GiftInput, type GiftState, giftRank, isOpenGift, mayPlan, stepGift } from './gift.ts';
import type { PledgeState } from './pledge.ts';

const STATES: readonly GiftState[] = [
  'due',
  'collecting',
  'skipped',
  'failed',
  'abandoned',
  'integrity_hold',
  'settled',
];

const TABLE: Readonly<Record<GiftInput['kind'], readonly GiftState[]>> = {
  plan: ['collecting', 'collecting', 'skipped', 'failed', 'abandoned', 'integrity_hold', 'settled'],
  settle: ['settled', 'settled', 'settled', 'settled', 'settled', 'settled', 'settled'],
  hold: [
    'integrity_hold',
    'integrity_hold',
    'integrity_hold',
    'integrity_hold',
    'integrity_hold',
    'integrity_hold',
    'settled',
  ],
  skip: ['skipped', 'skipped', 'skipped', 'failed', 'abandoned', 'integrity_hold', 'settled'],
  abandon: [
    'abandoned',
    'abandoned',
    'skipped',
    'failed',
    'abandoned',
    'integrity_hold',
    'settled',
  ],
  fail: ['due', 'failed', 'skipped', 'failed', 'abandoned', 'integrity_hold', 'settled'],
};

const INPUTS: readonly GiftInput['kind'][] = ['plan', 'settle', 'hold', 'skip', 'abandon', 'fail'];

describe('a gift', () => {
  for (const kind of INPUTS) {
    it(`moves by ${kind}`, () => {
      assert.deepEqual(
        STATES.map((state) => stepGift(state, { kind })),
        TABLE[kind],
      );
    });
  }

  it('never falls in rank and never leaves settled, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...INPUTS), { maxLength: 20 }), (kinds) => {
        let state: GiftState = 'due';
        for (const kind of kinds) {
          const next = stepGift(state, { kind });
          assert.ok(giftRank(next) >= giftRank(state));
          if (state === 'settled') assert.equal(next, 'settled');
          state = next;
        }
        assert.equal(state === 'settled', kinds.includes('settle'));
      }),
    );
  });

  it('may be planned only while it is open, has no live attempt, and its pledge wants it', () => {
    const pledges: readonly (PledgeState | null)[] = [
      null,
      'awaiting_first',
      'active',
      'paused',
      'past_due',
      'cancelled',
      'lapsed',
    ];
    const allowed = pledges.filter((pledgeState) =>
      mayPlan({ state: 'due', hasLiveAttempt: false, pledgeState }),
    );
    assert.deepEqual(allowed, [null, 'awaiting_first', 'active', 'past_due']);
    for (const state of STATES) {
      assert.equal(mayPlan({ state, hasLiveAttempt: true, pledgeState: null }), false);
      assert.equal(mayPlan({ state, hasLiveAttempt: false, pledgeState: null }), isOpenGift(state));
    }
  });
});
