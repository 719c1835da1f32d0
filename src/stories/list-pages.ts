/**
 * The pages that lead to stories: front page, sections, all stories, corrections, and what helps on a page that is not
 * there. Titles in another language than the page say so, with their direction.
 */
import { formatInstantDay, translator } from '../language/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import { zonedText } from './dates.ts';
import { sectionTitle } from './sections.ts';
import { passage } from './story-page.ts';
import type { ListedCorrection, StoryHead } from './story-store.ts';

export interface ListContext {
  readonly newsroom: Newsroom;
  readonly origin: string;
}

/** The front page: the newest story large, then the sections, then other languages. Newest first everywhere. */
export function frontPage(
  { newsroom, origin }: ListContext,
  stories: readonly StoryHead[],
): PageContent {
  const language = firstLanguage(newsroom);
  const t = translator(language);
  const own = stories.filter((story) => sameLanguage(story.language, language));
  const [lead, ...rest] = own;
  const others = stories.filter((story) => !own.includes(story)).slice(0, 8);
  const seconds = rest.slice(0, 3);
  const remaining = rest.slice(3);
  return {
    kind: 'front',
    title: newsroom.name,
    language,
    path: '/',
    head: html`<link rel="canonical" href="${`${origin}/`}">
<link rel="alternate" type="application/atom+xml" href="/feed.atom">
<link rel="alternate" type="application/feed+json" href="/feed.json">`,
    body: html`<h1 class="visually-hidden">${newsroom.name}</h1>
${stories.length === 0 ? html`<p>${t('stories.none')}</p>` : nothing}
${lead === undefined ? nothing : html`<div class="front-top">${leadItem(lead, newsroom)}${seconds.length === 0 ? nothing : html`<ul class="stories">${seconds.map((story) => item(story, newsroom, language))}</ul>`}</div>`}
<div class="front-sections">${newsroom.sections.map((section) => frontSection({ section: section.id, stories: remaining, newsroom, language }))}
${withoutSection(remaining, newsroom, language)}</div>
${others.length === 0 ? nothing : html`<section class="front-others"><h2>${t('stories.other-languages')}</h2><ul class="stories">${others.map((story) => item(story, newsroom, language))}</ul></section>`}
${stories.length === 0 ? nothing : html`<p><a href="/stories">${t('stories.all')}</a></p>`}`,
  };
}

function leadItem(story: StoryHead, newsroom: Newsroom): Html {
  const title = sectionTitle(newsroom, story.section, story.language);
  return html`<div class="front-lead">
${title === null || story.section === null ? nothing : html`<p><a class="kicker" href="/section/${story.section}">${title}</a></p>`}
<h2><a href="/story/${story.slug}">${story.title}</a></h2>
${story.summary === '' ? nothing : html`<p class="standfirst">${story.summary}</p>`}
${day(story, newsroom, story.language)}
</div>`;
}

function frontSection(options: {
  readonly section: string;
  readonly stories: readonly StoryHead[];
  readonly newsroom: Newsroom;
  readonly language: string;
}): Html {
  const { section, newsroom, language } = options;
  const stories = options.stories.filter((story) => story.section === section).slice(0, 4);
  if (stories.length === 0) return nothing;
  return html`<section><h2><a class="kicker" href="/section/${section}">${sectionTitle(newsroom, section, language)}</a></h2>
<ul class="stories">${stories.map((story) => item(story, newsroom, language))}</ul></section>`;
}

function withoutSection(stories: readonly StoryHead[], newsroom: Newsroom, language: string): Html {
  const loose = stories
    .filter((story) => sectionTitle(newsroom, story.section, language) === null)
    .slice(0, 6);
  if (loose.length === 0) return nothing;
  return html`<section><h2 class="kicker">${translator(language)('stories.latest')}</h2>
<ul class="stories">${loose.map((story) => item(story, newsroom, language))}</ul></section>`;
}

export interface ListPageOptions {
  readonly stories: readonly StoryHead[];
  /** From 1. */
  readonly page: number;
  readonly hasOlder: boolean;
}

/** One page of a section, newest first. */
export function sectionPage(
  context: ListContext,
  section: string,
  options: ListPageOptions,
): PageContent {
  const language = firstLanguage(context.newsroom);
  const title = sectionTitle(context.newsroom, section, language) ?? section;
  return listPage(context, { ...options, title, base: `/section/${section}` });
}

/** One page of everything, newest first. */
export function allStoriesPage(context: ListContext, options: ListPageOptions): PageContent {
  const title = translator(firstLanguage(context.newsroom))('stories.all');
  return listPage(context, { ...options, title, base: '/stories' });
}

