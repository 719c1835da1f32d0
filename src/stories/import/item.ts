/**
 * One item of a feed in a form that no longer knows the format, and the rules that are the same for all of them: which of
 * two items with one identity stands (F4), whose language counts (F8), what is only a taste of a story.
 */
import type { Instant } from '../../calendar/index.ts';
import { collapse, textToHtml } from '../clean.ts';
import {
  bodyParts,
  type Completeness,
  type ImportedStory,
  wholeSeconds,
} from './imported-story.ts';

/** The chosen body of an item and what its addresses are relative to. */
export interface ItemBody {
  readonly source: string;
  readonly form: 'html' | 'text';
  /** The `xml:base` in scope; null when there is none. */
  readonly base: string | null;
  /** False for a description or summary: it may be all there is, or only the beginning. */
  readonly isContent: boolean;
}

export interface FeedItem {
  readonly statedIdentity: string;
  readonly title: string | null;
  /** The link as written, for identity when nothing else is given. */
  readonly url: string | null;
  readonly published: Instant | null;
  readonly updated: Instant | null;
  readonly ownLanguage: string | null;
  readonly body: ItemBody | null;
  readonly summary: string | null;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly left: readonly string[];
}

export interface StoriesOptions {
  readonly feedLanguage: string | null;
  readonly fetchedFrom: string | null;
}

/** Makes stories of items: one per identity, in the order of first appearance. */
export function storiesOf(items: readonly FeedItem[], options: StoriesOptions): ImportedStory[] {
  const standing = new Map<string, FeedItem>();
  items.forEach((item, at) => {
    const identity = identityOf(item);
    const key = identity === '' ? `without identity ${at}` : `= ${identity}`;
    const first = standing.get(key);
    if (first === undefined || isNewer(item, first)) standing.set(key, item);
  });
  return [...standing.values()].map((item) => storyOf(item, options));
}

/** guid, id or rdf:about; else the link. '' when there is neither. */
export function identityOf(item: FeedItem): string {
  return item.statedIdentity === '' ? (item.url ?? '') : item.statedIdentity;
}

function isNewer(item: FeedItem, first: FeedItem): boolean {
  const itemDate = item.updated ?? item.published;
  const firstDate = first.updated ?? first.published;
  if (itemDate === null) return false;
  return firstDate === null || itemDate.epochNanoseconds > firstDate.epochNanoseconds;
}

function storyOf(item: FeedItem, options: StoriesOptions): ImportedStory {
  const base = item.body?.base ?? item.url ?? options.fetchedFrom;
  const source = item.body?.form === 'text' ? textToHtml(item.body.source) : item.body?.source;
  const body = bodyParts(source ?? '', { base });
  return {
    ...body,
    identity: identityOf(item),
    title: item.title,
    url: item.url,
    published: wholeSeconds(item.published),
    updated: wholeSeconds(item.updated),
    language: item.ownLanguage ?? options.feedLanguage,
    summary: item.summary,
    byline: bylineOf(item.authors),
    tags: item.tags,
    section: null,
    slug: null,
    kind: 'story',
    status: 'published',
    completeness: completenessOf(item.body, body.text),
    dropped: [...body.dropped, ...item.left],
  };
}

const SUMMARY_LENGTH = 500;
const TASTE_ENDING =
  /(\.\.\.|…|\[…\]|\[\.\.\.\]|continue reading.{0,40}|read more.{0,20}|читать далее.{0,20}|المزيد)\s*$/iu;

/** A feed without content fields may hold whole stories or only tastes; short or broken-off ones are tastes (I2). */
function completenessOf(body: ItemBody | null, text: string): Completeness {
  if (body === null) return 'summary';
  if (body.isContent) return 'full';
  return text.length < SUMMARY_LENGTH || TASTE_ENDING.test(text.slice(-200)) ? 'summary' : 'full';
}

/** Names only: whatever looks like an e-mail address or a login is not printed above a story. */
export function bylineOf(authors: readonly string[]): string | null {
  const names = authors
    .map((author) => collapse(author))
    .filter((author) => author !== '' && author.length <= 120 && !author.includes('@'));
  return names.length === 0 ? null : [...new Set(names)].join(', ');
}

/** RSS 2.0 `author` is `someone@example.org (Name)`: only the name is taken. */
export function nameInParentheses(author: string): string {
  const match = /@\S+\s*\(([^()]+)\)/.exec(author);
  return match?.[1] ?? author;
}

/** A short text for lists, at most 300 characters. */
export function shortText(text: string): string | null {
  const plain = collapse(text);
  if (plain === '') return null;
  return plain.length <= 300 ? plain : `${plain.slice(0, 297).replace(/\s\S*$/u, '')}…`;
}
