import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptState } from './attempt.ts';
import type { GiftState } from './gift.ts';
import { type Standing, stateForPeople } from './gift-view.ts';
import type { GiftStateForPeople } from './giving.ts';

type Seen = NonNullable<Standing['attempt']>;

function seen(state: AttemptState, changes: Partial<Seen> = {}): Seen {
  return { state, heard: null, declineCode: null, advice: null, pageUrl: null, ...changes };
}

const page = 'http://127.0.0.1:1/pay';
const TABLE: readonly [string, GiftState, Seen | null, GiftStateForPeople][] = [
  ['nothing tried yet', 'due', null, 'waiting'],
  ['planned', 'collecting', seen('planned'), 'waiting'],
  ['an open page', 'collecting', seen('sent', { heard: 'open', pageUrl: page }), 'waiting'],
  ['sent, nothing heard', 'collecting', seen('sent'), 'checking'],
  ['a page nobody answers about', 'collecting', seen('sent', { pageUrl: page }), 'checking'],
  ['under way', 'collecting', seen('sent', { heard: 'processing' }), 'checking'],
  ['an answer we missed', 'collecting', seen('unknown'), 'checking'],
  [
    'declined on the open page',
    'collecting',
    seen('needs_action', { heard: 'open', pageUrl: page }),
    'declined',
  ],
  ['a confirmation', 'collecting', seen('needs_action', { pageUrl: page }), 'needs-confirmation'],
  ['declined', 'collecting', seen('declined', { advice: 'retry-later' }), 'declined'],
  [
    'a listed country',
    'collecting',
    seen('declined', { advice: 'refused-country' }),
    'refused-country',
  ],
  [
    'a listed country, later',
    'abandoned',
    seen('declined', { advice: 'refused-country' }),
    'refused-country',
  ],
  ['an expired page', 'collecting', seen('expired'), 'abandoned'],
  ['an order that never arrived', 'collecting', seen('not_found'), 'waiting'],
  ['settled', 'settled', seen('succeeded'), 'paid'],
  ['settled although a later try is open', 'settled', seen('sent'), 'paid'],
  ['on hold', 'integrity_hold', seen('sent', { heard: 'open', pageUrl: page }), 'held'],
  ['tries used up', 'failed', seen('declined'), 'declined'],
  ['given up', 'abandoned', seen('expired'), 'abandoned'],
  ['skipped', 'skipped', null, 'abandoned'],
];

describe('what people are told', () => {
  for (const [name, giftState, attempt, expected] of TABLE) {
    it(`${expected}: ${name}`, () => {
      assert.equal(stateForPeople({ giftState, isRenewal: false, attempt }), expected);
    });
  }

  it('calls a renewal whose confirmation never came declined: nobody left a page', () => {
    const standing = {
      giftState: 'collecting',
      isRenewal: true,
      attempt: seen('expired'),
    } as const;
    assert.equal(stateForPeople(standing), 'declined');
  });

  it('never says that nothing was charged while it is not known', () => {
    const said: readonly GiftStateForPeople[] = ['declined', 'abandoned', 'waiting'];
    for (const attempt of [seen('unknown'), seen('sent'), seen('sent', { heard: 'processing' })]) {
      const state = stateForPeople({ giftState: 'collecting', isRenewal: false, attempt });
      assert.ok(!said.includes(state));
    }
  });
});
