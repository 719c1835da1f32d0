/**
 * Reading appeals from a file, for the demo and for newsrooms that keep their words under version control. Everything is
 * checked before anything is written; what is wrong is named.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import { type Clock, Instant } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import { type Appeal, CAP_CEILING, DEFAULT_CAP } from './appeal.ts';
import { saveAppeal } from './appeal-store.ts';
import { UNASSIGNED } from './assignment.ts';
import { filledCopy } from './copy.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens');
const languageTag = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language tag');
const instant = z
  .string()
  .refine((text) => instantMs(text) !== null, 'a moment such as 2026-12-01T08:00:00Z')
  .transform((text) => instantMs(text));
const words = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine(
      (text) => filledCopy(text, { amount: '', currency: '', newsroom: '' }) !== null,
      'the only places are {amount}, {currency} and {newsroom}',
    );

const text = z.strictObject({
  speaker: words(80),
  lead: words(80),
  paragraphs: z.array(words(400)).min(1).max(4),
  signed_off_by: z.string().min(1).max(60).nullable().default(null),
});

const variant = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'small letters, digits and hyphens')
    .refine((name) => name !== UNASSIGNED, 'this name stands for readers without a variant'),
  share: z.int().min(0).max(100),
  texts: z.record(languageTag, text),
});

const appeal = z
  .strictObject({
    id,
    status: z.enum(['draft', 'live', 'paused', 'archived']).default('draft'),
    priority: z.int().min(0).max(10_000).default(100),
    starts: instant.nullable().default(null),
    ends: instant.nullable().default(null),
    include: z.array(z.string().min(1).max(60)).max(50).default([]),
    exclude: z.array(z.string().min(1).max(60)).max(50).default([]),
    calm: z.boolean().default(false),
    cap: z.int().min(1).max(CAP_CEILING).default(DEFAULT_CAP),
    min_stories: z.int().min(0).max(9999).nullable().default(null),
    max_stories: z.int().min(0).max(9999).nullable().default(null),
    first_interval: z.enum(['once', 'month', 'year']).default('month'),
    experiment_key: z.string().regex(/^[a-z0-9-]{1,60}$/),
    variants: z.array(variant).min(1).max(4),
  })
  .refine(
    (one) => one.variants.reduce((sum, each) => sum + each.share, 0) === 100,
    'the shares of the variants add up to 100',
  )
  .refine(
    (one) => new Set(one.variants.map((each) => each.id)).size === one.variants.length,
    'two variants have the same id',
  )
  .refine(
    (one) => one.starts === null || one.ends === null || one.starts < one.ends,
    'it ends before it starts',
  );

const appealsFile = z.strictObject({ appeals: z.array(appeal).min(1).max(100) });

/**
 * Reads an appeals file (YAML). Throws a `ZodError` or a YAML error that names what is wrong.
 * @param options.zone the newsroom's zone, kept beside the schedule
 */
export function readAppealsFile(
  source: string,
  options: { readonly zone: string },
): Omit<Appeal, 'languages' | 'complete'>[] {
  return appealsFile.parse(parse(source)).appeals.map((one) => ({
    id: one.id,
    status: one.status,
    priority: one.priority,
    startMs: one.starts,
    endMs: one.ends,
    zone: options.zone,
    include: one.include,
    exclude: one.exclude,
    calm: one.calm,
    cap: one.cap,
    minStories: one.min_stories,
    maxStories: one.max_stories,
    firstInterval: one.first_interval,
    experimentKey: one.experiment_key,
    variants: one.variants.map((each) => ({
      id: each.id,
      share: each.share,
      texts: Object.entries(each.texts).map(([language, written]) => ({
        language,
        speaker: written.speaker,
        lead: written.lead,
        paragraphs: written.paragraphs,
        signedOffBy: written.signed_off_by,
      })),
    })),
  }));
}

/** Writes every appeal of a file, in one transaction; what stands under the same id is replaced. Returns how many. */
export async function importAppeals(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly source: string;
  readonly zone: string;
}): Promise<number> {
  const appeals = readAppealsFile(options.source, options);
  await options.db.transaction().execute(async (tx) => {
    for (const one of appeals) await saveAppeal(tx, one, options.clock);
  });
  return appeals.length;
}

function instantMs(moment: string): number | null {
  try {
    return Instant.from(moment).epochMilliseconds;
  } catch {
    return null;
  }
}
