/**
 * The public pages of the stories. Everything is GET, cacheable, and the same bytes for everybody; drafts do not exist here.
 */
import { Hono } from 'hono';
import type { Clock } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import { translator } from '../language/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { type Html, html, type RenderPage } from '../page/index.ts';
import { assert } from '../problems/index.ts';
import { atomFeed, jsonFeed, newsSitemap, sitemapSince } from './feeds-out.ts';
import {
  answerWith,
  type FinishedAnswer,
  type FinishedPage,
  FinishedPages,
  respond,
} from './finished-pages.ts';
import {
  allStoriesPage,
  correctionsPage,
  firstLanguage,
  frontPage,
  notFoundHelp,
  sectionPage,
} from './list-pages.ts';
import { type StorySlot, storyPage } from './story-page.ts';
import {
  newestCorrections,
  newestStories,
  newestStoriesWhole,
  publicStory,
  retractedStories,
  slugOfOldPath,
  storyRevision,
} from './story-store.ts';

export interface StoryRoutesDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly newsroom: Newsroom;
  /** Where the newsroom's pages stand, without a slash at the end. */
  readonly origin: string;
  readonly render: RenderPage;
  /** What is drawn at the end of a story. */
  readonly slot: StorySlot;
}

const FRONT_STORIES = 60;
const FEED_STORIES = 50;
const SITEMAP_STORIES = 1000;
const PAGE_STORIES = 40;
const PAGES_LIMIT = 1000;
const CORRECTIONS = 500;
const NOT_FOUND_STORIES = 6;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

type Make = () => Promise<Response | undefined>;

export interface StoryRoutes extends Hono {
  /**
   * The whole answer for the front page or a story that lies finished in memory, or undefined when the ordinary way must
   * be taken. For a server to ask before it makes a Request of what came in: most readers want exactly this.
   * `target` is the request target as sent, such as `/story/the-bridge`.
   */
  answerAtOnce(asked: {
    readonly method: string;
    readonly target: string;
    readonly acceptEncoding: string | undefined;
    readonly ifNoneMatch: string | undefined;
  }): FinishedAnswer | undefined;
}

/** The Hono sub-app of public story pages. Unknown slugs and sections answer with a 404 that helps. */
export function createStoryRoutes(dependencies: StoryRoutesDependencies): StoryRoutes {
  const { db, newsroom, clock, render } = dependencies;
  const pages = new FinishedPages({ clock, revision: () => storyRevision(db) });
  const app = new Hono();

  const serve = async (request: Request, key: string, make: Make): Promise<Response> => {
    const page = (await pages.get(key, make)) ?? (await missing());
    return respond(page, request);
  };
  // One copy for every address that is not there, so that made-up addresses cost no more than real ones.
  const missing = async (): Promise<FinishedPage> => {
    const page = await pages.get('not found', () => notFound(dependencies));
    assert(page !== undefined, 'the page of what is not there is always there');
    return page;
  };

  app.get('/', (c) => serve(c.req.raw, 'front', () => front(dependencies)));
  app.get('/story/:slug', async (c) => {
    const slug = c.req.param('slug');
    if (!SLUG.test(slug)) return respond(await missing(), c.req.raw);
    return serve(c.req.raw, `story ${slug}`, async () => {
      const story = await publicStory(db, slug);
      return story === undefined ? undefined : render(storyPage({ ...dependencies, story }));
    });
  });
  app.get('/section/:section/:page?', async (c) => {
    const section = c.req.param('section');
    const page = pageNumber(c.req.param('page'));
    const isKnown = newsroom.sections.some((candidate) => candidate.id === section);
    if (!isKnown || page === undefined) return respond(await missing(), c.req.raw);
    return serve(c.req.raw, `section ${section} ${page}`, () =>
      list(dependencies, { section, page }),
    );
  });
  app.get('/stories/:page?', async (c) => {
    const page = pageNumber(c.req.param('page'));
    if (page === undefined) return respond(await missing(), c.req.raw);
    return serve(c.req.raw, `stories ${page}`, () => list(dependencies, { page }));
  });
  app.get('/corrections', (c) => serve(c.req.raw, 'corrections', () => corrections(dependencies)));
  app.get('/feed.atom', (c) => serve(c.req.raw, 'feed.atom', () => atom(dependencies)));
  app.get('/feed.json', (c) => serve(c.req.raw, 'feed.json', () => json(dependencies)));
  // It changes with the hours and not only with the stories; a minute is as exact as its readers are.
  app.get('/sitemap-news.xml', (c) => {
    const minute = Math.floor(clock.now().epochMilliseconds / 60_000);
    return serve(c.req.raw, `sitemap ${minute}`, () => sitemap(dependencies));
  });
  return Object.assign(app, {
    answerAtOnce: (asked: Parameters<StoryRoutes['answerAtOnce']>[0]) => {
      const key = asked.method === 'GET' ? keyAtOnce(asked.target) : undefined;
      const page = key === undefined ? undefined : pages.peek(key);
      return page === undefined ? undefined : answerWith(page, asked);
    },
  });
}

