/**
 * Our stories for feed readers and news crawlers: Atom, JSON Feed 1.1 and the news sitemap. Full text, nothing that asks.
 *
 * Ids are `tag:` URIs made of the story's own id under a name that belongs to nobody: a host would be blocked or lost one
 * day, and a new domain must not make every story new again. The same stories give the same bytes on every machine.
 */
import type { Instant } from '../calendar/index.ts';
import { formatInstantDay, translator } from '../language/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { escapeText } from './clean.ts';
import { zonedText } from './dates.ts';
import { renderForFeed } from './render.ts';
import { slugFrom } from './slug.ts';
import { printedName, type Story } from './story.ts';
import type { StoryHead } from './story-store.ts';

export interface FeedOptions {
  readonly newsroom: Newsroom;
  /** Where the newsroom's pages stand, without a slash at the end. */
  readonly origin: string;
}

const TAG = 'tag:stories.tuppence.invalid,2026:';
/** A feed must state a date even when it holds nothing. */
const BEFORE_EVERYTHING = '1970-01-01T00:00:00Z';

/** The id of a story in every feed, for ever. */
export function storyTag(id: string): string {
  return `${TAG}story/${id}`;
}

/** Atom 1.0 (RFC 4287), newest first as handed in. */
export function atomFeed(stories: readonly Story[], { newsroom, origin }: FeedOptions): string {
  const language = newsroom.languages[0] ?? 'en';
  const name = slugFrom({ words: newsroom.name, fallback: newsroom.name });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${xml(language)}">
<id>${TAG}newsroom/${name}</id>
<title>${xml(newsroom.name)}</title>
${tagline(newsroom, language)}<updated>${newestChange(stories)}</updated>
<link rel="self" type="application/atom+xml" href="${xml(`${origin}/feed.atom`)}"/>
<link rel="alternate" type="text/html" href="${xml(`${origin}/`)}"/>
<author><name>${xml(newsroom.name)}</name></author>
${stories.map((story) => atomEntry(story, { newsroom, origin })).join('\n')}
</feed>
`;
}

function tagline(newsroom: Newsroom, language: string): string {
  const words = newsroom.tagline[language];
  return words === undefined ? '' : `<subtitle>${xml(words)}</subtitle>\n`;
}

function atomEntry(story: Story, { newsroom, origin }: FeedOptions): string {
  const name = printedName(story.byline);
  const body = renderForFeed(story.body, { language: story.language, origin });
  const parts = [
    `<id>${storyTag(story.id)}</id>`,
    `<title type="text">${xml(story.title)}</title>`,
    `<link rel="alternate" type="text/html" hreflang="${xml(story.language)}" href="${xml(addressOf(story, origin))}"/>`,
    story.published === null ? '' : `<published>${utc(story.published)}</published>`,
    `<updated>${story.updated === null ? BEFORE_EVERYTHING : utc(story.updated)}</updated>`,
    name === null ? '' : `<author><name>${xml(name)}</name></author>`,
    ...story.tags.map((tag) => `<category term="${xml(tag)}"/>`),
    story.summary === '' ? '' : `<summary type="text">${xml(story.summary)}</summary>`,
    `<content type="html">${xml(corrections(story, newsroom) + body.html)}</content>`,
  ];
  return `<entry xml:lang="${xml(story.language)}">\n${parts.filter(Boolean).join('\n')}\n</entry>`;
}

/** JSON Feed 1.1. */
export function jsonFeed(stories: readonly Story[], { newsroom, origin }: FeedOptions): string {
  const language = newsroom.languages[0] ?? 'en';
  const description = newsroom.tagline[language];
  const feed = {
    version: 'https://jsonfeed.org/version/1.1',
    title: newsroom.name,
    home_page_url: `${origin}/`,
    feed_url: `${origin}/feed.json`,
    ...(description === undefined ? {} : { description }),
    language,
    authors: [{ name: newsroom.name }],
    items: stories.map((story) => jsonItem(story, { newsroom, origin })),
  };
  return `${JSON.stringify(feed, null, 1)}\n`;
}

function jsonItem(story: Story, { newsroom, origin }: FeedOptions): Record<string, unknown> {
  const name = printedName(story.byline);
  const body = renderForFeed(story.body, { language: story.language, origin });
  const notes = correctionTexts(story, newsroom);
  return {
    id: storyTag(story.id),
    url: addressOf(story, origin),
    title: story.title,
    ...(story.summary === '' ? {} : { summary: story.summary }),
    content_html: corrections(story, newsroom) + body.html,
    content_text: [...notes, body.text].join(' '),
    ...(story.published === null ? {} : { date_published: utc(story.published) }),
    ...(story.updated === null ? {} : { date_modified: utc(story.updated) }),
    ...(name === null ? {} : { authors: [{ name }] }),
    ...(story.tags.length === 0 ? {} : { tags: story.tags }),
    language: story.language,
  };
}

/** Corrections stand before the text, so that nobody reads the old fact first. */
function corrections(story: Story, newsroom: Newsroom): string {
  return correctionTexts(story, newsroom)
    .map((text) => `<p><strong>${escapeText(text)}</strong></p>\n`)
    .join('');
}

function correctionTexts(story: Story, newsroom: Newsroom): string[] {
  const { language } = story;
  return story.corrections.toReversed().map((correction) => {
    const date = formatInstantDay({ instant: correction.madeAt, zone: newsroom.zone, language });
    const heading = translator(language)('stories.correction', { date });
    return `${heading}: ${correction.wasWrong} ${correction.isRight}`;
  });
}

/** How far back the news sitemap reaches; older stories are found by the ordinary ways. */
export const SITEMAP_HOURS = 48;

/**
 * The news sitemap: stories of the last two days, at one address that is updated in place; empty is valid. The caller picks
 * the stories with {@link sitemapSince}.
 */
export function newsSitemap(
  stories: readonly StoryHead[],
  { newsroom, origin }: FeedOptions,
): string {
  const entries = stories.flatMap((story) =>
    story.published === null
      ? []
      : `<url>
<loc>${xml(addressOf(story, origin))}</loc>
<news:news>
<news:publication><news:name>${xml(newsroom.name)}</news:name><news:language>${xml(sitemapLanguage(story.language))}</news:language></news:publication>
<news:publication_date>${zonedText(story.published, newsroom.zone)}</news:publication_date>
<news:title>${xml(story.title)}</news:title>
</news:news>
</url>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
${entries.join('\n')}
</urlset>
`;
}

/** The oldest publication that is still listed at `now`. Elapsed hours: zones and daylight saving do not matter. */
export function sitemapSince(now: Instant): Instant {
  return now.subtract({ hours: SITEMAP_HOURS });
}

/** ISO 639 code; Chinese alone keeps its region there. */
function sitemapLanguage(language: string): string {
  const [base = language, ...rest] = language.toLowerCase().split('-');
  if (base !== 'zh') return base;
  return rest.includes('tw') || rest.includes('hant') ? 'zh-tw' : 'zh-cn';
}

function addressOf(story: Pick<Story, 'slug'>, origin: string): string {
  return `${origin}/story/${story.slug}`;
}

function newestChange(stories: readonly Story[]): string {
  const dates = stories.flatMap((story) => (story.updated === null ? [] : [utc(story.updated)]));
  return dates.sort().at(-1) ?? BEFORE_EVERYTHING;
}

function utc(instant: Instant): string {
  return instant.toString({ smallestUnit: 'second' });
}

function xml(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}
