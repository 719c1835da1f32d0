/** JSON Feed 1.0 and 1.1 as feed items: rules F4 to F9 for this format. */
import { resolveWebAddress } from '../addresses.ts';
import { textOrNull } from '../clean.ts';
import { readFeedDate } from './dates.ts';
import { type FeedItem, type ItemBody, shortText } from './item.ts';

export interface JsonFeed {
  readonly items: readonly FeedItem[];
  readonly language: string | null;
  /** Address of the site, or null. */
  readonly home: string | null;
  /** Address of the next page, or null. */
  readonly next: string | null;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** JSON as feeds write it; numbers keep all their digits where they are ids (a number is its digits). Undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown, context?: { source?: string }) => {
      const isLargeId = key === 'id' && typeof value === 'number' && !Number.isSafeInteger(value);
      return isLargeId ? (context?.source ?? value) : value;
    });
  } catch {
    return undefined;
  }
}

/** Reads a parsed document, or null when it is no JSON Feed. */
export function readJsonFeed(document: unknown, fetchedFrom: string | null): JsonFeed | null {
  if (!isObject(document) || !Array.isArray(document.items)) return null;
  const items: readonly unknown[] = document.items;
  return {
    items: items.filter(isObject).map((item) => readItem(item, fetchedFrom)),
    language: textOrNull(stringOf(document.language)),
    home: addressOf(document.home_page_url, fetchedFrom),
    next: addressOf(document.next_url, fetchedFrom),
  };
}

function addressOf(value: unknown, base: string | null): string | null {
  const written = stringOf(value).trim();
  return written === '' ? null : resolveWebAddress(written, base);
}

function readItem(item: JsonObject, fetchedFrom: string | null): FeedItem {
  const url = stringOf(item.url).trim();
  const body = bodyOf(item);
  const summary = stringOf(item.summary);
  return {
    statedIdentity: idOf(item.id),
    title: textOrNull(stringOf(item.title)),
    url: url === '' ? null : resolveWebAddress(url, fetchedFrom),
    published: readFeedDate(stringOf(item.date_published)),
    updated: readFeedDate(stringOf(item.date_modified)),
    ownLanguage: textOrNull(stringOf(item.language)),
    body,
    summary: body?.isContent === true ? shortText(summary) : null,
    authors: authorsOf(item),
    tags: arrayOf(item.tags)
      .map((tag) => stringOf(tag).trim())
      .filter(Boolean),
    left: arrayOf(item.attachments)
      .filter(isObject)
      .map((file) => `attachment ${stringOf(file.mime_type)}`.trim()),
  };
}

function idOf(id: unknown): string {
  return typeof id === 'number' ? String(id) : stringOf(id).trim();
}

function bodyOf(item: JsonObject): ItemBody | null {
  const candidates = [
    { source: stringOf(item.content_html), form: 'html', isContent: true },
    { source: stringOf(item.content_text), form: 'text', isContent: true },
    { source: stringOf(item.summary), form: 'text', isContent: false },
  ] as const;
  const chosen = candidates.find((candidate) => candidate.source.trim() !== '');
  return chosen === undefined ? null : { ...chosen, base: null };
}

/** 1.1 has `authors`, 1.0 had one `author`. */
function authorsOf(item: JsonObject): string[] {
  const authors = [...arrayOf(item.authors), item.author];
  return authors.filter(isObject).map((author) => stringOf(author.name));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
