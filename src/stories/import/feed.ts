/**
 * A feed document, whatever its format, as stories: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed.
 *
 * Pure: bytes in, values out. Nothing is fetched, nothing in the document can make it be. The rules F1 to F11 that this
 * follows stand in `docs/importing.md`.
 */
import { atomLanguage, homeOf, isAtomEntry, nextPageOf, readAtomEntry } from './atom.ts';
import { decodeDocument } from './decode.ts';
import type { ImportedStory } from './imported-story.ts';
import { type FeedItem, storiesOf } from './item.ts';
import { parseJson, readJsonFeed } from './json-feed.ts';
import { isRssItem, readRssItem, rssLanguage } from './rss.ts';
import { XmlReader, XmlRefusal } from './xml.ts';

export interface FeedInput {
  readonly bytes: Uint8Array;
  /** The `Content-Type` the document came with, or null. */
  readonly contentType: string | null;
  /** Absolute address the document was fetched from, or null for a file. */
  readonly fetchedFrom: string | null;
}

/**
 * `encoding`: bytes that have no meaning in their encoding. `doctype`: a document type with declarations of its own.
 * `too-large`, `too-deep`: past our limits. `format`: not a feed.
 */
export type FeedError = 'encoding' | 'doctype' | 'too-large' | 'too-deep' | 'format';

export type FeedFormat = 'rss' | 'atom' | 'json-feed';

export type FeedResult =
  | {
      readonly ok: true;
      readonly format: FeedFormat;
      readonly language: string | null;
      readonly stories: readonly ImportedStory[];
      /** Host of the site the feed belongs to, or null. */
      readonly host: string | null;
      /** Address of the next page of a paged feed, or null. */
      readonly next: string | null;
    }
  | { readonly ok: false; readonly error: FeedError };

const BYTES_LIMIT = 64 * 1024 * 1024;

/** Reads a feed. Never throws for what the bytes hold. */
export function readFeed(input: FeedInput): FeedResult {
  if (input.bytes.byteLength > BYTES_LIMIT) return { ok: false, error: 'too-large' };
  const decoded = decodeDocument(input.bytes, input.contentType);
  if (!decoded.ok) return decoded;
  const isJson = /^\s*\{/.test(decoded.text);
  return isJson ? readJson(decoded.text, input) : readXml(decoded.text, input);
}

function readJson(text: string, { fetchedFrom }: FeedInput): FeedResult {
  const feed = readJsonFeed(parseJson(text), fetchedFrom);
  if (feed === null) return { ok: false, error: 'format' };
  const { language, next } = feed;
  const stories = storiesOf(feed.items, { feedLanguage: language, fetchedFrom });
  return { ok: true, format: 'json-feed', language, stories, host: hostOf(feed.home), next };
}

function readXml(text: string, { fetchedFrom }: FeedInput): FeedResult {
  const items: FeedItem[] = [];
  let format: FeedFormat | undefined;
  const reader = new XmlReader({
    documentAddress: fetchedFrom,
    isRecord: (element, parent) => isRssItem(element, parent) || isAtomEntry(element, parent),
    onRecord: (record) => {
      const isEntry = record.name === 'entry';
      format ??= isEntry ? 'atom' : 'rss';
      items.push(isEntry ? readAtomEntry(record, fetchedFrom) : readRssItem(record, fetchedFrom));
    },
  });
  try {
    reader.write(text);
    const root = reader.close();
    const name = root?.name.toLowerCase() ?? '';
    if (root === null || !['rss', 'rdf', 'feed', 'entry', 'channel'].includes(name)) {
      return { ok: false, error: 'format' };
    }
    format ??= name === 'feed' ? 'atom' : 'rss';
    const language = format === 'atom' ? atomLanguage(root) : rssLanguage(root);
    const stories = storiesOf(items, { feedLanguage: language, fetchedFrom });
    const next = nextPageOf(root, fetchedFrom);
    const host = hostOf(homeOf(root, fetchedFrom));
    return { ok: true, format, language, stories, host, next };
  } catch (error) {
    if (error instanceof XmlRefusal) return { ok: false, error: error.reason };
    throw error;
  }
}

function hostOf(address: string | null): string | null {
  const host = address === null ? undefined : URL.parse(address)?.hostname;
  return host === undefined || host === '' ? null : host;
}
