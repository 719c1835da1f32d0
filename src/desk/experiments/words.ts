/**
 * What is known of an experiment, as a sentence a person can act on. Percentages are whole and rounded away from the
 * claim: the low end down and the high end up, so that the words never promise more than the interval.
 */
import type { Definition, RatioInterval, Verdict } from '../../appeals/index.ts';
import type { Translate } from '../../language/index.ts';

export function verdictSentence(
  verdict: Verdict,
  told: { readonly definition: Definition; readonly t: Translate },
): string {
  const { definition, t } = told;
  switch (verdict.kind) {
    case 'void-changed':
    case 'void-ratio':
      return t(`experiments.verdict-${verdict.kind}`);
    case 'guardrail': {
      const { variantId, guardrail } = verdict;
      const limit = definition.guardrails[guardrail];
      return t(`experiments.guardrail-${guardrail}`, { variant: isolated(variantId), limit });
    }
    case 'too-early':
      return t(`experiments.verdict-too-early-${verdict.reason}`, {
        days: definition.leastDays,
        asks: definition.leastAsks,
      });
    case 'more': {
      const low = more(verdict.lift.low, Math.floor);
      const variant = isolated(verdict.variantId);
      return Number.isFinite(verdict.lift.high)
        ? t('experiments.verdict-more', { variant, low, high: more(verdict.lift.high, Math.ceil) })
        : t('experiments.verdict-more-least', { variant, low });
    }
    case 'less':
      return t('experiments.verdict-less', {
        variant: isolated(verdict.variantId),
        low: less(verdict.lift.high, Math.floor),
        high: less(verdict.lift.low, Math.ceil),
      });
    case 'no-difference':
      return t('experiments.verdict-no-difference', { least: definition.leastEffectPercent });
    case 'not-known':
      return t(`experiments.verdict-not-known${verdict.isOver ? '-over' : ''}`);
  }
}

/** An interval in words: "4 % to 19 % more", "between 3 % less and 12 % more". */
export function liftWords({ low, high }: RatioInterval, t: Translate): string {
  if (high < 1) {
    return t('experiments.range-less', { low: less(high, Math.floor), high: less(low, Math.ceil) });
  }
  if (low > 1) {
    const least = more(low, Math.floor);
    return Number.isFinite(high)
      ? t('experiments.range-more', { low: least, high: more(high, Math.ceil) })
      : t('experiments.range-least', { low: least });
  }
  return Number.isFinite(high)
    ? t('experiments.range-both', { low: less(low, Math.ceil), high: more(high, Math.ceil) })
    : t('experiments.range-open', { low: less(low, Math.ceil) });
}

type Rounding = (value: number) => number;

/** A part of a thousandth less than nothing is nothing: 1.04 is 4 % more and not 4.000000000000004 %. */
function more(ratio: number, round: Rounding): number {
  return round(steady((ratio - 1) * 100));
}

function less(ratio: number, round: Rounding): number {
  return round(steady((1 - ratio) * 100));
}

/** Without the last digits of floating point, which would round 4 up to 5. */
function steady(percent: number): number {
  return Math.round(percent * 1e6) / 1e6;
}

function isolated(id: string): string {
  return `\u2068${id}\u2069`;
}
