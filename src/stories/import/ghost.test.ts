import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isGhostExport, openGhost } from './ghost.ts';
import type { ImportedStory } from './imported-story.ts';

function ghost(posts: readonly object[], extra: object = {}): unknown {
  return { db: [{ meta: { version: '6.0.0' }, data: { posts, ...extra } }] };
}

function read(
  document: unknown,
  site: string | null = 'https://old.example.org/',
): ImportedStory[] {
  const stories = openGhost(document, { site }).stories();
  assert.ok(Symbol.iterator in stories);
  return [...stories];
}

const base = {
  id: 'p1',
  title: 'T',
  slug: 't',
  status: 'published',
  visibility: 'public',
  type: 'post',
  published_at: '2025-01-01T00:00:00.000Z',
};

function only(post: object, extra: object = {}, site?: string | null): ImportedStory {
  const [story, ...rest] = read(ghost([{ ...base, ...post }], extra), site);
  assert.ok(story !== undefined && rest.length === 0);
  return story;
}

const text = (words: string, format = 0) => ({
  type: 'extended-text',
  text: words,
  format,
  version: 1,
});
const lexical = (...children: readonly object[]) =>
  JSON.stringify({ root: { type: 'root', children } });
const mobiledoc = (changes: object) =>
  JSON.stringify({ version: '0.3.1', markups: [], atoms: [], cards: [], sections: [], ...changes });

describe('I15 one text in three forms gives the same blocks', () => {
  const html =
    '<h2>Head</h2><p>One <strong>two</strong> <a href="https://a.example.org/">three</a><br>four</p><blockquote>Said</blockquote><ul><li>a</li><li>b</li></ul><hr><figure class="kg-card"><img src="https://old.example.org/i.jpg" alt="boat"><figcaption>At sea</figcaption></figure>';
  const asLexical = lexical(
    { type: 'extended-heading', tag: 'h2', children: [text('Head')] },
    {
      type: 'paragraph',
      children: [
        text('One '),
        text('two', 1),
        text(' '),
        { type: 'link', url: 'https://a.example.org/', children: [text('three')] },
        { type: 'linebreak' },
        text('four'),
      ],
    },
    { type: 'extended-quote', children: [text('Said')] },
    {
      type: 'list',
      listType: 'bullet',
      tag: 'ul',
      children: [
        { type: 'listitem', children: [text('a')] },
        { type: 'listitem', children: [text('b')] },
      ],
    },
    { type: 'horizontalrule' },
    { type: 'image', src: '__GHOST_URL__/i.jpg', alt: 'boat', caption: 'At sea' },
  );
  const asMobiledoc = mobiledoc({
    atoms: [['soft-return', '', {}]],
    cards: [
      ['hr', {}],
      ['image', { src: '__GHOST_URL__/i.jpg', alt: 'boat', caption: 'At sea' }],
    ],
    markups: [['strong'], ['a', ['href', 'https://a.example.org/']]],
    sections: [
      [1, 'h2', [[0, [], 0, 'Head']]],
      [
        1,
        'p',
        [
          [0, [], 0, 'One '],
          [0, [0], 1, 'two'],
          [0, [], 0, ' '],
          [0, [1], 1, 'three'],
          [1, [], 0, 0],
          [0, [], 0, 'four'],
        ],
      ],
      [1, 'blockquote', [[0, [], 0, 'Said']]],
      [3, 'ul', [[[0, [], 0, 'a']], [[0, [], 0, 'b']]]],
      [10, 0],
      [10, 1],
    ],
  });
  const expected = only({ html }).bodyHtml;
  test('the HTML itself', () =>
    assert.match(expected, /<h2>Head<\/h2>\n<p>One <strong>two<\/strong>/));
  test('Lexical', () => assert.equal(only({ lexical: asLexical }).bodyHtml, expected));
  test('Mobiledoc', () => assert.equal(only({ mobiledoc: asMobiledoc }).bodyHtml, expected));
  test('Lexical comes first', () =>
    assert.equal(only({ lexical: asLexical, html: '<p>x</p>' }).bodyHtml, expected));
  test('an unreadable document falls back to the HTML', () =>
    assert.equal(only({ lexical: '{', html }).bodyHtml, expected));
});

describe('I16 gated posts', () => {
  for (const visibility of ['paid', 'members', 'tiers', 'filter']) {
    test(`for ${visibility} only: never public by itself, with a note`, () => {
      const story = only({ visibility, html: '<p>x</p>' });
      assert.equal(story.status, 'withheld');
      assert.deepEqual(story.dropped, [`for ${visibility} only there: kept as a draft`]);
    });
  }
  test('sent by mail, scheduled, draft', () => {
    assert.equal(only({ status: 'sent' }).status, 'withheld');
    assert.equal(only({ status: 'scheduled' }).status, 'draft');
    assert.equal(only({ status: 'draft' }).status, 'draft');
  });
});

