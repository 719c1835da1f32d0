/**
 * Hypotheses that are ready to be asked. Each is a question other newsrooms or researchers have put, with what they found
 * and how much that is worth, so that nobody begins with an empty page or takes a vendor's number for a law.
 *
 * The words stand in the message files (`experiments.library-<id>-question` and `-hypothesis`), what decides stands here.
 * `differs` says in what the variants of an appeal must differ; a start is offered only for an appeal that has them.
 * Samples are for gifts by about two of a thousand asks; see `docs/experiments.md` for what they can find.
 */
import type { GuardrailKind } from './experiment.ts';

export type Difference = 'words' | 'first-interval' | 'amounts';

export interface Hypothesis {
  readonly id: HypothesisId;
  readonly differs: Difference;
  /** What is known from elsewhere, and from whom; public names, no claim of ours. */
  readonly source: string;
  /** Asks per variant before anything is said. */
  readonly leastAsks: number;
  readonly plannedDays: number;
  readonly leastEffectPercent: number;
  readonly guardrails: Readonly<Record<GuardrailKind, number>>;
}

const HYPOTHESIS_IDS = [
  'who-speaks',
  'short-letter',
  'name-the-amount',
  'easy-to-stop',
  'what-it-pays-for',
  'monthly-first',
  'five-amounts',
  'open-amount',
  'lower-first-amount',
] as const;
export type HypothesisId = (typeof HYPOTHESIS_IDS)[number];

/** More closes and postponements cost later asks; an undone gift or pledge costs trust, but there are few to count. */
const USUAL: Readonly<Record<GuardrailKind, number>> = {
  closed: 25,
  postponed: 50,
  complaints: 50,
  cancelled: 50,
};
const EIGHT_WEEKS = 56;
const TWELVE_WEEKS = 84;

const words = { differs: 'words', plannedDays: EIGHT_WEEKS, guardrails: USUAL } as const;

export const LIBRARY: readonly Hypothesis[] = [
  {
    id: 'who-speaks',
    ...words,
    source:
      'The Guardian writes its appeals at the end of stories by section and by author; no figures are public.',
    leastAsks: 20_000,
    leastEffectPercent: 10,
  },
  {
    id: 'short-letter',
    ...words,
    source: 'Baymard 2024: people leave what is too complicated (22 %); shops, not letters.',
    leastAsks: 20_000,
    leastEffectPercent: 10,
  },
  {
    id: 'name-the-amount',
    ...words,
    source:
      'Goswami & Urminsky (JMR), 11,508 people: a low default raises how many give and lowers how much.',
    leastAsks: 20_000,
    leastEffectPercent: 10,
  },
  {
    id: 'easy-to-stop',
    ...words,
    source:
      'Gråd et al. 2021, 1,098 people, preregistered: nudges help only with people who do not feel pushed.',
    leastAsks: 20_000,
    leastEffectPercent: 10,
  },
  {
    id: 'what-it-pays-for',
    ...words,
    source:
      'NextAfter 17181, 7,028 visitors: five purposes instead of fourteen brought 11.4 % more.',
    leastAsks: 20_000,
    leastEffectPercent: 10,
  },
  {
    id: 'monthly-first',
    differs: 'first-interval',
    source: 'NextAfter 139465, 10,489 visitors: monthly gifts from 0.09 % to 0.41 %; a tiny base.',
    leastAsks: 20_000,
    plannedDays: TWELVE_WEEKS,
    leastEffectPercent: 10,
    // People who are led into a pledge promise more and keep it less (Gaudeul & Kaczmarek).
    guardrails: { ...USUAL, cancelled: 25 },
  },
  {
    id: 'five-amounts',
    differs: 'amounts',
    source: 'NextAfter 21354, 445 visitors: five amounts from $10 instead of three; small.',
    leastAsks: 20_000,
    plannedDays: EIGHT_WEEKS,
    leastEffectPercent: 10,
    guardrails: USUAL,
  },
  {
    id: 'open-amount',
    differs: 'amounts',
    source:
      'NextAfter 6700, 785 visitors, one site: an open field instead of six buttons, 3.3 % to 7.4 %.',
    leastAsks: 20_000,
    plannedDays: EIGHT_WEEKS,
    leastEffectPercent: 10,
    guardrails: USUAL,
  },
  {
    id: 'lower-first-amount',
    differs: 'amounts',
    source:
      'Goswami & Urminsky (JMR); Altmann et al. found no net change of the average gift in the field.',
    leastAsks: 20_000,
    plannedDays: EIGHT_WEEKS,
    leastEffectPercent: 10,
    guardrails: USUAL,
  },
];
