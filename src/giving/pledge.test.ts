import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isPledgeOver, type PledgeInput, type PledgeState, stepPledge } from './pledge.ts';

const STATES: readonly PledgeState[] = [
  'awaiting_first',
  'active',
  'paused',
  'past_due',
  'cancelled',
  'lapsed',
];

const TABLE: Readonly<Record<PledgeInput['kind'], readonly PledgeState[]>> = {
  'gift-settled': ['active', 'active', 'paused', 'active', 'cancelled', 'lapsed'],
  'try-failed': ['awaiting_first', 'past_due', 'paused', 'past_due', 'cancelled', 'lapsed'],
  pause: ['awaiting_first', 'paused', 'paused', 'past_due', 'cancelled', 'lapsed'],
  resume: ['awaiting_first', 'active', 'active', 'past_due', 'cancelled', 'lapsed'],
  lapse: ['awaiting_first', 'active', 'paused', 'lapsed', 'cancelled', 'lapsed'],
  cancel: ['cancelled', 'cancelled', 'cancelled', 'cancelled', 'cancelled', 'lapsed'],
};

const INPUTS: readonly PledgeInput['kind'][] = [
  'gift-settled',
  'try-failed',
  'pause',
  'resume',
  'lapse',
  'cancel',
];

describe('a pledge', () => {
  for (const kind of INPUTS) {
    it(`moves by ${kind}`, () => {
      assert.deepEqual(
        STATES.map((state) => stepPledge(state, { kind })),
        TABLE[kind],
      );
    });
  }

  it('stays over, and begins only by a gift that arrived', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...INPUTS), { maxLength: 20 }), (kinds) => {
        let state: PledgeState = 'awaiting_first';
        let arrived = false;
        for (const kind of kinds) {
          const next = stepPledge(state, { kind });
          if (isPledgeOver(state)) assert.equal(next, state);
          arrived ||= kind === 'gift-settled';
          if (!arrived) assert.ok(next === 'awaiting_first' || next === 'cancelled');
          state = next;
        }
      }),
    );
  });
});
