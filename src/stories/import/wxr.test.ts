import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImportedStory } from './imported-story.ts';
import { ImportRefusal, type ImportSource } from './source.ts';
import { openWxr } from './wxr.ts';

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old site</title><link>https://old.example.org</link><language>uk</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login>mira</wp:author_login><wp:author_email>MARKER-author@example.org</wp:author_email><wp:author_display_name><![CDATA[Mira Tal]]></wp:author_display_name><wp:author_first_name>MARKER-first</wp:author_first_name></wp:author>`;
const TAIL = '</channel></rss>';

interface Post {
  readonly title?: string;
  readonly content?: string;
  readonly fields?: string;
  readonly type?: string;
  readonly status?: string;
  readonly dates?: string;
}

let number = 0;
function post({
  title = 'T',
  content = '<p>text</p>',
  fields = '',
  type = 'post',
  status = 'publish',
  dates = '<wp:post_date_gmt>2019-03-04 05:06:07</wp:post_date_gmt>',
}: Post): string {
  number += 1;
  return `<item><title>${title}</title><link>https://old.example.org/2019/${number}/</link><guid isPermaLink="false">https://old.example.org/?p=${number}</guid><dc:creator>mira</dc:creator><content:encoded><![CDATA[${content}]]></content:encoded><wp:post_id>${number}</wp:post_id>${dates}<wp:post_type>${type}</wp:post_type><wp:status>${status}</wp:status>${fields}</item>`;
}

function open(items: string, pieceSize = 1 << 20): Promise<ImportSource> {
  const bytes = new TextEncoder().encode(HEAD + items + TAIL);
  return openWxr({
    contentType: null,
    zone: 'Europe/Kyiv',
    open: async function* () {
      for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
    },
  });
}

async function read(items: string, pieceSize?: number): Promise<ImportedStory[]> {
  const stories: ImportedStory[] = [];
  for await (const story of (await open(items, pieceSize)).stories()) stories.push(story);
  return stories;
}

async function only(item: Post): Promise<ImportedStory> {
  const [story, ...rest] = await read(post(item));
  assert.ok(story !== undefined && rest.length === 0);
  return story;
}

describe('WordPress dates', () => {
  test('I8 a post of 2019 is dated 2019, right in UTC', async () => {
    assert.equal((await only({})).published?.toString(), '2019-03-04T05:06:07Z');
  });
  test('I8 pubDate when there is no GMT date, then local time in the newsroom’s zone', async () => {
    const pubDate = await only({
      dates:
        '<pubDate>Mon, 04 Mar 2019 05:06:07 +0200</pubDate><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>',
    });
    assert.equal(pubDate.published?.toString(), '2019-03-04T03:06:07Z');
    const local = await only({ dates: '<wp:post_date>2019-07-04 12:00:00</wp:post_date>' });
    assert.equal(local.published?.toString(), '2019-07-04T09:00:00Z');
    assert.deepEqual(local.dropped, ['local time read in the zone Europe/Kyiv']);
  });
  test('I9 a date of zeros is a draft and no error', async () => {
    const story = await only({
      dates:
        '<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>',
    });
    assert.equal(story.status, 'draft');
    assert.equal(story.published, null);
  });
});

describe('WordPress texts', () => {
  const rows: readonly [name: string, content: string, html: string][] = [
    [
      'I10 three classic paragraphs are three',
      'One\r\ntwo\r\n\r\nThree <em>four</em>\n\n\nFive',
      '<p>One<br>two</p>\n<p>Three <em>four</em></p>\n<p>Five</p>',
    ],
    [
      'I10 classic text beside blocks',
      'One\n\n<ul>\n<li>a</li>\n</ul>\n\nTwo',
      '<p>One</p>\n<ul><li>a</li>\n</ul><p>Two</p>',
    ],
    ['line ends in preformatted text stay', '<pre>a\n\nb</pre>', '<pre>a\n\nb</pre>'],
    [
      'block marks go, line ends between blocks mean nothing',
      '<!-- wp:paragraph -->\n<p>One</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>Two</p>\n<!-- /wp:paragraph -->',
      '<p>One</p>\n<p>Two</p>',
    ],
    [
      'a caption becomes one',
      '[caption id="a_1" align="left" width="300"]<img src="/p.jpg" alt="boat"> At <em>sea</em>[/caption]',
      '<figure><img src="https://old.example.org/p.jpg" alt="boat"><figcaption>At <em>sea</em></figcaption>\n</figure>',
    ],
    [
      'an address alone on its line is a link',
      'See\n\nhttps://v.example.org/watch?v=1&t=2\n',
      '<p>See</p>\n<p><a href="https://v.example.org/watch?v=1&amp;t=2">https://v.example.org/watch?v=1&amp;t=2</a></p>',
    ],
    ['brackets of people stay', 'He said [sic] so [1].', '<p>He said [sic] so [1].</p>'],
  ];
  for (const [name, content, html] of rows) {
    test(name, async () => assert.equal((await only({ content })).bodyHtml, html));
  }

  test('shortcodes of plugins go and are listed', async () => {
    const story = await only({
      content: 'a [donate_box amount="5"]x[/donate_box] [contact-form-7 id="3"] b',
    });
    assert.equal(story.text, 'a x b');
    assert.deepEqual(story.dropped, ['shortcode donate_box', 'shortcode contact-form-7']);
  });

  test('a featured picture and a gallery are found by number, wherever the attachment stands', async () => {
    const attachment = `<item><title>x</title><wp:post_id>900</wp:post_id><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status><wp:attachment_url>https://old.example.org/a.jpg?x=1&y=2</wp:attachment_url></item>`;
    const item = post({
      content: 'Text [gallery ids="900"]',
      fields:
        '<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>900</wp:meta_value></wp:postmeta>',
    });
    const [story] = await read(item + attachment);
    assert.deepEqual(story?.images, Array(2).fill('https://old.example.org/a.jpg?x=1&y=2'));
  });
});

