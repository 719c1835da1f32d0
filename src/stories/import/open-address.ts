/**
 * Opening a source at a web address. A paged feed (RFC 5005, `next_url`) is followed to its end, because somebody who
 * imports a site wants all of it; a loop, an error page or the limit ends it.
 */

import { readFeed } from './feed.ts';
import {
  type FetchProblem,
  type FetchResult,
  fetchDocument,
  type Network,
} from './fetch-document.ts';
import type { ImportedStory } from './imported-story.ts';
import { type OpenOptions, openDocument } from './open-source.ts';
import type { ImportSource } from './source.ts';

const PAGES_LIMIT = 200;

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
  return { ...source, stories: () => allPages(feed.stories, feed.next, { fetchedFrom, options }) };
}

function documentOf(result: FetchResult) {
  if (!result.ok) throw new FetchRefusal(result);
  return result.document;
}

async function* allPages(
  first: readonly ImportedStory[],
  second: string | null,
  { fetchedFrom, options }: { readonly fetchedFrom: string; readonly options: OpenAddressOptions },
): AsyncGenerator<ImportedStory> {
  yield* first;
  const seen = new Set([fetchedFrom]);
  let next = second;
  for (let page = 1; page < PAGES_LIMIT && next !== null && !seen.has(next); page += 1) {
    seen.add(next);
    const document = documentOf(await fetchDocument(next, options));
    seen.add(document.address);
    const feed = readFeed({ ...document, fetchedFrom: document.address });
    if (!feed.ok) return;
    yield* feed.stories;
    next = feed.next;
  }
}
