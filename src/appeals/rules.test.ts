import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AppealRules } from './appeal.ts';
import { choose, inOrder, walk } from './choose.ts';
import { readMemory, shortName, soundMemory } from './device-memory.ts';
import { DEVICE_RULES } from './device-rules.ts';
import { type Facts, fittingLanguage, RULE_ORDER, RULES, SERVER_RULES } from './rules.ts';

const TODAY = 20_782;
const NOON = TODAY * 86_400_000 + 43_200_000;

const appeal: AppealRules = {
  id: 'letter',
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
};

const facts: Facts = {
  nowMs: NOON,
  today: TODAY,
  cooldownDays: 1,
  server: { asks: true, country: 'safe', payable: true, amounts: true },
  page: {
    kind: 'story',
    section: 'city',
    tags: ['rivers'],
    language: 'en',
    appeals: true,
    sensitive: false,
    taken: false,
  },
  device: readMemory(null, TODAY),
};

const server = (change: Partial<Facts['server']>): Partial<Facts> => ({
  server: { ...facts.server, ...change },
});
const page = (change: Partial<Facts['page']>): Partial<Facts> => ({
  page: { ...facts.page, ...change },
});
const kept = (...parts: Parameters<typeof soundMemory>[0]): Partial<Facts> => ({
  device: soundMemory(parts, TODAY),
});
const views = (days: readonly number[]) => days.map((day) => [shortName('letter'), day]);

interface Failing {
  readonly rule: (typeof RULE_ORDER)[number];
  readonly because: string;
  readonly facts?: Partial<Facts>;
  readonly appeal?: Partial<AppealRules>;
}

/** One case or more per rule, in which that rule alone fails. */
const FAILING: readonly Failing[] = [
  { rule: 'asks-on', because: 'switched off', facts: server({ asks: false }) },
  { rule: 'country-allowed', because: 'listed', facts: server({ country: 'listed' }) },
  { rule: 'country-allowed', because: 'unknown', facts: server({ country: 'unknown' }) },
  { rule: 'country-allowed', because: 'another word', facts: server({ country: 'Safe' }) },
  { rule: 'can-be-paid', because: 'no processor', facts: server({ payable: false }) },
  { rule: 'amounts-exist', because: 'no amounts', facts: server({ amounts: false }) },
  { rule: 'page-kind', because: 'a safety page', facts: page({ kind: 'safety' }) },
  { rule: 'editor-allows', because: 'switched off here', facts: page({ appeals: false }) },
  { rule: 'editor-allows', because: 'sensitive', facts: page({ sensitive: true }) },
  { rule: 'section-and-tags', because: 'not wanted', appeal: { include: ['politics'] } },
  { rule: 'section-and-tags', because: 'left out', appeal: { exclude: ['rivers'] } },
  {
    rule: 'section-and-tags',
    because: 'the page is not known here',
    appeal: { exclude: ['politics'] },
    facts: page({ section: null }),
  },
  { rule: 'status-live', because: 'a draft', appeal: { status: 'draft' } },
  { rule: 'status-live', because: 'paused', appeal: { status: 'paused' } },
  { rule: 'in-window', because: 'not yet', appeal: { startMs: NOON + 1 } },
  { rule: 'in-window', because: 'just over', appeal: { endMs: NOON } },
  { rule: 'language-ready', because: 'not signed off', appeal: { languages: ['ru'] } },
  { rule: 'copy-complete', because: 'a place is open', appeal: { complete: false } },
  { rule: 'not-quiet', because: 'quiet till tomorrow', facts: kept(TODAY + 1) },
  { rule: 'cooled-down', because: 'asked today', facts: kept(null, TODAY) },
  {
    rule: 'under-cap',
    because: 'seen four times',
    facts: kept(null, null, 0, null, null, views([TODAY - 29, TODAY - 8, TODAY - 5, TODAY - 2])),
  },
  { rule: 'stories-read', because: 'too few', appeal: { minStories: 1 } },
  {
    rule: 'stories-read',
    because: 'too many',
    appeal: { maxStories: 2 },
    facts: kept(null, null, 3),
  },
  { rule: 'slot-free', because: 'one stands here', facts: page({ taken: true }) },
];

describe('each rule alone', () => {
  for (const failing of FAILING) {
    test(`${failing.rule}: ${failing.because}`, () => {
      const changedAppeal = { ...appeal, ...failing.appeal };
      const changedFacts = { ...facts, ...failing.facts };
      const failed = RULES.filter((rule) => !rule.passes(changedAppeal, changedFacts));
      assert.deepEqual(
        failed.map((rule) => rule.id),
        [failing.rule],
      );
      assert.equal(walk(changedAppeal, changedFacts, RULES).failed, failing.rule);
      const { show, walks } = choose([changedAppeal], changedFacts, RULES);
      assert.equal(show, null);
      assert.equal(walks[0]?.failed, failing.rule);
    });
  }

  test('every rule has such a case', () => {
    assert.deepEqual([...new Set(FAILING.map((failing) => failing.rule))], [...RULE_ORDER]);
  });
});

test('the whole list is made of both sides, in the order of the walk', () => {
  assert.deepEqual(
    RULES.map((rule) => rule.id),
    [...RULE_ORDER],
  );
  const sides = new Set([...SERVER_RULES, ...DEVICE_RULES].map((rule) => rule.id));
  assert.equal(sides.size, RULE_ORDER.length);
});

test('edges that pass: the start itself, the day itself, the thirtieth day, the last story', () => {
  const passes = (change: Failing['appeal'], more: Partial<Facts> = {}) =>
    walk({ ...appeal, ...change }, { ...facts, ...more }, RULES).failed === null;
  assert.ok(passes({ startMs: NOON, endMs: NOON + 1 }));
  assert.ok(passes({}, kept(TODAY)));
  assert.ok(passes({}, kept(null, TODAY - 1)));
  assert.ok(
    passes({}, kept(null, null, 0, null, null, views([TODAY - 30, TODAY - 8, TODAY - 5, TODAY]))),
  );
  assert.ok(passes({ minStories: 3, maxStories: 3 }, kept(null, null, 3)));
  assert.ok(passes({ include: ['rivers'] }));
  assert.ok(passes({ calm: true }, page({ sensitive: true })));
});

test('the first that passes by priority, then id, is shown, whatever the order of the list', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.record({
          id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
          priority: fc.integer({ min: 1, max: 3 }),
          status: fc.constantFrom('live' as const, 'paused' as const),
        }),
        { selector: (one) => one.id },
      ),
      (changes) => {
        const appeals = changes.map((change) => ({ ...appeal, ...change }));
        const shown = choose(inOrder(appeals), facts, RULES);
        const again = choose(inOrder(appeals.toReversed()), facts, RULES);
        assert.equal(shown.show?.id, again.show?.id);
        const live = appeals.filter((one) => one.status === 'live');
        const best = live.sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))[0];
        assert.equal(shown.show?.id, best?.id);
        // Nothing is tried after the one that is shown.
        assert.ok(shown.walks.slice(0, -1).every((one) => one.failed !== null));
      },
    ),
  );
});

test('a language is its own or its parent, letter case ignored, never another', () => {
  assert.equal(fittingLanguage('pt-BR', ['en', 'pt']), 'pt');
  assert.equal(fittingLanguage('ZH-Hant-TW', ['zh-hant']), 'zh-hant');
  assert.equal(fittingLanguage('fa', ['en']), null);
  assert.equal(fittingLanguage('', ['en']), null);
  assert.equal(fittingLanguage('en', ['en-GB']), null);
});
