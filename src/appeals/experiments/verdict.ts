/**
 * What may be said of an experiment now: the registered rules, in their order, over what was counted. Pure.
 *
 * Doubt comes first. Words that were changed, shares that do not add up and a guardrail that is crossed are said before
 * any figure of money; and until the registered sample and time are there, nothing is said at all. The machine never
 * promotes a winner: it says what it knows, and a person decides.
 */
import type { ValuePerVariant } from '../../giving/index.ts';
import { assert } from '../../problems/index.ts';
import { type Definition, GUARDRAIL_KINDS, type GuardrailKind } from './experiment.ts';
import type { AskCounts } from './experiment-store.ts';
import {
  logSampleRatioEvidence,
  type RatioInterval,
  rateInterval,
  ratioInterval,
} from './statistics.ts';

/** What was counted of one variant on the whole days of the experiment, forced views and readers without a slot left out. */
export type VariantCounts = AskCounts & ValuePerVariant;

export interface Evidence {
  readonly definition: Definition;
  /** In the order of the definition. */
  readonly counts: readonly VariantCounts[];
  readonly days: number;
  /** How often one reader may be asked in thirty days: asks come in clumps of up to this many. */
  readonly asksPerReader: number;
  /** Whether the appeal still is what it was when the experiment was written down. */
  readonly isUnchanged: boolean;
}

export type Verdict =
  | { readonly kind: 'void-changed' }
  | { readonly kind: 'void-ratio' }
  | { readonly kind: 'guardrail'; readonly variantId: string; readonly guardrail: GuardrailKind }
  | { readonly kind: 'too-early'; readonly reason: 'asks' | 'days' | 'gifts' }
  | { readonly kind: 'more'; readonly variantId: string; readonly lift: RatioInterval }
  | { readonly kind: 'less'; readonly variantId: string; readonly lift: RatioInterval }
  | { readonly kind: 'no-difference'; readonly lifts: readonly RatioInterval[] }
  | { readonly kind: 'not-known'; readonly isOver: boolean };

export interface VariantResult {
  readonly counts: VariantCounts;
  /** How many times the control's value; `null` for the control and until anything may be said. */
  readonly lift: RatioInterval | null;
  /** Guardrails that are surely crossed. */
  readonly crossed: readonly GuardrailKind[];
}

export interface Results {
  readonly verdict: Verdict;
  readonly variants: readonly VariantResult[];
  readonly days: number;
}

/** Shares are called wrong when right ones would look so at most once in a thousand experiments. */
const SAMPLE_RATIO_ALARM = Math.log(1000);
/** Expected gifts per variant below which no interval is drawn. */
const LEAST_GIFTS = 5;

export function resultsOf(evidence: Evidence): Results {
  const { definition, counts, days } = evidence;
  const [control, ...others] = counts;
  assert(control !== undefined && others.length > 0, 'an experiment has a control and a variant');
  assert(
    counts.every(({ variantId }, at) => definition.variants[at]?.id === variantId),
    'counts come in the order of the definition',
  );
  const early = tooEarly(evidence);
  const lifts = early === null ? others.map((one) => liftOf({ definition, control, one })) : [];
  const variants = counts.map(
    (one, at): VariantResult => ({
      counts: one,
      lift: lifts[at - 1] ?? null,
      crossed: at === 0 ? [] : crossedBy({ definition, control, one }),
    }),
  );
  return { verdict: verdictOf({ evidence, variants, early }), variants, days };
}

function verdictOf(told: {
  readonly evidence: Evidence;
  readonly variants: readonly VariantResult[];
  readonly early: 'asks' | 'days' | 'gifts' | null;
}): Verdict {
  const { evidence, variants, early } = told;
  const { definition, days } = evidence;
  if (!evidence.isUnchanged) return { kind: 'void-changed' };
  if (isRatioWrong(evidence)) return { kind: 'void-ratio' };
  for (const { crossed, counts } of variants) {
    const [guardrail] = crossed;
    if (guardrail !== undefined)
      return { kind: 'guardrail', variantId: counts.variantId, guardrail };
  }
  if (early !== null) return { kind: 'too-early', reason: early };
  const compared = variants.flatMap(({ counts, lift }) =>
    lift === null ? [] : [{ variantId: counts.variantId, lift }],
  );
  const better = compared
    .filter(({ lift }) => lift.low > 1)
    .sort((a, b) => b.lift.low - a.lift.low)[0];
  if (better !== undefined) return { kind: 'more', ...better };
  const worse = compared.filter(({ lift }) => lift.high < 1);
  if (worse.length === compared.length && worse[0] !== undefined)
    return { kind: 'less', ...worse[0] };
  const least = definition.leastEffectPercent / 100;
  if (compared.every(({ lift }) => lift.low > 1 - least && lift.high < 1 + least)) {
    return { kind: 'no-difference', lifts: compared.map(({ lift }) => lift) };
  }
  return { kind: 'not-known', isOver: days >= definition.plannedDays };
}

