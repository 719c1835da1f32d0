/**
 * Which countries are listed now: the shipped rows, the newsroom file's, and what was decided at the desk, in its order.
 *
 * Listing is easy and leaving the list is hard, because the one mistake silences a reader and the other one can jail them.
 * One person adds a country, and it holds at once. Taking one away needs a wish and the confirmation of somebody else within
 * ten minutes (C14.2 of the safety checks), and for a shipped country an end of at most 30 days, after which it is listed
 * again by itself. What the newsroom's file lists stays listed as long as it stands there.
 */
import type { Instant } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import type { ListedCountry } from '../listed-countries.ts';

export const REMOVAL_DAYS_MAX = 30;
export const CONFIRM_WITHIN_MINUTES = 10;

export interface ListingAct {
  readonly id: string;
  readonly country: string;
  readonly kind: 'add' | 'ask-removal' | 'confirm-removal';
  readonly by: string;
  readonly reason: string;
  readonly source: string | null;
  readonly endsAt: Instant | null;
  readonly askedIn: string | null;
  readonly at: Instant;
}

export interface FileRow {
  readonly country: string;
  readonly reason: string;
  readonly since: string;
}

/** How one country stands. */
export interface Standing {
  readonly country: string;
  readonly shipped: ListedCountry | null;
  readonly inFile: FileRow | null;
  readonly added: ListingAct | null;
  /** Taken off the list until then; `null` as an end: until it is added again. */
  readonly removed: { readonly endsAt: Instant | null; readonly reason: string } | null;
  /** A wish that somebody else may still confirm. */
  readonly wish: ListingAct | null;
  readonly isListed: boolean;
}

export interface ListingInput {
  readonly shipped: readonly ListedCountry[];
  readonly file: readonly FileRow[];
  /** In the order in which they were decided. */
  readonly acts: readonly ListingAct[];
  readonly now: Instant;
}

/** Every country that is or was listed, by code. */
export function standings(input: ListingInput): readonly Standing[] {
  const codes = new Set(
    [...input.shipped, ...input.file, ...input.acts].map(({ country }) => country),
  );
  return [...codes].sort().map((country) => standingOf(input, country));
}

export function standingOf(input: ListingInput, country: string): Standing {
  const shipped = input.shipped.find((row) => row.country === country) ?? null;
  const inFile = input.file.find((row) => row.country === country) ?? null;
  let added: ListingAct | null = null;
  let wish: ListingAct | null = null;
  let removed: Standing['removed'] = null;
  for (const act of input.acts) {
    if (act.country !== country) continue;
    switch (act.kind) {
      case 'add':
        added = act;
        // Whoever says that it is dangerous ends what was wished or agreed before.
        removed = null;
        wish = null;
        break;
      case 'ask-removal':
        wish = act;
        break;
      case 'confirm-removal':
        assert(act.askedIn !== null, 'a removal confirms a wish');
        removed = { endsAt: act.endsAt, reason: act.reason };
        wish = null;
        break;
    }
  }
  if (removed?.endsAt != null && isPast(removed.endsAt, input.now)) removed = null;
  if (wish !== null && isPast(confirmBy(wish), input.now)) wish = null;
  const isKnown = shipped !== null || added !== null;
  const isListed = inFile !== null || (isKnown && removed === null);
  return { country, shipped, inFile, added, removed, wish, isListed };
}

/** Codes of the listed countries, sorted. */
export function listedNow(input: ListingInput): readonly string[] {
  return standings(input)
    .filter(({ isListed }) => isListed)
    .map(({ country }) => country);
}

export type WishAnswer = 'ok' | 'not-listed' | 'in-file' | 'end';

/** Whether a removal may be wished for. A shipped country must come back by itself. */
export function judgeWish(standing: Standing, days: number | null): WishAnswer {
  if (!standing.isListed) return 'not-listed';
  if (standing.inFile !== null) return 'in-file';
  if (days === null) return standing.shipped === null ? 'ok' : 'end';
  return Number.isInteger(days) && days >= 1 && days <= REMOVAL_DAYS_MAX ? 'ok' : 'end';
}

export type ConfirmAnswer = 'ok' | 'same-person' | 'gone';

/** Whether this wish may be confirmed now, by this one. */
export function judgeConfirm(
  standing: Standing,
  confirm: { readonly askedIn: string; readonly by: string },
): ConfirmAnswer {
  const { wish } = standing;
  if (wish === null || wish.id !== confirm.askedIn || !standing.isListed) return 'gone';
  if (standing.inFile !== null) return 'gone';
  return wish.by === confirm.by ? 'same-person' : 'ok';
}

export function confirmBy(wish: ListingAct): Instant {
  return wish.at.add({ minutes: CONFIRM_WITHIN_MINUTES });
}

function isPast(instant: Instant, now: Instant): boolean {
  return instant.epochMilliseconds <= now.epochMilliseconds;
}
