/** Stories for tests: complete, with what a test cares about changed. */
import type { Newsroom } from '../../newsroom/index.ts';
import { readNewsroom } from '../../newsroom/index.ts';
import type { ImportedStory } from '../import/imported-story.ts';
import { bodyParts } from '../import/imported-story.ts';
import type { ImportSource } from '../import/source.ts';
import type { Story } from '../story.ts';

export function draftStory(changes: Partial<Story> = {}): Story {
  return {
    id: '019b0000-0000-7000-8000-000000000001',
    origin: null,
    slug: 'a-story',
    language: 'en',
    section: 'city',
    kind: 'story',
    title: 'A story',
    summary: 'What it is about.',
    body: '<p>Some words.</p>',
    byline: { policy: 'name', name: 'Mira Tal' },
    tags: ['harbour'],
    status: 'draft',
    completeness: 'full',
    originalUrl: null,
    published: null,
    updated: null,
    retraction: null,
    version: 0,
    corrections: [],
    ...changes,
  };
}

export function importedStory(
  changes: Partial<ImportedStory> & { readonly html?: string } = {},
): ImportedStory {
  const { html = '<p>Some words.</p>', ...fields } = changes;
  return {
    ...bodyParts(html, { base: null }),
    identity: 'one',
    title: 'A story',
    url: null,
    published: null,
    updated: null,
    language: 'en',
    summary: null,
    byline: null,
    tags: [],
    section: null,
    slug: null,
    kind: 'story',
    status: 'published',
    completeness: 'full',
    ...fields,
  };
}

export function sourceOf(
  stories: readonly ImportedStory[],
  changes: Partial<ImportSource> = {},
): ImportSource {
  return { format: 'rss', name: 'feed:test', left: new Map(), stories: () => stories, ...changes };
}

/** A small newsroom, read by the same reader as a real one. */
export function testNewsroom(): Newsroom {
  const reading = readNewsroom(`
name: Test Post
tagline: { en: News for tests }
languages: [en, ru, ar]
zone: Europe/Berlin
accent: "#8a2b1f"
sections:
  - { id: city, title: { en: The city, ru: Город, ar: المدينة } }
  - { id: culture, title: { en: Culture, ru: Культура, ar: الثقافة } }
giving:
  currency: USD
  amounts:
    USD: { once: [500, 1500, 4000], month: [200, 500, 1000], year: [2400, 6000, 12000], minimum: 200, maximum: 500000 }
  statement_text: OAK STREET MEDIA
  processors: [{ kind: sandbox, account: sandbox-1 }]
letters: { from_name: Oak Street office, from_address: office@oak-street.example }
safety: { exit_to: "https://exit.example/" }
`);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.newsroom;
}
