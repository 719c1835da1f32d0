import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Instant, ManualClock, SeededRandom } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import { html, type PageContent } from '../page/index.ts';
import { readFeed } from './import/feed.ts';
import { importStories } from './import/import-stories.ts';
import { createStoryRoutes, redirectOldPath } from './routes.ts';
import { correct, retract, type Story } from './story.ts';
import { insertStory, lockStory, noteStoriesChanged, updateStory } from './story-store.ts';
import { draftStory, importedStory, sourceOf, testNewsroom } from './testing/stories.ts';

const t = await testDatabase();
after(() => t.close());
const clock = new ManualClock('2026-11-25T12:00:00Z');
const random = new SeededRandom(5, clock);
const newsroom = testNewsroom();
const ORIGIN = 'https://paper.example.org';

function render(content: PageContent): Response {
  const page = html`<!doctype html><html lang="${content.language}"><head><title>${content.title}</title>${content.head ?? ''}</head><body>${content.body}</body></html>`;
  return new Response(String(page), {
    status: content.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': content.status === 404 ? 'no-store' : 'public, max-age=60',
    },
  });
}

const app = () =>
  createStoryRoutes({
    db: t.db,
    clock,
    newsroom,
    origin: ORIGIN,
    render,
    slot: ({ language, section }) =>
      html`<x-slot lang="${language}" data-section="${section ?? ''}"></x-slot>`,
  });
let routes = app();
/** A second process with copies of its own. */
const neighbour = app();
const get = (path: string, headers: Record<string, string> = {}) =>
  routes.request(`${ORIGIN}${path}`, { headers });
const textOf = async (path: string) => (await get(path)).text();

const take = (stories: Parameters<typeof importedStory>[0][]) =>
  importStories(
    sourceOf(
      stories.map((story) => importedStory(story)),
      { name: 'feed:routes' },
    ),
    {
      keepsStatus: true,
      isDryRun: false,
      fallbackLanguage: 'en',
      sections: [{ id: 'city', titles: [] }],
    },
    { db: t.db, clock, random },
  );

async function change(
  slug: string,
  step: (story: Story) => ReturnType<typeof correct>,
): Promise<void> {
  const { id } = await t.db
    .selectFrom('story')
    .select('id')
    .where('slug', '=', slug)
    .executeTakeFirstOrThrow();
  await t.db.transaction().execute(async (tx) => {
    const story = await lockStory(tx, id);
    assert.ok(story !== undefined);
    const result = step(story);
    assert.ok(result.ok);
    await updateStory(tx, { ...result, importHash: null, now: clock.now() });
    await noteStoriesChanged(tx);
  });
}

const nextSecond = () => clock.advance({ seconds: 1 });

before(async () => {
  await take([
    {
      identity: '1',
      slug: 'first',
      title: 'Headline </script><b>"',
      section: 'city',
      byline: 'Mira Tal',
      summary: 'Short.',
      published: Instant.from('2026-11-24T10:00:00Z'),
      html: '<h1>Part</h1><p>Words <a href="https://o.example.org/">out</a> <img src="https://i.example.org/p.jpg" alt="a boat"></p>',
    },
    {
      identity: '2',
      slug: 'arabic',
      title: 'قصة',
      language: 'ar',
      section: 'city',
      published: Instant.from('2026-11-23T10:00:00Z'),
    },
    { identity: '3', slug: 'secret', title: 'A DRAFT', status: 'draft' },
    {
      identity: '4',
      slug: 'taste',
      title: 'A TASTE',
      completeness: 'summary',
      url: 'https://o.example.org/whole',
      published: Instant.from('2026-11-24T11:00:00Z'),
    },
    {
      identity: '5',
      slug: 'old',
      title: 'Older',
      published: Instant.from('2019-01-01T00:00:00Z'),
      url: 'https://paper.example.org/2019/older/',
    },
    {
      identity: '6',
      slug: 'nameless',
      title: 'No name',
      byline: 'Secret Name',
      bylinePolicy: 'none',
      published: Instant.from('2026-11-22T10:00:00Z'),
    },
  ]);
  routes = app();
});

