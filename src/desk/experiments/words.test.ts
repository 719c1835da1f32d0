import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition, Verdict } from '../../appeals/index.ts';
import { INTERFACE_LANGUAGES, translator } from '../../language/index.ts';
import { liftWords, verdictSentence } from './words.ts';

const definition: Definition = {
  key: 'letter-who-speaks-2026-11-26',
  appealId: 'letter',
  question: 'Who?',
  hypothesis: 'A person.',
  variants: [
    { id: 'a', share: 50 },
    { id: 'b', share: 50 },
  ],
  metric: 'capped-value-per-ask',
  currency: 'USD',
  capMinor: '10000',
  monthlyPayments: 10,
  yearlyPayments: 1,
  leastAsks: 20_000,
  leastDays: 14,
  plannedDays: 56,
  leastEffectPercent: 10,
  wrongPercent: 5,
  guardrails: { closed: 25, postponed: 50, complaints: 50, cancelled: 50 },
  stopRule: 'After 56 days.',
  appealHash: 'ab'.repeat(32),
};
const t = translator('en');
const said = (verdict: Verdict, language = 'en') =>
  verdictSentence(verdict, { definition, t: translator(language) }).replaceAll(
    /[\u2068\u2069]/g,
    '',
  );

test('what is known is said in whole percent that never promise more than the interval', () => {
  const more = (low: number, high: number): Verdict => ({
    kind: 'more',
    variantId: 'b',
    lift: { low, high },
  });
  assert.equal(said(more(1.04, 1.19)), 'b brings 4 % to 19 % more (95 %).');
  assert.equal(said(more(1.0499, 1.1901)), 'b brings 4 % to 20 % more (95 %).');
  assert.equal(said(more(1.5, Number.POSITIVE_INFINITY)), 'b brings at least 50 % more (95 %).');
  assert.equal(
    said({ kind: 'less', variantId: 'b', lift: { low: 0.81, high: 0.96 } }),
    'b brings 4 % to 19 % less (95 %). Keep the control.',
  );
  assert.equal(liftWords({ low: 0.965, high: 1.123 }, t), 'between 4 % less and 13 % more');
  assert.equal(
    liftWords({ low: 0, high: Number.POSITIVE_INFINITY }, t),
    'anything from 100 % less to far more',
  );
  assert.equal(said({ kind: 'not-known', isOver: false }), 'Not yet known.');
  assert.match(said({ kind: 'void-ratio' }), /The shares do not add up: do not trust this/);
  assert.match(
    said({ kind: 'guardrail', variantId: 'b', guardrail: 'closed' }),
    /Stop b: readers close it more than 25 % more/,
  );
});

test('every verdict is a sentence of its own in every language, with nothing left unfilled', () => {
  const lift = { low: 1.04, high: 1.19 };
  const verdicts: readonly Verdict[] = [
    { kind: 'void-changed' },
    { kind: 'void-ratio' },
    ...(['closed', 'postponed', 'complaints', 'cancelled'] as const).map(
      (guardrail): Verdict => ({ kind: 'guardrail', variantId: 'b', guardrail }),
    ),
    ...(['asks', 'days', 'gifts'] as const).map(
      (reason): Verdict => ({ kind: 'too-early', reason }),
    ),
    { kind: 'more', variantId: 'b', lift },
    { kind: 'less', variantId: 'b', lift: { low: 0.8, high: 0.9 } },
    { kind: 'no-difference', lifts: [lift] },
    { kind: 'not-known', isOver: false },
    { kind: 'not-known', isOver: true },
  ];
  const sentences = INTERFACE_LANGUAGES.flatMap((language) =>
    verdicts.map((one) => said(one, language)),
  );
  assert.equal(new Set(sentences).size, sentences.length);
  for (const sentence of sentences)
    assert.doesNotMatch(sentence, /[{}]|experiments\.|NaN|undefined/);
});