function listPage(
  { newsroom, origin }: ListContext,
  options: ListPageOptions & { readonly title: string; readonly base: string },
): PageContent {
  const { stories, page, hasOlder, title, base } = options;
  const language = firstLanguage(newsroom);
  const t = translator(language);
  const pathOf = (number: number) => (number === 1 ? base : `${base}/${number}`);
  const heading = page === 1 ? title : `${title}, ${t('stories.page', { number: page })}`;
  return {
    kind: 'front',
    title: `${heading} – ${newsroom.name}`,
    language,
    path: pathOf(page),
    head: html`<link rel="canonical" href="${origin}${pathOf(page)}">
<link rel="alternate" type="application/atom+xml" href="/feed.atom">`,
    body: html`<div class="list"><h1>${heading}</h1>
${stories.length === 0 ? html`<p>${t('stories.none')}</p>` : html`<ul class="stories">${stories.map((story) => item(story, newsroom, language, 2))}</ul>`}
${page === 1 && !hasOlder ? nothing : html`<p class="pages">${page === 1 ? nothing : html`<a rel="prev" href="${pathOf(page - 1)}">${t('stories.newer')}</a>`} ${hasOlder ? html`<a rel="next" href="${pathOf(page + 1)}">${t('stories.older')}</a>` : nothing}</p>`}</div>`,
  };
}

/** `level`: 3 below a heading of its list, 2 where the page's own heading is the only one above. */
function item(story: StoryHead, newsroom: Newsroom, pageLanguage: string, level: 2 | 3 = 3): Html {
  const link = html`<a href="/story/${story.slug}">${story.title}</a>`;
  return html`<li${passage(story.language, pageLanguage)}>
${level === 2 ? html`<h2>${link}</h2>` : html`<h3>${link}</h3>`}
${story.summary === '' ? nothing : html`<p class="summary">${story.summary}</p>`}
${day(story, newsroom, story.language)}
</li>`;
}

function day(story: StoryHead, newsroom: Newsroom, language: string): Html {
  if (story.published === null) return nothing;
  const { zone } = newsroom;
  const text = formatInstantDay({ instant: story.published, zone, language });
  return html`<p class="dateline"><time datetime="${zonedText(story.published, zone)}">${text}</time></p>`;
}

/** Every correction and retraction, newest first. */
export function correctionsPage(
  { newsroom, origin }: ListContext,
  lists: {
    readonly corrections: readonly ListedCorrection[];
    readonly retracted: readonly StoryHead[];
  },
): PageContent {
  const language = firstLanguage(newsroom);
  const t = translator(language);
  const entries = [
    ...lists.corrections.map((entry) => ({
      at: entry.correction.madeAt,
      drawn: correctionEntry(entry, newsroom, language),
    })),
    ...lists.retracted.flatMap((story) =>
      story.retraction === null
        ? []
        : [{ at: story.retraction.at, drawn: retractionEntry(story, newsroom, language) }],
    ),
  ].sort((a, b) => Number(b.at.epochMilliseconds - a.at.epochMilliseconds));
  return {
    kind: 'plain',
    title: `${t('stories.corrections')} – ${newsroom.name}`,
    language,
    path: '/corrections',
    head: html`<link rel="canonical" href="${`${origin}/corrections`}">`,
    body: html`<h1>${t('stories.corrections')}</h1>
<p>${t('stories.corrections-intro')}</p>
${entries.length === 0 ? html`<p>${t('stories.corrections-none')}</p>` : entries.map((entry) => entry.drawn)}`,
  };
}

function correctionEntry(entry: ListedCorrection, newsroom: Newsroom, language: string): Html {
  const { story, correction } = entry;
  const t = translator(story.language);
  const date = formatInstantDay({
    instant: correction.madeAt,
    zone: newsroom.zone,
    language: story.language,
  });
  return html`<div class="correction"${passage(story.language, language)}>
<h2><a href="/story/${story.slug}">${story.title}</a></h2>
<p class="dateline"><time datetime="${zonedText(correction.madeAt, newsroom.zone)}">${t('stories.correction', { date })}</time></p>
<p><b>${t('stories.was-wrong')}:</b> ${correction.wasWrong}</p>
<p><b>${t('stories.is-right')}:</b> ${correction.isRight}</p>
</div>`;
}

function retractionEntry(story: StoryHead, newsroom: Newsroom, language: string): Html {
  if (story.retraction === null) return nothing;
  const date = formatInstantDay({
    instant: story.retraction.at,
    zone: newsroom.zone,
    language: story.language,
  });
  return html`<div class="correction"${passage(story.language, language)}>
<h2><a href="/story/${story.slug}">${story.title}</a></h2>
<p class="dateline">${translator(story.language)('stories.retraction', { date })}</p>
<p>${story.retraction.reason}</p>
</div>`;
}

/** For a page that is not there: the sections and the newest stories. */
export function notFoundHelp(
  newsroom: Newsroom,
  language: string,
  stories: readonly StoryHead[],
): Html {
  const t = translator(language);
  return html`<h2>${t('stories.sections')}</h2>
<ul>${newsroom.sections.map((section) => html`<li><a href="/section/${section.id}">${sectionTitle(newsroom, section.id, language)}</a></li>`)}</ul>
${
  stories.length === 0
    ? nothing
    : html`<h2>${t('stories.latest')}</h2>
<p>${t('stories.look-here')}</p>
<ul class="stories">${stories.map((story) => item(story, newsroom, language))}</ul>`
}`;
}

export function firstLanguage(newsroom: Newsroom): string {
  return newsroom.languages[0] ?? 'en';
}

function sameLanguage(a: string, b: string): boolean {
  return (a.split('-')[0] ?? a) === (b.split('-')[0] ?? b);
}
