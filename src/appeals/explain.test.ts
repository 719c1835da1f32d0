import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AppealRules } from './appeal.ts';
import { choose, inOrder } from './choose.ts';
import { readMemory } from './device-memory.ts';
import { explain } from './explain.ts';
import { type Facts, RULES } from './rules.ts';

const TODAY = 20_782;

const facts: Facts = {
  nowMs: TODAY * 86_400_000,
  today: TODAY,
  cooldownDays: 1,
  server: { asks: true, country: 'safe', payable: true, amounts: true },
  page: {
    kind: 'story',
    section: 'city',
    tags: [],
    language: 'en',
    appeals: true,
    sensitive: false,
    taken: false,
  },
  device: readMemory(null, TODAY),
};

const appeal = (id: string, change: Partial<AppealRules> = {}): AppealRules => ({
  id,
  priority: 100,
  status: 'live',
  startMs: null,
  endMs: null,
  include: [],
  exclude: [],
  languages: ['en'],
  complete: true,
  calm: false,
  cap: 4,
  minStories: null,
  maxStories: null,
  ...change,
});

test('Every appeal has its outcome: the rule that failed, the one shown, and those that stand behind it', () => {
  const appeals = [
    appeal('later', { priority: 30 }),
    appeal('after', { priority: 40, status: 'paused' }),
    appeal('first', { priority: 20 }),
    appeal('draft', { priority: 10, status: 'draft' }),
  ];
  assert.deepEqual(explain(appeals, facts), [
    { appeal: 'draft', outcome: { kind: 'failed', rule: 'status-live' } },
    { appeal: 'first', outcome: { kind: 'shown' } },
    { appeal: 'later', outcome: { kind: 'behind', shown: 'first' } },
    { appeal: 'after', outcome: { kind: 'failed', rule: 'status-live' } },
  ]);
});

test('In a listed country every appeal fails by the country', () => {
  const listed: Facts = { ...facts, server: { ...facts.server, country: 'listed' } };
  for (const { outcome } of explain([appeal('a'), appeal('b')], listed)) {
    assert.deepEqual(outcome, { kind: 'failed', rule: 'country-allowed' });
  }
});

test('What is explained as shown is what the choice shows', () => {
  const status = fc.constantFrom<AppealRules['status']>('draft', 'live', 'paused');
  const some = fc.uniqueArray(
    fc.record({ id: fc.stringMatching(/^[a-z]{1,3}$/), priority: fc.nat(3), status }),
    { selector: ({ id }) => id, maxLength: 6 },
  );
  fc.assert(
    fc.property(some, (list) => {
      const appeals = list.map(({ id, ...change }) => appeal(id, change));
      const shown = explain(appeals, facts).filter(({ outcome }) => outcome.kind === 'shown');
      const chosen = choose(inOrder(appeals), facts, RULES).show;
      assert.deepEqual(
        shown.map((one) => one.appeal),
        chosen === null ? [] : [chosen.id],
      );
    }),
  );
});
