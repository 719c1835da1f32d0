import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant, PlainDate } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import type { AttemptState } from '../attempt.ts';
import type { GiftState } from '../gift.ts';
import type { PledgeState } from '../pledge.ts';
import type { Attempt, Gift, Pledge } from '../rows.ts';
import { decideWork, type WorkFacts } from './collect-decision.ts';

const at = (text: string): Instant => Instant.from(text);
const day = (text: string): PlainDate => PlainDate.from(text);
const NOW = '2026-03-15T09:30:00Z';

function gift(changes: Partial<Gift> = {}): Gift {
  return {
    id: 'g',
    supporterId: 's',
    pledgeId: 'p',
    periodN: 2,
    dueDate: day('2026-03-15'),
    money: money(500n, 'EUR'),
    unit: 'month',
    coversPeriods: 1,
    coveredBy: null,
    bodyHash: 'h',
    state: 'due',
    nextAt: at(NOW),
    appeal: null,
    createdAt: at('2026-01-15T12:00:00Z'),
    settledAt: null,
    ...changes,
  };
}

function pledge(state: PledgeState = 'active', pausedUntil: string | null = null): Pledge {
  return {
    id: 'p',
    supporterId: 's',
    money: money(500n, 'EUR'),
    unit: 'month',
    anchor: day('2026-01-15'),
    anchorN: 0,
    termsFromN: 0,
    collectEveryMonths: 1,
    version: 1,
    zone: 'Europe/Berlin',
    nextN: 3,
    mandateId: 'm',
    state,
    pausedUntil: pausedUntil === null ? null : day(pausedUntil),
    createdAt: at('2026-01-15T12:00:00Z'),
    endedAt: null,
  };
}

function attempt(state: AttemptState, changes: Partial<Attempt> = {}): Attempt {
  return {
    id: `a-${state}`,
    giftId: 'g',
    n: 1,
    mandateId: 'm',
    accountId: 'fake',
    requestHash: 'h',
    state,
    firstSentAt: state === 'planned' ? null : at('2026-03-15T09:00:00Z'),
    objectRef: null,
    chargeRef: null,
    pageUrl: null,
    heard: null,
    declineCode: null,
    advice: null,
    asked: 0,
    createdAt: at('2026-03-15T09:00:00Z'),
    ...changes,
  };
}

function decide(changes: Partial<WorkFacts> = {}): string {
  const facts: WorkFacts = {
    gift: gift(),
    attempts: [],
    pledge: pledge(),
    dates: { id: 'p', anchor: day('2026-01-15'), anchorN: 0, unit: 'month', zone: 'Europe/Berlin' },
    lapseAt: at('2026-04-05T08:00:00Z'),
    insideWindow: true,
    isDropped: false,
    now: at(NOW),
    ...changes,
  };
  return decideWork(facts).kind;
}

describe('what a worker does with a due gift', () => {
  it('charges a renewal on its day, and up to a week later', () => {
    assert.equal(decide(), 'charge');
    assert.equal(decide({ now: at('2026-03-22T21:00:00Z') }), 'charge');
    assert.equal(decide({ now: at('2026-03-23T12:00:00Z') }), 'skip');
  });

  it('skips a period when a later one is due as well', () => {
    assert.equal(decide({ now: at('2026-04-15T12:00:00Z') }), 'skip');
  });

  it('waits when the day has not begun where the supporter lives', () => {
    const early = at('2026-03-14T12:00:00Z');
    assert.equal(decide({ gift: gift({ nextAt: early }), now: early }), 'wait');
  });

  it('does nothing with a gift that somebody else has dealt with since it was leased', () => {
    const collecting = gift({ state: 'collecting', nextAt: at('2026-03-18T09:30:00Z') });
    const facts = { attempts: [attempt('declined')], pledge: pledge('past_due') };
    assert.equal(decide({ ...facts, gift: collecting }), 'nothing');
    assert.equal(decide({ ...facts, gift: gift({ nextAt: null }) }), 'nothing');
    assert.equal(
      decide({ ...facts, gift: gift({ nextAt: at('2026-03-15T09:30:01Z') }) }),
      'nothing',
    );
  });

  it('skips what falls into a pause, and waits for what does not', () => {
    assert.equal(decide({ pledge: pledge('paused', '2026-04-01') }), 'skip');
    assert.equal(decide({ pledge: pledge('paused', '2026-03-15') }), 'wait');
  });

  it('gives up what nobody will finish', () => {
    for (const state of ['cancelled', 'lapsed'] as const) {
      assert.equal(decide({ pledge: pledge(state) }), 'abandon');
    }
    const once = gift({ pledgeId: null, periodN: null, dueDate: null, state: 'collecting' });
    assert.equal(decide({ gift: once, pledge: null, dates: null, lapseAt: null }), 'abandon');
    const first = gift({ periodN: 0, state: 'collecting' });
    assert.equal(decide({ gift: first, pledge: pledge('awaiting_first') }), 'abandon');
  });

  it('does nothing with a gift that is over', () => {
    for (const state of ['settled', 'failed', 'abandoned', 'skipped', 'integrity_hold'] as const) {
      assert.equal(decide({ gift: gift({ state }) }), 'nothing');
    }
  });

  it('tries again until the pledge lapses', () => {
    const collecting = gift({ state: 'collecting' });
    const facts = { gift: collecting, attempts: [attempt('declined')], pledge: pledge('past_due') };
    assert.equal(decide(facts), 'charge');
    assert.equal(decide({ ...facts, now: at('2026-04-05T08:00:00Z') }), 'lapse');
    // Nothing was ever declined: an outage of ours ends no pledge.
    assert.equal(
      decide({ ...facts, pledge: pledge('active'), now: at('2026-04-06T08:00:00Z') }),
      'charge',
    );
  });
});