function tooEarly({ definition, counts, days }: Evidence): 'asks' | 'days' | 'gifts' | null {
  if (days < definition.leastDays) return 'days';
  if (counts.some(({ asks }) => asks < BigInt(definition.leastAsks))) return 'asks';
  const gifts = counts.reduce((sum, one) => sum + one.gifts, 0);
  const isFew = definition.variants.some(({ share }) => (gifts * share) / 100 <= LEAST_GIFTS);
  return isFew ? 'gifts' : null;
}

function isRatioWrong({ definition, counts, asksPerReader }: Evidence): boolean {
  const evidence = logSampleRatioEvidence({
    counts: counts.map(({ asks }) => Number(asks)),
    shares: definition.variants.map(({ share }) => share),
    clump: asksPerReader,
  });
  return evidence >= SAMPLE_RATIO_ALARM;
}

interface Pair {
  readonly definition: Definition;
  readonly control: VariantCounts;
  readonly one: VariantCounts;
}

function liftOf({ definition, control, one }: Pair): RatioInterval {
  return ratioInterval({
    ...sharesOf({ definition, control, one }),
    control,
    variant: one,
    cap: BigInt(definition.capMinor),
    alpha: alphaOf(definition),
  });
}

/** What is allowed to go wrong, shared out over the variants that are compared with the control. */
function alphaOf({ wrongPercent, variants }: Definition): number {
  return wrongPercent / 100 / (variants.length - 1);
}

function sharesOf({ definition, control, one }: Pair) {
  const share = (id: string) => definition.variants.find((variant) => variant.id === id)?.share;
  const [controlShare, variantShare] = [share(control.variantId), share(one.variantId)];
  assert(controlShare !== undefined && variantShare !== undefined, 'what is counted has a share');
  return { controlShare, variantShare };
}

function crossedBy(pair: Pair): GuardrailKind[] {
  return GUARDRAIL_KINDS.filter((kind) => isCrossed(pair, kind));
}

/** Whether the variant surely has more of it than the limit allows: closes and the like per ask, cancelled per pledge. */
function isCrossed(pair: Pair, kind: GuardrailKind): boolean {
  const { definition, control, one } = pair;
  const limit = 1 + definition.guardrails[kind] / 100;
  // Each guardrail is a promise of its own, and none may cry wolf more often than the whole.
  const alpha = alphaOf(definition) / GUARDRAIL_KINDS.length;
  switch (kind) {
    case 'closed':
    case 'postponed': {
      const interval = ratioInterval({
        ...sharesOf(pair),
        control: { sum: control[kind], squares: control[kind] },
        variant: { sum: one[kind], squares: one[kind] },
        cap: 1n,
        alpha,
      });
      return interval.low > limit;
    }
    case 'complaints':
      return isRateAbove({
        control: [control.undone, control.gifts + control.undone],
        one: [one.undone, one.gifts + one.undone],
        limit,
        alpha,
      });
    case 'cancelled':
      return isRateAbove({
        control: [control.cancelled, control.pledges],
        one: [one.cancelled, one.pledges],
        limit,
        alpha,
      });
  }
}

/** A variant that brings twice the pledges may lose twice as many: these are compared per gift and per pledge. */
function isRateAbove(rates: {
  readonly control: readonly [happened: number, of: number];
  readonly one: readonly [happened: number, of: number];
  readonly limit: number;
  readonly alpha: number;
}): boolean {
  const { limit, alpha } = rates;
  const interval = ([happened, of]: readonly [number, number]) =>
    rateInterval({ happened, of, alpha: alpha / 2 });
  return interval(rates.one).low > limit * interval(rates.control).high;
}