const STORY_PATH = '/story/';

/** The key of a page that may be answered at once. */
function keyAtOnce(target: string): string | undefined {
  if (target === '/') return 'front';
  if (!target.startsWith(STORY_PATH)) return undefined;
  const slug = target.slice(STORY_PATH.length);
  return SLUG.test(slug) ? `story ${slug}` : undefined;
}

/** A page from 1 on; the first has no number in its address. */
function pageNumber(written: string | undefined): number | undefined {
  if (written === undefined) return 1;
  if (!/^[1-9]\d{0,3}$/.test(written)) return undefined;
  const page = Number(written);
  return page === 1 || page > PAGES_LIMIT ? undefined : page;
}

async function front({ db, newsroom, origin, render }: StoryRoutesDependencies): Promise<Response> {
  const stories = await newestStories(db, { limit: FRONT_STORIES });
  return render(frontPage({ newsroom, origin }, stories));
}

async function list(
  { db, newsroom, origin, render }: StoryRoutesDependencies,
  { section, page }: { readonly section?: string; readonly page: number },
): Promise<Response | undefined> {
  const found = await newestStories(db, {
    ...(section === undefined ? {} : { section }),
    limit: PAGE_STORIES + 1,
    offset: (page - 1) * PAGE_STORIES,
  });
  if (found.length === 0 && page > 1) return undefined;
  const options = {
    stories: found.slice(0, PAGE_STORIES),
    page,
    hasOlder: found.length > PAGE_STORIES && page < PAGES_LIMIT,
  };
  const context = { newsroom, origin };
  return render(
    section === undefined
      ? allStoriesPage(context, options)
      : sectionPage(context, section, options),
  );
}

async function corrections({
  db,
  newsroom,
  origin,
  render,
}: StoryRoutesDependencies): Promise<Response> {
  const [made, retracted] = await Promise.all([
    newestCorrections(db, CORRECTIONS),
    retractedStories(db, CORRECTIONS),
  ]);
  return render(correctionsPage({ newsroom, origin }, { corrections: made, retracted }));
}

async function atom({ db, newsroom, origin }: StoryRoutesDependencies): Promise<Response> {
  const stories = await newestStoriesWhole(db, { limit: FEED_STORIES });
  return document(atomFeed(stories, { newsroom, origin }), 'application/atom+xml');
}

async function json({ db, newsroom, origin }: StoryRoutesDependencies): Promise<Response> {
  const stories = await newestStoriesWhole(db, { limit: FEED_STORIES });
  return document(jsonFeed(stories, { newsroom, origin }), 'application/feed+json');
}

async function sitemap(dependencies: StoryRoutesDependencies): Promise<Response> {
  const { db, newsroom, origin, clock } = dependencies;
  const stories = await newestStories(db, {
    since: sitemapSince(clock.now()),
    limit: SITEMAP_STORIES,
  });
  return document(newsSitemap(stories, { newsroom, origin }), 'application/xml');
}

function document(text: string, type: string): Response {
  return new Response(text, {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'public, max-age=60',
      // Opened in a browser, a document of XML may not run or fetch anything either.
      'content-security-policy': "default-src 'none'",
    },
  });
}

async function notFound(dependencies: StoryRoutesDependencies): Promise<Response> {
  const { newsroom, render } = dependencies;
  const language = firstLanguage(newsroom);
  const t = translator(language);
  const more = await notFoundContent({ ...dependencies, language });
  return render({
    kind: 'plain',
    title: t('problem.NOT_FOUND.happened'),
    language,
    status: 404,
    body: html`<h1>${t('problem.NOT_FOUND.happened')}</h1>
<p>${t('problem.NOT_FOUND.next')}</p>
${more}`,
  });
}

/** What helps on a page that is not there: the sections and the newest stories. For the application's own 404, too. */
export async function notFoundContent(options: {
  readonly db: Db;
  readonly newsroom: Newsroom;
  readonly language: string;
}): Promise<Html> {
  const stories = await newestStories(options.db, { limit: NOT_FOUND_STORIES });
  return notFoundHelp(options.newsroom, options.language, stories);
}

/**
 * Where a path of the past leads now: a permanent redirect to the story that stood there (here, or at the site it was
 * imported from), or undefined. For the application to ask before it says that there is no page.
 */
export async function redirectOldPath(db: Db, request: Request): Promise<Response | undefined> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const slug = await slugOfOldPath(db, new URL(request.url).pathname);
  if (slug === undefined) return undefined;
  return new Response(null, {
    status: 301,
    headers: { location: `/story/${slug}`, 'cache-control': 'public, max-age=3600' },
  });
}