describe('I17 what asks is dropped and listed', () => {
  test('as Lexical', () => {
    const cards = ['call-to-action', 'signup', 'paywall', 'email', 'email-cta', 'button'];
    const story = only({
      lexical: lexical(
        { type: 'paragraph', children: [text('a')] },
        ...cards.map((type) => ({ type, html: '<p>JOIN US</p>', buttonText: 'JOIN US' })),
      ),
    });
    assert.equal(story.bodyHtml, '<p>a</p>');
    assert.deepEqual(
      story.dropped,
      cards.map((name) => `card ${name}`),
    );
  });
  test('as Mobiledoc', () => {
    const story = only({
      mobiledoc: mobiledoc({
        cards: [
          ['email-cta', { html: '<p>JOIN US</p>' }],
          ['paywall', {}],
        ],
        sections: [
          [10, 0],
          [10, 1],
        ],
      }),
    });
    assert.equal(story.bodyHtml, '');
    assert.deepEqual(story.dropped, ['card email-cta', 'card paywall']);
  });
  test('as HTML, with boxes in them', () => {
    const story = only({
      html: '<p>a</p><div class="kg-card kg-cta-card"><div><p>JOIN US</p><div>now</div></div></div><p>b</p><div class="kg-card kg-signup-card">JOIN</div>',
    });
    assert.equal(story.bodyHtml, '<p>a</p>\n<p>b</p>');
    assert.deepEqual(story.dropped, ['box that asks for something (2)']);
  });
  test('code injection', () => {
    const story = only({ html: '<p>a</p>', codeinjection_head: '<script>track()</script>' });
    assert.deepEqual(story.dropped, ['code injection']);
    assert.doesNotMatch(JSON.stringify(story), /track/);
  });
});

describe('I18 addresses of the old site', () => {
  const gallery = lexical({
    type: 'gallery',
    images: [
      {
        src: '__GHOST_URL__/content/images/a.jpg',
        alt: 'a',
        caption: 'see <a href="__GHOST_URL__/b/">b</a>',
      },
    ],
  });
  test('inside a gallery card they are rewritten', () => {
    const story = only({ lexical: gallery });
    assert.deepEqual(story.images, ['https://old.example.org/content/images/a.jpg']);
    assert.deepEqual(story.links, ['https://old.example.org/b/']);
  });
  test('without the site they are left out, with a note', () => {
    const story = only({ lexical: gallery }, {}, null);
    assert.deepEqual(story.images, []);
    assert.ok(story.dropped.some((what) => what.includes('--site')));
  });
});

describe('fields', () => {
  const people = {
    users: [
      {
        id: 'u1',
        name: 'Mira Tal',
        email: 'MARKER@example.org',
        password: '$2a$MARKER',
        bio: 'MARKER',
      },
      { id: 'u2', name: 'someone@example.org', email: 'MARKER2@example.org' },
      { id: 'u3', name: 'Bo Lind' },
    ],
    posts_authors: [
      { post_id: 'p1', author_id: 'u3', sort_order: 1 },
      { post_id: 'p1', author_id: 'u1', sort_order: 0 },
      { post_id: 'p1', author_id: 'u2', sort_order: 2 },
    ],
    tags: [
      { id: 't1', name: 'City' },
      { id: 't2', name: '#internal' },
      { id: 't3', name: 'Hidden', visibility: 'internal' },
    ],
    posts_tags: [
      { post_id: 'p1', tag_id: 't2', sort_order: 0 },
      { post_id: 'p1', tag_id: 't1', sort_order: 1 },
      { post_id: 'p1', tag_id: 't3', sort_order: 2 },
    ],
    members: [{ email: 'MARKER-member@example.org' }],
  };
  test('authors by order, names only; tags without internal ones', () => {
    const story = only({ html: '<p>x</p>' }, people);
    assert.equal(story.byline, 'Mira Tal, Bo Lind');
    assert.deepEqual(story.tags, ['City']);
    assert.doesNotMatch(JSON.stringify(story), /MARKER/);
  });
  test('keys of old exports: image, page, author_id, milliseconds, no db', () => {
    const old = {
      data: {
        posts: [
          {
            id: 7,
            title: 'Old',
            slug: 'old',
            status: 'published',
            page: 1,
            image: '/i.jpg',
            html: '<p>x</p>',
            author_id: 3,
            published_at: 1420070400000,
          },
        ],
        users: [{ id: 3, name: 'Bo Lind' }],
      },
    };
    assert.ok(isGhostExport(old));
    const [story] = read(old);
    assert.equal(story?.kind, 'page');
    assert.equal(story?.byline, 'Bo Lind');
    assert.equal(story?.published?.toString(), '2015-01-01T00:00:00Z');
    assert.deepEqual(story?.images, ['https://old.example.org/i.jpg']);
  });
  test('a JSON Feed is none', () =>
    assert.equal(isGhostExport({ version: 'x', items: [] }), false));
});