describe('I12 what is never published', () => {
  for (const [name, item, status] of [
    ['private', { status: 'private' }, 'withheld'],
    ['password', { fields: '<wp:post_password>open</wp:post_password>' }, 'withheld'],
    ['draft', { status: 'draft' }, 'draft'],
    ['pending', { status: 'pending' }, 'draft'],
    ['scheduled', { status: 'future' }, 'draft'],
    ['a status nobody knows', { status: 'secret' }, 'draft'],
  ] as const) {
    test(name, async () => assert.equal((await only(item)).status, status));
  }
  test('trash, revisions, menus and the rest are left and counted', async () => {
    const source = await open(
      post({ status: 'trash' }) +
        post({ type: 'revision', status: 'inherit' }) +
        post({ type: 'nav_menu_item' }) +
        post({ type: 'wpcf7_contact_form' }),
    );
    for await (const _story of source.stories()) assert.fail('nothing is a story');
    assert.deepEqual(Object.fromEntries(source.left), {
      'with status trash': 1,
      'of type revision': 1,
      'of type nav_menu_item': 1,
      'of type wpcf7_contact_form': 1,
    });
  });
});

describe('people', () => {
  test('I13 nothing of commenters and nothing of authors but the public name gets in', async () => {
    const comment =
      '<wp:comment><wp:comment_author>MARKER-c</wp:comment_author><wp:comment_author_email>MARKER-c@example.org</wp:comment_author_email><wp:comment_author_IP>203.0.113.77</wp:comment_author_IP><wp:comment_content>MARKER-text</wp:comment_content></wp:comment>';
    const story = await only({ fields: comment });
    const everything = JSON.stringify(story);
    assert.doesNotMatch(everything, /MARKER|203\.0\.113/);
    assert.equal(story.byline, 'Mira Tal');
  });
  test('P6 a login without a public name is no byline', async () => {
    const [story] = await read(post({}).replace('<dc:creator>mira', '<dc:creator>admin2'));
    assert.equal(story?.byline, null);
  });
});

describe('the stream', () => {
  test('pieces of any size give the same stories', async () => {
    const items = post({ title: 'Тиша &amp; м&#1110;сто', content: 'Ї' }) + post({});
    assert.deepEqual(await read(items, 3), await read(items));
  });
  test('two posts with one guid are two stories', async () => {
    const twin = post({}).replace(/\?p=\d+/, '?p=same') + post({}).replace(/\?p=\d+/, '?p=same');
    assert.equal((await read(twin)).length, 2);
  });
  test('wrong letters and own document types refuse the file', async () => {
    const wrong = openWxr({
      contentType: null,
      zone: 'UTC',
      open: async function* () {
        yield Uint8Array.of(...new TextEncoder().encode('<rss>'), 0xff, 0x3c);
      },
    });
    await assert.rejects(
      wrong,
      (error) => error instanceof ImportRefusal && error.reason === 'encoding',
    );
    const bomb = openWxr({
      contentType: null,
      zone: 'UTC',
      open: async function* () {
        yield new TextEncoder().encode('<!DOCTYPE rss [<!ENTITY a "b">]><rss/>');
      },
    });
    await assert.rejects(
      bomb,
      (error) => error instanceof ImportRefusal && error.reason === 'doctype',
    );
  });
  test('I14 memory stays flat however long the file is', async () => {
    const one = new TextEncoder().encode(post({ content: `<p>${'words '.repeat(4000)}</p>` }));
    const count = 600;
    const source = await openWxr({
      contentType: null,
      zone: 'UTC',
      open: async function* () {
        yield new TextEncoder().encode(HEAD);
        for (let at = 0; at < count; at += 1) yield one;
        yield new TextEncoder().encode(TAIL);
      },
    });
    let stories = 0;
    let peakBytes = 0;
    for await (const _story of source.stories()) {
      stories += 1;
      if (stories % 100 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
    }
    assert.equal(stories, count);
    assert.ok(count * one.length > 14_000_000);
    assert.ok(peakBytes < 130_000_000, `${peakBytes} bytes of heap`);
  });
});
