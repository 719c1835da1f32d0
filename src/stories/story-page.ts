/**
 * One story as a page: the same bytes for everybody, complete without scripts or a second request, safe to be found on a
 * phone. At its end stands an opaque slot that is handed in; nothing here knows or says what may come there.
 */
import { direction, formatInstantDay, translator } from '../language/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import { zonedText } from './dates.ts';
import { jsonLd } from './json-ld.ts';
import { renderBody } from './render.ts';
import { sectionTitle } from './sections.ts';
import { slugFrom } from './slug.ts';
import { type Correction, printedName, type Story } from './story.ts';

/** What is drawn at the end of a story. Handed in by whoever composes the pages. */
export type StorySlot = (options: {
  readonly language: string;
  readonly section?: string;
  readonly tags?: readonly string[];
  readonly sensitive?: boolean;
}) => Html;

export interface StoryPageOptions {
  readonly story: Story;
  readonly newsroom: Newsroom;
  readonly origin: string;
  readonly slot: StorySlot;
}

/** A published story, or the notice of a retracted one. */
export function storyPage(options: StoryPageOptions): PageContent {
  const { story, origin } = options;
  return {
    kind: 'story',
    title: story.title,
    language: story.language,
    path: `/story/${story.slug}`,
    head: story.retraction === null ? storyHead(options) : retractedHead(origin, story),
    body: story.retraction === null ? article(options) : retractedArticle(options),
  };
}

function storyHead(options: StoryPageOptions): Html {
  const { story, newsroom, origin } = options;
  const address = `${origin}/story/${story.slug}`;
  // A taste of a story belongs to the address where the whole of it stands.
  const canonical = story.completeness === 'summary' ? (story.originalUrl ?? address) : address;
  return html`<link rel="canonical" href="${canonical}">
${story.summary === '' ? nothing : html`<meta name="description" content="${story.summary}">`}
${story.completeness === 'summary' ? html`<meta name="robots" content="noindex">` : nothing}
<meta property="og:type" content="article">
<meta property="og:title" content="${story.title}">
<meta property="og:url" content="${address}">
<meta property="og:site_name" content="${newsroom.name}">
<link rel="alternate" type="application/atom+xml" href="/feed.atom">
${jsonLd({ story, newsroom, origin })}`;
}

function retractedHead(origin: string, story: Story): Html {
  return html`<link rel="canonical" href="${`${origin}/story/${story.slug}`}">
<meta name="robots" content="noindex">`;
}

function article(options: StoryPageOptions): Html {
  const { story, newsroom } = options;
  const corrections = story.corrections.toReversed();
  return html`<article>
${kicker(story, newsroom)}
<h1>${story.title}</h1>
${story.summary === '' || story.completeness === 'summary' ? nothing : html`<p class="standfirst">${story.summary}</p>`}
${byline(story, newsroom)}
${dateline(story, newsroom)}
${corrections.map((correction) => correctionBox(correction, story, newsroom))}
<div class="body">
${renderBody(story.body, story.language)}
</div>
${story.completeness === 'summary' ? wholeStory(story) : nothing}
</article>
${story.kind === 'story' ? slotOf(options) : nothing}`;
}

function slotOf({ story, slot }: StoryPageOptions): Html {
  const tags = story.tags.map((tag) => slugFrom({ words: tag, fallback: tag }));
  return slot({
    language: story.language,
    ...(story.section === null ? {} : { section: story.section }),
    tags: [...new Set(tags)].slice(0, 12),
    sensitive: story.tags.includes('sensitive'),
  });
}

function kicker(story: Story, newsroom: Newsroom): Html {
  const title = sectionTitle(newsroom, story.section, story.language);
  if (title === null || story.section === null) return nothing;
  return html`<p><a class="kicker" href="/section/${story.section}">${title}</a></p>`;
}

function byline(story: Story, newsroom: Newsroom): Html {
  if (story.byline.policy === 'none') return nothing;
  const name = printedName(story.byline);
  if (name === null) return html`<p class="byline">${newsroom.name}</p>`;
  // The name may be written in another direction than the words around it.
  const [before = '', after = ''] = translator(story.language)('stories.by', {
    name: '\u0000',
  }).split('\u0000');
  return html`<p class="byline">${before}<bdi>${name}</bdi>${after}</p>`;
}

function dateline(story: Story, newsroom: Newsroom): Html {
  const { published, updated, language } = story;
  if (published === null) return nothing;
  const { zone } = newsroom;
  const t = translator(language);
  const isChanged = updated !== null && !updated.equals(published);
  const day = formatInstantDay({ instant: published, zone, language });
  if (!isChanged) {
    return html`<p class="dateline"><time datetime="${zonedText(published, zone)}">${day}</time></p>`;
  }
  const changedDay = t('stories.updated', {
    date: formatInstantDay({ instant: updated, zone, language }),
  });
  return html`<p class="dateline"><time datetime="${zonedText(published, zone)}">${day}</time> · <time datetime="${zonedText(updated, zone)}">${changedDay}</time></p>`;
}

function correctionBox(correction: Correction, story: Story, newsroom: Newsroom): Html {
  const t = translator(story.language);
  const date = formatInstantDay({
    instant: correction.madeAt,
    zone: newsroom.zone,
    language: story.language,
  });
  return html`<aside class="correction">
<h2>${t('stories.correction', { date })}</h2>
<p><b>${t('stories.was-wrong')}:</b> ${correction.wasWrong}</p>
<p><b>${t('stories.is-right')}:</b> ${correction.isRight}</p>
</aside>`;
}

function wholeStory(story: Story): Html {
  const t = translator(story.language);
  const host = story.originalUrl === null ? undefined : URL.parse(story.originalUrl)?.hostname;
  if (story.originalUrl === null || host === undefined) {
    return html`<p class="correction">${t('stories.beginning')}</p>`;
  }
  return html`<p class="correction">${t('stories.beginning')} <a href="${story.originalUrl}" rel="noreferrer">${t('stories.read-whole', { host })}</a></p>`;
}

function retractedArticle({ story, newsroom }: StoryPageOptions): Html {
  const t = translator(story.language);
  if (story.retraction === null) return nothing;
  const date = formatInstantDay({
    instant: story.retraction.at,
    zone: newsroom.zone,
    language: story.language,
  });
  return html`<article>
<h1>${story.title}</h1>
<div class="correction">
<p>${t('stories.retracted', { date })}</p>
<p>${story.retraction.reason}</p>
</div>
</article>`;
}

/** `lang` and `dir` of a passage in another language than the page; nothing where it is the same. */
export function passage(language: string, pageLanguage: string): Html {
  if (language === pageLanguage) return nothing;
  return html` lang="${language}" dir="${direction(language)}"`;
}