describe('a story page', () => {
  test('P1 its data for machines parses, agrees with what is shown, and no headline can end it', async () => {
    const page = await textOf('/story/first');
    const data = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    const article = JSON.parse(data);
    assert.equal(article.headline, 'Headline </script><b>"');
    assert.equal(article['@type'], 'NewsArticle');
    assert.equal(article.datePublished, '2026-11-24T11:00:00+01:00');
    assert.ok(page.includes(`datetime="${article.datePublished}"`));
    assert.equal(article.author.name, 'Mira Tal');
    assert.equal(article.mainEntityOfPage, `${ORIGIN}/story/first`);
    assert.equal(article.isAccessibleForFree, true);
    assert.ok(page.includes('Headline &lt;/script&gt;&lt;b&gt;'));
  });
  test('P11 nothing on it leads to another host by itself; links say nothing of where they were', async () => {
    const page = await textOf('/story/first');
    assert.doesNotMatch(page, /<img|<iframe|<link rel="(stylesheet|preload|preconnect)/);
    assert.match(
      page,
      /<a href="https:\/\/i\.example\.org\/p\.jpg" rel="noreferrer">Picture: a boat \(opens on another site\)<\/a>/,
    );
    assert.match(page, /<a href="https:\/\/o\.example\.org\/" rel="noreferrer">out<\/a>/);
  });
  test('headings of the text stand below its own', async () => {
    const page = await textOf('/story/first');
    assert.equal(page.match(/<h1/g)?.length, 1);
    assert.match(page, /<h2>Part<\/h2>/);
  });
  test('the slot stands after the text, once', async () => {
    const page = await textOf('/story/first');
    assert.match(page, /<\/article>\s*<x-slot lang="en" data-section="city"><\/x-slot>/);
  });
  test('P2 nobody is named where nobody shall be, in no output', async () => {
    for (const path of [
      '/story/nameless',
      '/feed.atom',
      '/feed.json',
      '/',
      '/stories',
      '/sitemap-news.xml',
    ]) {
      assert.doesNotMatch(await textOf(path), /Secret Name/, path);
    }
    assert.doesNotMatch(await textOf('/story/nameless'), /"author"/);
  });
  test('P6 no ids of the source and no ids of ours that are not the feeds’ own', async () => {
    const row = await t.db
      .selectFrom('story')
      .select(['id', 'source'])
      .where('slug', '=', 'first')
      .executeTakeFirstOrThrow();
    const page = await textOf('/story/first');
    assert.ok(!page.includes(row.id) && !page.includes('feed:routes'));
  });
  test('a taste says so, leads to the whole, and asks not to be indexed', async () => {
    const page = await textOf('/story/taste');
    assert.match(page, /Only the beginning of this story is here/);
    assert.match(page, /<link rel="canonical" href="https:\/\/o\.example\.org\/whole">/);
    assert.match(page, /noindex/);
  });
  test('I2 and lists do not know it', async () => {
    for (const path of ['/', '/stories', '/feed.atom', '/feed.json', '/sitemap-news.xml']) {
      assert.doesNotMatch(await textOf(path), /A TASTE/, path);
    }
  });
});

describe('what is not there', () => {
  for (const path of [
    '/story/secret',
    '/story/nothing',
    '/story/UPPER',
    '/story/a%00b',
    '/story/..%2f',
    '/section/nothing',
    '/section/city/1',
    '/section/city/0',
    '/section/city/99',
    '/stories/-1',
    '/stories/9999999',
  ]) {
    test(`${path} is a 404 that helps`, async () => {
      const response = await get(path);
      assert.equal(response.status, 404);
      const page = await response.text();
      assert.match(page, /href="\/section\/city"/);
      assert.match(page, /href="\/story\/first"/);
      assert.doesNotMatch(page, /A DRAFT/);
    });
  }
  test('P3 drafts are in no list and no feed', async () => {
    for (const path of [
      '/',
      '/stories',
      '/section/city',
      '/feed.atom',
      '/feed.json',
      '/sitemap-news.xml',
      '/corrections',
    ]) {
      assert.doesNotMatch(await textOf(path), /A DRAFT/, path);
    }
  });
  test('an old path leads on, for good', async () => {
    const response = await redirectOldPath(t.db, new Request(`${ORIGIN}/2019/older/?x=1`));
    assert.equal(response?.status, 301);
    assert.equal(response?.headers.get('location'), '/story/old');
    assert.equal(await redirectOldPath(t.db, new Request(`${ORIGIN}/else`)), undefined);
    assert.equal(
      await redirectOldPath(t.db, new Request(`${ORIGIN}/2019/older/`, { method: 'POST' })),
      undefined,
    );
  });
});

describe('lists', () => {
  test('the front page: newest large, sections, other languages marked', async () => {
    const page = await textOf('/');
    assert.ok(page.indexOf('/story/first') < page.indexOf('/story/nameless'));
    assert.match(page, /<li lang="ar" dir="rtl">\s*<h3><a href="\/story\/arabic">قصة<\/a>/);
    assert.equal(page.match(/<h1/g)?.length, 1);
  });
  test('a section holds its own stories only', async () => {
    const page = await textOf('/section/city');
    assert.match(page, /\/story\/first/);
    assert.doesNotMatch(page, /\/story\/nameless/);
  });
});

describe('caching', () => {
  const PATHS = [
    '/',
    '/story/first',
    '/section/city',
    '/stories',
    '/corrections',
    '/feed.atom',
    '/feed.json',
  ];
  for (const path of PATHS) {
    test(`${path}: public, validated by content, the same for everybody`, async () => {
      const one = await get(path, { cookie: 'a=1', 'accept-language': 'ru', 'user-agent': 'x' });
      const other = await neighbour.request(`http://mirror.example${path}`);
      assert.equal(one.headers.get('cache-control'), 'public, max-age=60');
      assert.equal(one.headers.get('set-cookie'), null);
      const etag = one.headers.get('etag');
      assert.ok(etag !== null && etag === other.headers.get('etag'));
      assert.equal(await one.text(), await other.text());
      const again = await get(path, { 'if-none-match': `"x", ${etag}` });
      assert.equal(again.status, 304);
      assert.equal(again.headers.get('etag'), etag);
      assert.equal(await again.text(), '');
    });
  }
  test('compressed as the client takes it', async () => {
    const plain = await textOf('/story/first');
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [accept, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['BR', 'br'],
    ] as const) {
      const response = await get('/story/first', { 'accept-encoding': accept });
      assert.equal(response.headers.get('content-encoding'), encoding);
      assert.equal(response.headers.get('vary'), 'Accept-Encoding');
      const body = Buffer.from(await response.arrayBuffer());
      assert.equal(response.headers.get('content-length'), String(body.length));
      assert.equal(unpack[encoding](body).toString(), plain);
    }
    for (const accept of ['', 'identity', 'br;q=0', 'brotli, gzipped']) {
      assert.equal(
        (await get('/story/first', { 'accept-encoding': accept })).headers.get('content-encoding'),
        null,
        accept,
      );
    }
  });
  test('a finished page is answered at once, with the same headers and bytes; everything else the ordinary way', async () => {
    const response = await get('/story/first', { 'accept-encoding': 'br' });
    const asked = {
      method: 'GET',
      target: '/story/first',
      acceptEncoding: 'br',
      ifNoneMatch: undefined,
    };
    const answer = routes.answerAtOnce(asked);
    assert.ok(answer?.body instanceof Uint8Array);
    assert.deepEqual(Buffer.from(answer.body), Buffer.from(await response.arrayBuffer()));
    assert.deepEqual(answer.headers, Object.fromEntries(response.headers));
    const etag = response.headers.get('etag') ?? '';
    assert.equal(routes.answerAtOnce({ ...asked, ifNoneMatch: etag })?.status, 304);
    for (const target of [
      '/story/first?x=1',
      '/story/secret',
      '/stories',
      '//story/first',
      '/story/../story/first',
      '*',
    ]) {
      assert.equal(routes.answerAtOnce({ ...asked, target }), undefined, target);
    }
    assert.equal(routes.answerAtOnce({ ...asked, method: 'POST' }), undefined);
    nextSecond();
    assert.equal(
      routes.answerAtOnce(asked),
      undefined,
      'after a second the revision is asked first',
    );
    await get('/story/first');
    assert.ok(routes.answerAtOnce(asked) !== undefined);
  });
  test('HEAD answers without a body', async () => {
    const response = await routes.request(`${ORIGIN}/story/first`, { method: 'HEAD' });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '');
  });
});