describe('what a worker does with an attempt that is under way', () => {
  const collecting = gift({ state: 'collecting' });
  const page = { mandateId: null } as const;
  const TABLE: readonly [string, Attempt, Partial<WorkFacts>, string][] = [
    ['planned, pledge active', attempt('planned'), {}, 'send'],
    ['planned, pledge behind', attempt('planned'), { pledge: pledge('past_due') }, 'send'],
    ['planned, pledge stopped', attempt('planned'), { pledge: pledge('cancelled') }, 'withdraw'],
    [
      'planned, pledge paused',
      attempt('planned'),
      { pledge: pledge('paused', '2026-04-01') },
      'withdraw',
    ],
    ['planned, its account dropped', attempt('planned'), { isDropped: true }, 'withdraw'],
    ['sent, its account dropped', attempt('sent'), { isDropped: true }, 'ask'],
    ['unknown, its account dropped', attempt('unknown'), { isDropped: true }, 'ask'],
    ['a page planned half an hour ago', attempt('planned', page), {}, 'wait'],
    [
      'a page planned two hours ago',
      attempt('planned', { ...page, createdAt: at('2026-03-15T07:30:00Z') }),
      {},
      'withdraw',
    ],
    ['sent, then we crashed', attempt('sent'), {}, 'resend'],
    ['sent, the key forgotten', attempt('sent'), { insideWindow: false }, 'ask'],
    ['sent, then the pledge was stopped', attempt('sent'), { pledge: pledge('cancelled') }, 'ask'],
    ['unknown, and the pledge lapsed', attempt('unknown'), { pledge: pledge('lapsed') }, 'ask'],
    ['unknown', attempt('unknown'), {}, 'resend'],
    ['unknown, the key forgotten', attempt('unknown'), { insideWindow: false }, 'ask'],
    ['under way at the bank', attempt('sent', { heard: 'processing' }), {}, 'ask'],
    ['waiting for a confirmation', attempt('needs_action'), {}, 'ask'],
    ['a page the supporter is on', attempt('sent', { ...page, heard: 'open' }), {}, 'ask'],
    ['a page we lost', attempt('unknown', page), {}, 'ask'],
  ];
  for (const [name, live, facts, expected] of TABLE) {
    it(`${expected}: ${name}`, () => {
      const kind = decide({ gift: collecting, attempts: [attempt('declined'), live], ...facts });
      assert.equal(kind, expected);
    });
  }

  it('never charges while an attempt is live, whatever gift and pledge say', () => {
    const gifts: readonly GiftState[] = ['due', 'collecting'];
    const pledges: readonly PledgeState[] = ['active', 'past_due', 'cancelled', 'lapsed'];
    for (const state of gifts) {
      for (const of of pledges) {
        for (const live of ['planned', 'sent', 'unknown', 'needs_action'] as const) {
          const kind = decide({
            gift: gift({ state }),
            attempts: [attempt(live)],
            pledge: pledge(of),
          });
          assert.ok(
            !['charge', 'skip', 'abandon', 'lapse'].includes(kind),
            `${state} ${of} ${live}`,
          );
        }
      }
    }
  });

  it('refuses two live attempts as a mistake of ours', () => {
    assert.throws(
      () => decide({ gift: collecting, attempts: [attempt('sent'), attempt('unknown')] }),
      /at most one/,
    );
  });
});
