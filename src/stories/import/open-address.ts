/**
 * Opening a source at a web address. A paged feed (RFC 5005, `next_url`) is followed to its end, because somebody who
 * imports a site wants all of it; a loop, an error page or the limit ends it.
 */

import { readFeed } from './feed.ts';
import {
  type FetchedBytes,
  type FetchProblem,
  type FetchResult,
  fetchDocument,
  type Network,
} from './fetch-document.ts';
import type { ImportedStory } from './imported-story.ts';
import { type OpenOptions, openDocument } from './open-source.ts';
import type { ImportSource } from './source.ts';

const PAGES_LIMIT = 200;
const ALL_PAGES_BYTES = 128 * 1024 * 1024;

const WORDS: Readonly<Record<FetchProblem, string>> = {
  'not-a-web-address': 'Only http and https addresses can be imported.',
  'unknown-host': 'There is no host of this name. Check the address for a typing error.',
  'private-address':
    'This address leads into a private network, where nothing is fetched. Save the document to a file and import the file.',
  'too-many-redirects': 'The address leads on and on to other addresses.',
  'too-large':
    'The document is larger than an import takes. Save it to a file and import the file.',
  'too-slow': 'The other side took too long to answer. Try again later.',
  refused: 'The other side did not hand the document out.',
  unreachable: 'The other side could not be reached. Try again later.',
};

export class FetchRefusal extends Error {
  readonly problem: FetchProblem;

  constructor(result: { readonly problem: FetchProblem; readonly status?: number }) {
    const status = result.status === undefined ? '' : ` (status ${result.status})`;
    super(WORDS[result.problem] + status);
    this.name = 'FetchRefusal';
    this.problem = result.problem;
  }
}

export interface OpenAddressOptions extends OpenOptions {
  readonly network: Network;
  readonly signal: AbortSignal;
  /** Hears of each further page before it is fetched. */
  readonly onPage?: (page: number) => void;
}

/** Opens what stands at an address. Throws {@link FetchRefusal} or what `openDocument` throws. */
export async function openAddress(
  address: string,
  options: OpenAddressOptions,
): Promise<ImportSource> {
  const document = documentOf(await fetchDocument(address, options));
  const name = new URL(document.address).pathname.split('/').at(-1) ?? '';
  const fetchedFrom = document.address;
  const source = await openDocument({ ...document, fetchedFrom, name }, options);
  const feed = readFeed({ ...document, fetchedFrom });
  if (!feed.ok || feed.next === null || source.format === 'wordpress') return source;
  const stories = await allPages(feed.stories, feed.next, { fetchedFrom, options });
  return { ...source, stories: () => stories };
}

function documentOf(result: FetchResult): FetchedBytes {
  if (!result.ok) throw new FetchRefusal(result);
  return result.document;
}

/** Fetched before anything is written: no transaction waits for somebody else's server. */
async function allPages(
  first: readonly ImportedStory[],
  second: string,
  { fetchedFrom, options }: { readonly fetchedFrom: string; readonly options: OpenAddressOptions },
): Promise<readonly ImportedStory[]> {
  const stories = [...first];
  const seen = new Set([fetchedFrom]);
  let next: string | null = second;
  let bytes = 0;
  for (let page = 1; page < PAGES_LIMIT && next !== null && !seen.has(next); page += 1) {
    seen.add(next);
    options.onPage?.(page + 1);
    const document: FetchedBytes = documentOf(await fetchDocument(next, options));
    seen.add(document.address);
    bytes += document.bytes.byteLength;
    if (bytes > ALL_PAGES_BYTES) throw new FetchRefusal({ problem: 'too-large' });
    const feed = readFeed({ ...document, fetchedFrom: document.address });
    if (!feed.ok) break;
    stories.push(...feed.stories);
    next = feed.next;
  }
  return stories;
}