describe('P5 changes show everywhere within a second', () => {
  test('a correction, in this process and in the next', async () => {
    await neighbour.request(`${ORIGIN}/story/first`);
    const idBefore = /<id>(tag:[^<]*story[^<]*)<\/id>/.exec(await textOf('/feed.atom'))?.[1];
    clock.set('2026-11-25T13:00:00Z');
    await change('first', (story) =>
      correct(
        story,
        { id: random.uuid(), wasWrong: 'It said two boats.', isRight: 'There was one.' },
        clock.now(),
      ),
    );
    nextSecond();
    const words = /It said two boats\..*There was one\./s;
    for (const path of ['/story/first', '/feed.atom', '/feed.json', '/corrections']) {
      assert.match(await textOf(path), words, path);
    }
    assert.match(await (await neighbour.request(`${ORIGIN}/story/first`)).text(), words);
    const page = await textOf('/story/first');
    const article = JSON.parse(/ld\+json">(.*?)<\/script>/s.exec(page)?.[1] ?? '');
    assert.equal(article.dateModified, '2026-11-25T14:00:00+01:00');
    assert.equal(article.correction[0]['@type'], 'CorrectionComment');
    const feed = await textOf('/feed.atom');
    assert.match(feed, /<updated>2026-11-25T13:00:00Z<\/updated>/);
    assert.equal(/<id>(tag:[^<]*story[^<]*)<\/id>/.exec(feed)?.[1], idBefore);
  });

  test('a retraction: the address stays and says so, the text is gone', async () => {
    await textOf('/story/nameless');
    await change('nameless', (story) => retract(story, 'We were deceived.', clock.now()));
    nextSecond();
    const response = await get('/story/nameless');
    const page = await response.text();
    assert.equal(response.status, 200);
    assert.match(page, /We retracted this story on 25 November 2026/);
    assert.match(page, /We were deceived\./);
    assert.doesNotMatch(page, /Some words|x-slot|ld\+json/);
    for (const path of ['/', '/feed.atom', '/feed.json', '/stories', '/sitemap-news.xml']) {
      assert.doesNotMatch(await textOf(path), /No name/, path);
    }
    assert.match(await textOf('/corrections'), /No name.*We were deceived/s);
  });

  test('a name that is taken off is gone from every output', async () => {
    assert.match(await textOf('/story/first'), /Mira Tal/);
    await change('first', (story) => ({
      ok: true,
      story: { ...story, byline: { policy: 'desk' } },
      version: null,
    }));
    nextSecond();
    for (const path of ['/story/first', '/', '/feed.atom', '/feed.json', '/section/city']) {
      assert.doesNotMatch(await textOf(path), /Mira Tal/, path);
    }
  });
});

describe('P3 our feeds, read by our own reader', () => {
  test('Atom and JSON Feed hold the same stories, full and with addresses in full', async () => {
    const read = async (path: string, contentType: string) => {
      const response = await get(path);
      const result = readFeed({
        bytes: new Uint8Array(await response.arrayBuffer()),
        contentType,
        fetchedFrom: `${ORIGIN}${path}`,
      });
      assert.ok(result.ok);
      return result.stories;
    };
    const atom = await read('/feed.atom', 'application/atom+xml');
    const json = await read('/feed.json', 'application/feed+json');
    assert.deepEqual(
      atom.map((story) => story.identity),
      json.map((story) => story.identity),
    );
    assert.deepEqual(
      atom.map((story) => story.bodyHtml),
      json.map((story) => story.bodyHtml),
    );
    assert.ok(atom.length >= 3 && atom.every((story) => story.url?.startsWith(`${ORIGIN}/story/`)));
    assert.ok(
      atom.every(
        (story) => /^tag:/.test(story.identity) && !story.identity.includes('paper.example'),
      ),
    );
    assert.equal(atom.find((story) => story.language === 'ar')?.title, 'قصة');
  });
  test('a new domain changes no id', async () => {
    const moved = createStoryRoutes({
      db: t.db,
      clock,
      newsroom,
      origin: 'https://mirror.example',
      render,
      slot: () => html``,
    });
    const ids = (text: string) => text.match(/<id>[^<]*<\/id>/g);
    assert.deepEqual(
      ids(await (await moved.request('https://mirror.example/feed.atom')).text()),
      ids(await textOf('/feed.atom')),
    );
  });
});

describe('P4 the news sitemap', () => {
  const has = async (now: string) => {
    clock.set(now);
    return (await textOf('/sitemap-news.xml')).includes('/story/fresh<');
  };
  test('47 hours: listed; 49 hours: gone; over the change of the clocks; empty is valid', async () => {
    await take([
      {
        identity: 'f',
        slug: 'fresh',
        title: 'Fresh & new',
        published: Instant.from('2026-10-24T12:00:00Z'),
      },
    ]);
    assert.equal(await has('2026-10-26T11:00:00Z'), true);
    assert.equal(await has('2026-10-26T13:00:00Z'), false);
    clock.set('2027-06-01T00:00:00Z');
    assert.match(await textOf('/sitemap-news.xml'), /<urlset [^>]+>\s*<\/urlset>/);
    clock.set('2026-10-25T00:00:00Z');
    assert.match(await textOf('/sitemap-news.xml'), /<news:title>Fresh &amp; new<\/news:title>/);
  });
});

describe('the database is down', () => {
  test('finished pages are served on', async () => {
    clock.set('2026-11-26T00:00:00Z');
    let isDown = false;
    const db = new Proxy(t.db, {
      get(target, name) {
        if (isDown) throw new Error('connection refused');
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const frail = createStoryRoutes({
      db,
      clock,
      newsroom,
      origin: ORIGIN,
      render,
      slot: () => html``,
    });
    const before = await (await frail.request(`${ORIGIN}/story/old`)).text();
    isDown = true;
    clock.advance({ minutes: 10 });
    const response = await frail.request(`${ORIGIN}/story/old`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), before);
  });
});

test('a story written here has no source and is found', async () => {
  const story = draftStory({ id: random.uuid(), slug: 'ours' });
  await t.db
    .transaction()
    .execute((tx) => insertStory(tx, { story, version: null, importHash: null, now: clock.now() }));
  assert.equal((await get('/story/ours')).status, 404);
});
