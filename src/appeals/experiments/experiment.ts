/**
 * What an experiment is: a question that is written down before the first reader is asked, and what may become of it.
 *
 * Whoever may change the question after seeing the answer will find one. So everything that decides (variants, shares,
 * metric, cap, minimum sample, stop rule, guardrails) is data, is kept as the very bytes that were hashed, and is
 * frozen from the start: another definition under the same key is refused, and an appeal whose words were changed
 * meanwhile no longer fits the hash and voids the result. States only go on: draft, running, stopped, decided.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isCurrency } from '../../money/index.ts';
import type { Appeal } from '../appeal.ts';

export const EXPERIMENT_STATES = ['draft', 'running', 'stopped', 'decided'] as const;
export type ExperimentState = (typeof EXPERIMENT_STATES)[number];

export const GUARDRAIL_KINDS = ['closed', 'postponed', 'complaints', 'cancelled'] as const;
export type GuardrailKind = (typeof GUARDRAIL_KINDS)[number];

/**
 * A monthly pledge counts for ten payments: with three of a hundred supporters leaving each month, as newsrooms report
 * (membershipguide.org), the first year brings (1 - 0.97^12) / 0.03 = 10.2 of them. A yearly one counts for its first:
 * whether it is paid again is not known within any experiment.
 */
export const MONTHLY_PAYMENTS = 10;
export const YEARLY_PAYMENTS = 1;

/** Whole weeks hold every weekday equally often; with fewer than two, one loud day would be half of the answer. */
export const LEAST_DAYS = 14;
export const SLOTS_OF_ALL = 100;

const sentence = z.string().min(1).max(500);

export const definitionShape = z
  .strictObject({
    key: z.string().regex(/^[a-z0-9-]{1,60}$/),
    appealId: z.string().min(1).max(40),
    question: sentence,
    hypothesis: sentence,
    /** The first is the control. */
    variants: z
      .array(z.strictObject({ id: z.string().min(1).max(20), share: z.int().min(1).max(99) }))
      .min(2)
      .max(4),
    metric: z.literal('capped-value-per-ask'),
    currency: z.string().refine(isCurrency),
    /** Minor units as digits: JSON has no whole numbers of any size. */
    capMinor: z.string().regex(/^[1-9]\d{0,11}$/),
    monthlyPayments: z.int().min(1).max(12),
    yearlyPayments: z.int().min(1).max(5),
    /** Asks per variant before anything is said. */
    leastAsks: z.int().min(100).max(100_000_000),
    leastDays: z.int().min(LEAST_DAYS).max(366),
    /** In whole weeks; on this day the answer is given, whatever it is. */
    plannedDays: z
      .int()
      .min(LEAST_DAYS)
      .max(366)
      .refine((days) => days % 7 === 0, 'whole weeks'),
    /** A difference smaller than this, in percent, is not worth having. */
    leastEffectPercent: z.int().min(1).max(500),
    /** The chance of ever being wrong that is allowed, in percent, over all variants together. */
    wrongPercent: z.literal(5),
    /** How much more of it, in percent of the control's, stops a variant whatever it earns. */
    guardrails: z.strictObject({
      closed: z.int().min(1).max(500),
      postponed: z.int().min(1).max(500),
      complaints: z.int().min(1).max(500),
      cancelled: z.int().min(1).max(500),
    }),
    stopRule: sentence,
    /** Of what readers are shown, so that a later change of words is noticed. */
    appealHash: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .refine(
    ({ variants }) => variants.reduce((sum, { share }) => sum + share, 0) === SLOTS_OF_ALL,
    'the shares add up to a hundred slots',
  )
  .refine(
    ({ variants }) => new Set(variants.map(({ id }) => id)).size === variants.length,
    'two variants have the same id',
  )
  .refine(
    ({ leastDays, plannedDays }) => leastDays <= plannedDays,
    'it is planned for at least as long as it must run',
  );

export type Definition = Readonly<z.infer<typeof definitionShape>>;

/** The one way in which a definition is written: keys in order, no spaces. The same definition gives the same bytes. */
export function canonical(definition: Definition): string {
  return JSON.stringify(sorted(definition));
}

/** SHA-256 of the canonical bytes; the database computes the same and refuses a row that differs. */
export function definitionHash(definition: Definition): Buffer {
  return createHash('sha256').update(canonical(definition)).digest();
}

/** Reads what was kept. Throws a `ZodError` where it is no definition. */
export function readDefinition(text: string): Definition {
  return definitionShape.parse(JSON.parse(text));
}

/** SHA-256 over everything of an appeal that a reader of the experiment meets: a change of any of it is another experiment. */
export function hashOfAppeal(
  appeal: Pick<Appeal, 'firstInterval' | 'include' | 'exclude' | 'calm' | 'cap' | 'variants'> &
    Pick<Appeal, 'minStories' | 'maxStories'>,
): string {
  const { firstInterval, include, exclude, calm, cap, minStories, maxStories } = appeal;
  const variants = appeal.variants.map(({ id, share, texts }) => ({
    id,
    share,
    texts: texts
      .map(({ language, speaker, lead, paragraphs }) => ({ language, speaker, lead, paragraphs }))
      .sort((a, b) => (a.language < b.language ? -1 : 1)),
  }));
  const shown = { firstInterval, include, exclude, calm, cap, minStories, maxStories, variants };
  return createHash('sha256')
    .update(JSON.stringify(sorted(shown)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
