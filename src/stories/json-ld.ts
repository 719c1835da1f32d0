/**
 * What a story page says to search engines, as schema.org `NewsArticle`: the same facts that people read, no more. Nothing
 * names an author whom the byline does not name.
 */
import type { Newsroom } from '../newsroom/index.ts';
import { type Html, html, raw } from '../page/index.ts';
import { zonedText } from './dates.ts';
import { printedName, type Story } from './story.ts';

export interface JsonLdOptions {
  readonly story: Story;
  readonly newsroom: Newsroom;
  /** Where the newsroom's pages stand, without a slash at the end. */
  readonly origin: string;
}

/** The element for the head. `<` is written as an escape, so that no headline can end the element. */
export function jsonLd(options: JsonLdOptions): Html {
  const text = JSON.stringify(newsArticle(options)).replaceAll('<', '\\u003c');
  return html`<script type="application/ld+json">${raw(text)}</script>`;
}

/** The object itself. */
export function newsArticle({ story, newsroom, origin }: JsonLdOptions): Record<string, unknown> {
  const { zone } = newsroom;
  const name = printedName(story.byline);
  const address = `${origin}/story/${story.slug}`;
  return {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    headline: story.title,
    ...(story.summary === '' ? {} : { description: story.summary }),
    ...(story.published === null ? {} : { datePublished: zonedText(story.published, zone) }),
    ...(story.published === null || story.updated === null
      ? {}
      : { dateModified: zonedText(story.updated, zone) }),
    ...authorOf(story, name, newsroom),
    publisher: { '@type': 'NewsMediaOrganization', name: newsroom.name, url: `${origin}/` },
    inLanguage: story.language,
    isAccessibleForFree: true,
    mainEntityOfPage: address,
    url: address,
    ...(story.corrections.length === 0
      ? {}
      : {
          correction: story.corrections.map((correction) => ({
            '@type': 'CorrectionComment',
            text: `${correction.wasWrong} ${correction.isRight}`,
            datePublished: zonedText(correction.madeAt, zone),
          })),
        }),
    publishingPrinciples: `${origin}/corrections`,
  };
}

function authorOf(story: Story, name: string | null, newsroom: Newsroom): Record<string, unknown> {
  if (name !== null) return { author: { '@type': 'Person', name } };
  if (story.byline.policy === 'none') return {};
  return { author: { '@type': 'NewsMediaOrganization', name: newsroom.name } };
}
