/** Every page of one of Stripe's lists, newest first: whole, or not at all, because a list in part would hide the rest. */
import type { Unknown } from '../../giving/processor.ts';
import { type Called, notHeard, UNEXPECTED } from './api.ts';

export interface Listable {
  readonly id: string;
  readonly created: number;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
}

export const PAGE_SIZE = 100;
/** What is longer is not read rather than read in part. */
const PAGES_MAX = 2_000;

export interface PageParams {
  readonly limit: number;
  readonly starting_after?: string;
}

export async function listAll<T extends Pick<Listable, 'id'>>(
  list: (params: PageParams) => Promise<Called<Page<T>>>,
): Promise<readonly T[] | Unknown> {
  const found: T[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const listed = await list({
      limit: PAGE_SIZE,
      ...(after === undefined ? {} : { starting_after: after }),
    });
    if (listed.kind === 'unknown') return listed;
    if (listed.kind === 'error') return notHeard(listed);
    found.push(...listed.answer.data);
    after = listed.answer.data.at(-1)?.id;
    if (!listed.answer.has_more || after === undefined) return found;
  }
  return UNEXPECTED;
}
