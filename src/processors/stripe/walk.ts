/**
 * Walking one of Stripe's lists from where we stopped, oldest first. Stripe shows lists newest first and pages in either
 * direction from an object: `ending_before` gives what is next newer, so the walk goes on from the last object it has seen.
 *
 * What is listed a moment late must not be missed, so the walk that reached the end begins the next time an hour back: the
 * newest object that was at least an hour old is kept in the cursor beside the one it stands at. The same object read
 * twice changes nothing.
 */
import { z } from 'zod';
import type { MoneyFact, Unknown } from '../../giving/processor.ts';
import { type Called, notHeard, type StripeApi, type StripeError, UNEXPECTED } from './api.ts';
import { type Listable, PAGE_SIZE, type Page } from './list-all.ts';
import { wireTime } from './money.ts';
import { objectId } from './wire.ts';

/** The two objects as Stripe's ids; `null`: not begun. */
export interface WalkCursor {
  readonly at: string | null;
  readonly hold: string | null;
}

export const BEGINNING: WalkCursor = { at: null, hold: null };

export const walkCursor = z.object({ at: objectId.nullable(), hold: objectId.nullable() });

export interface WalkParams {
  readonly limit: number;
  readonly ending_before?: string;
  readonly starting_after?: string;
  readonly created?: { readonly lt: number };
}

/** The facts that one page of a walk tells. */
export type Told =
  | {
      readonly kind: 'told';
      readonly facts: readonly MoneyFact[];
      readonly cursor: WalkCursor;
      readonly more: boolean;
    }
  | Unknown;

export type ListPage<T> = (params: WalkParams) => Promise<Called<Page<T>>>;

export type Walked<T> =
  | {
      readonly kind: 'walked';
      /** Oldest first. */
      readonly items: readonly T[];
      readonly cursor: WalkCursor;
      readonly more: boolean;
    }
  | Unknown;

/** Before the first look nothing older is listed: what a newsroom's account did before is not ours to explain. */
const FIRST_LOOK_DAYS = 30;
const OVERLAP_SECONDS = 3_600;
/** An account whose first object is younger than the first look is read back to it once. */
const PAGES_BACK_MAX = 2_000;

/** One page from the cursor on. */
export async function walk<T extends Listable>(
  api: StripeApi,
  list: ListPage<T>,
  from: WalkCursor,
): Promise<Walked<T>> {
  if (from.at !== null) {
    const next = await list({ limit: PAGE_SIZE, ending_before: from.at });
    if (next.kind === 'answered') return walked(api, from, next.answer);
    if (next.kind === 'unknown') return next;
    // The object we stood at is gone (events are kept for thirty days): begin anew.
    if (!isGone(next)) return notHeard(next);
  }
  const first = await firstPage(api, list);
  return first.kind === 'page' ? walked(api, BEGINNING, first.page) : first;
}

function isGone(error: StripeError): boolean {
  return (error.status === 400 || error.status === 404) && error.code === 'resource_missing';
}

function walked<T extends Listable>(api: StripeApi, from: WalkCursor, page: Page<T>): Walked<T> {
  const items = [...page.data].reverse();
  const more = page.has_more && items.length > 0;
  const at = items.at(-1)?.id ?? from.at;
  const settledUntil = wireTime(api.clock.now()) - OVERLAP_SECONDS;
  const hold = items.findLast(({ created }) => created <= settledUntil)?.id ?? from.hold;
  return { kind: 'walked', items, more, cursor: more ? { at, hold } : { at: hold, hold } };
}

/** The oldest page of the first look. */
async function firstPage<T extends Listable>(
  api: StripeApi,
  list: ListPage<T>,
): Promise<{ readonly kind: 'page'; readonly page: Page<T> } | Unknown> {
  const since = wireTime(api.clock.now()) - FIRST_LOOK_DAYS * 86_400;
  const before = await list({ limit: 1, created: { lt: since } });
  if (before.kind !== 'answered') return before.kind === 'unknown' ? before : notHeard(before);
  const anchor = before.answer.data[0]?.id;
  if (anchor === undefined) return await oldestPage(list);
  const next = await list({ limit: PAGE_SIZE, ending_before: anchor });
  if (next.kind === 'answered') return { kind: 'page', page: next.answer };
  return next.kind === 'unknown' ? next : notHeard(next);
}

/** Nothing is older than the first look: back to the very first object, of whose page the rest is the newer part. */
async function oldestPage<T extends Listable>(
  list: ListPage<T>,
): Promise<{ readonly kind: 'page'; readonly page: Page<T> } | Unknown> {
  let after: string | undefined;
  for (let pages = 1; pages <= PAGES_BACK_MAX; pages += 1) {
    const older = await list({
      limit: PAGE_SIZE,
      ...(after === undefined ? {} : { starting_after: after }),
    });
    if (older.kind !== 'answered') return older.kind === 'unknown' ? older : notHeard(older);
    const { data, has_more: goesOn } = older.answer;
    const last = data.at(-1)?.id;
    if (!goesOn || last === undefined) {
      return { kind: 'page', page: { data, has_more: pages > 1 } };
    }
    after = last;
  }
  return UNEXPECTED;
}
