/** Lists, newest first, page by page (docs.stripe.com/api/pagination), and objects unfolded in answers (`expand`). */
import { assert } from '../../../problems/index.ts';
import { badParameter, noSuch } from './refusal.ts';

export interface Paging {
  readonly limit?: number | undefined;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
}

export interface Range {
  readonly gt?: number | undefined;
  readonly gte?: number | undefined;
  readonly lt?: number | undefined;
  readonly lte?: number | undefined;
}

interface Listed {
  readonly id: string;
  readonly created: number;
}

export function isWithin(at: number, range: Range | undefined): boolean {
  if (range === undefined) return true;
  const { gt, gte, lt, lte } = range;
  return (
    (gt === undefined || at > gt) &&
    (gte === undefined || at >= gte) &&
    (lt === undefined || at < lt) &&
    (lte === undefined || at <= lte)
  );
}

/** One page of `all`, which is in the order of making. */
export function pageOf<T extends Listed>(
  all: Iterable<T>,
  paging: Paging,
): { readonly page: readonly T[]; readonly hasMore: boolean } {
  const { limit = 10, starting_after: after, ending_before: before } = paging;
  if (after !== undefined && before !== undefined) {
    throw badParameter({ param: 'ending_before', message: 'Only one end of a page can be given.' });
  }
  // A stable sort: what was made later in the same second stands first.
  const newestFirst = [...all].reverse().sort((one, other) => other.created - one.created);
  if (before !== undefined) {
    const end = indexOf(newestFirst, before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { page: newestFirst.slice(start, end), hasMore: start > 0 };
  }
  const start = after === undefined ? 0 : indexOf(newestFirst, after, 'starting_after') + 1;
  const page = newestFirst.slice(start, start + limit);
  return { page, hasMore: start + limit < newestFirst.length };
}

function indexOf(all: readonly Listed[], id: string, param: string): number {
  const at = all.findIndex((each) => each.id === id);
  if (at === -1) throw noSuch({ what: 'object', id, param, inPath: false });
  return at;
}

export function listJson(url: string, data: readonly object[], hasMore: boolean): object {
  return { object: 'list', data, has_more: hasMore, url };
}

const DEPTH_MAX = 4;

/** Finds the object of an id, or what an object only shows when it is asked for. */
export interface Unfolding {
  byId(id: string): object | undefined;
  hidden(object: Readonly<Record<string, unknown>>, name: string): unknown;
}

/** The answer with what `expand` names unfolded. @throws Refusal for what cannot be */
export function unfold(answer: object, paths: readonly string[], unfolding: Unfolding): object {
  const copy = structuredClone(answer) as Record<string, unknown>;
  for (const path of paths) {
    const parts = path.split('.');
    const depth = parts[0] === 'data' ? parts.length - 1 : parts.length;
    if (depth > DEPTH_MAX) {
      throw badParameter({ param: 'expand', message: 'That is more than four levels deep.' });
    }
    unfoldPath(copy, parts, path, unfolding);
  }
  return copy;
}

function unfoldPath(
  within: Record<string, unknown>,
  parts: readonly string[],
  path: string,
  unfolding: Unfolding,
): void {
  const [name, ...rest] = parts;
  assert(name !== undefined, 'a path has a part to go');
  if (!Object.hasOwn(within, name)) {
    const hidden = unfolding.hidden(within, name);
    if (hidden === undefined) throw cannotExpand(path);
    within[name] = hidden;
  }
  const value = within[name];
  if (value === null) return;
  if (typeof value === 'string') {
    const object = unfolding.byId(value);
    if (object === undefined) throw cannotExpand(path);
    within[name] = structuredClone(object);
  } else if (typeof value !== 'object' || (rest.length === 0 && !isListOrObject(value))) {
    throw cannotExpand(path);
  }
  if (rest.length === 0) return;
  const below = within[name];
  const each = Array.isArray(below) ? below : [below];
  for (const one of each) unfoldPath(one as Record<string, unknown>, rest, path, unfolding);
}

/** An object of Stripe, or a list of such: what can be unfolded and is so already. */
function isListOrObject(value: object): boolean {
  return 'object' in value;
}

function cannotExpand(path: string) {
  return badParameter({
    param: 'expand',
    message: `This property cannot be expanded (${path}).`,
  });
}
