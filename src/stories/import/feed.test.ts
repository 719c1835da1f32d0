import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FeedResult, readFeed } from './feed.ts';
import type { ImportedStory } from './imported-story.ts';

const FROM = 'https://news.example.org/feeds/all.xml';
const bytesOf = (text: string) => new TextEncoder().encode(text);

function read(bytes: Uint8Array | string, contentType: string | null = 'text/xml'): FeedResult {
  const document = typeof bytes === 'string' ? bytesOf(bytes) : bytes;
  return readFeed({ bytes: document, contentType, fetchedFrom: FROM });
}

function storiesOf(
  bytes: Uint8Array | string,
  contentType?: string | null,
): readonly ImportedStory[] {
  const result = read(bytes, contentType ?? 'text/xml');
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.stories;
}

function only(bytes: Uint8Array | string, contentType?: string | null): ImportedStory {
  const stories = storiesOf(bytes, contentType);
  assert.equal(stories.length, 1);
  const [story] = stories;
  assert.ok(story !== undefined);
  return story;
}

const rss = (items: string, head = '') =>
  `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>${head}${items}</channel></rss>`;
const atom = (entries: string, attributes = '') =>
  `<feed xmlns="http://www.w3.org/2005/Atom" ${attributes}>${entries}</feed>`;
const jsonFeed = (items: string, head = '') =>
  `{"version":"https://jsonfeed.org/version/1.1",${head}"items":[${items}]}`;

/** Windows-1251, enough of it for the tests. */
function cyrillic1251(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => {
    const code = letter.charCodeAt(0);
    return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code;
  });
}

const KOI8_R_SMALL = 'юабцдефгхийклмнопярстужвьызшэщчъ';
function koi8r(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => {
    const at = KOI8_R_SMALL.indexOf(letter);
    return at === -1 ? letter.charCodeAt(0) : 0xc0 + at;
  });
}

function utf16(text: string, order: 'le' | 'be', hasMark: boolean): Uint8Array {
  const bytes = Buffer.from((hasMark ? '\ufeff' : '') + text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

const titled = (encoding: string, title: string) =>
  `<?xml version="1.0" encoding="${encoding}"?>${rss(`<item><title>${title}</title></item>`)}`;

describe('F1 and I1 encodings', () => {
  const rows: readonly [
    name: string,
    bytes: Uint8Array,
    contentType: string | null,
    title: string,
  ][] = [
    ['UTF-8 by default', bytesOf(rss('<item><title>Мост</title></item>')), null, 'Мост'],
    ['declared windows-1251', cyrillic1251(titled('windows-1251', 'мост')), 'text/xml', 'мост'],
    [
      'declared in single quotes',
      cyrillic1251(titled('X', 'мост').replace('"X"', "'cp1251'")),
      'text/xml',
      'мост',
    ],
    ['declared koi8-r', koi8r(titled('KOI8-R', 'мост')), 'text/xml', 'мост'],
    [
      'charset beats declaration',
      koi8r(titled('windows-1251', 'мост')),
      'text/xml; charset="KOI8-R"',
      'мост',
    ],
    [
      'mark beats charset',
      bytesOf(`\ufeff${titled('windows-1251', 'мост')}`),
      'text/xml; charset=koi8-r',
      'мост',
    ],
    [
      'UTF-16 little endian with mark',
      utf16(titled('utf-16', 'мост'), 'le', true),
      'text/xml',
      'мост',
    ],
    [
      'UTF-16 big endian with mark, whatever is said',
      utf16(titled('utf-8', 'мост'), 'be', true),
      'text/xml; charset=utf-8',
      'мост',
    ],
    [
      'UTF-16 little endian, declared only',
      utf16(titled('UTF-16', 'мост'), 'le', false),
      'text/xml',
      'мост',
    ],
    [
      'UTF-16 big endian, charset only',
      utf16(titled('x', 'мост'), 'be', false),
      'text/xml;charset=UTF-16',
      'мост',
    ],
    [
      'ISO-8859-1 with the quotes of Windows',
      Uint8Array.from(titled('ISO-8859-1', 'a\u0093b'), (c) => c.charCodeAt(0)),
      null,
      'a“b',
    ],
    [
      'JSON by charset',
      cyrillic1251(jsonFeed('{"id":"1","title":"мост"}')),
      'application/json; charset=windows-1251',
      'мост',
    ],
  ];
  for (const [name, bytes, contentType, title] of rows) {
    test(name, () => assert.equal(only(bytes, contentType).title, title));
  }

  const refused: readonly [name: string, bytes: Uint8Array, contentType: string | null][] = [
    [
      'Windows letters without a declaration',
      cyrillic1251(rss('<item><title>мост</title></item>')),
      'text/xml',
    ],
    ['half a UTF-8 letter', Uint8Array.of(...bytesOf('<rss>'), 0xd0), 'text/xml'],
    ['an overlong UTF-8 form', Uint8Array.of(...bytesOf('<rss>'), 0xc0, 0xaf), 'text/xml'],
    ['UTF-8 letters called seven-bit', bytesOf(titled('x', 'Мост')), 'text/xml; charset=us-ascii'],
    ['an odd number of UTF-16 bytes', Uint8Array.of(0xff, 0xfe, 0x3c, 0, 0x3e), 'text/xml'],
    ['half a surrogate pair', Uint8Array.of(0xff, 0xfe, 0x3c, 0, 0, 0xd8, 0x3e, 0), 'text/xml'],
    ['declared UTF-16 but written in bytes', bytesOf(titled('utf-16', 'ab')), 'text/xml'],
    ['an encoding nobody knows', bytesOf(titled('x-klingon', 'a')), 'text/xml'],
    [
      'a byte windows-1251 leaves free',
      Uint8Array.from(titled('windows-1251', 'a\u0098'), (c) => c.charCodeAt(0)),
      'text/xml',
    ],
    ['UTF-32', Uint8Array.of(0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0), 'text/xml'],
  ];
  for (const [name, bytes, contentType] of refused) {
    test(`${name} is an encoding error`, () => {
      assert.deepEqual(read(bytes, contentType), { ok: false, error: 'encoding' });
    });
  }
});

describe('F2 and I23 document types', () => {
  const body = rss('<item><title>t</title></item>');
  const rows: readonly [doctype: string, isRefused: boolean][] = [
    ['<!DOCTYPE rss>', false],
    ['<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://dtd.example.org/[rss].dtd">', false],
    ['<!DOCTYPE rss [<!ENTITY a "b">]>', true],
    ['<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', true],
    [
      '<!DOCTYPE rss SYSTEM "http://x.example.org/a.dtd" [<!ENTITY % p SYSTEM "http://x.example.org/p">%p;]>',
      true,
    ],
    ['<!DOCTYPE rss [ ]>', true],
    ['<!DOCTYPE rss [<!ELEMENT rss ANY>]>', true],
    ['<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>', true],
    ['<!-- <!DOCTYPE rss [<!ENTITY a "b">]> -->', false],
  ];
  for (const [doctype, isRefused] of rows) {
    test(doctype, () => {
      const result = read(`<?xml version="1.0"?>${doctype}${body}`);
      if (isRefused) assert.deepEqual(result, { ok: false, error: 'doctype' });
      else assert.ok(result.ok);
    });
  }

  test('words about document types inside a story are words', () => {
    const story = only(
      rss('<item><description><![CDATA[<pre>&lt;!DOCTYPE a [ ]></pre>]]></description></item>'),
    );
    assert.equal(story.text, '<!DOCTYPE a [ ]>');
  });
});

describe('F3 characters by name', () => {
  test('names of HTML, one of two characters, and no name at all', () => {
    const story = only(
      rss(
        '<item><title>Caf&eacute;&nbsp;&mdash;&NotEqualTilde;&bogus; &amp;amp; R&D & co</title></item>',
      ),
    );
    assert.equal(story.title, 'Café —≂̸&bogus; & R&D & co');
  });
  test('in attributes too', () => {
    const story = only(
      atom('<entry><id>1</id><link href="https://a.example.org/?a=1&amp;b=caf&eacute;"/></entry>'),
    );
    assert.equal(story.url, 'https://a.example.org/?a=1&b=caf%C3%A9');
  });
  test('old numbers are read as HTML reads them', () => {
    assert.equal(only(rss('<item><title>a &#150; b</title></item>')).title, 'a – b');
  });
});

describe('F4 identity', () => {
  const item = (fields: string) => `<item>${fields}</item>`;
  test('the newest of one identity stands, in the place of the first', () => {
    const stories = storiesOf(
      rss(
        item('<guid>a</guid><title>old</title><pubDate>01 Nov 2026 00:00:00 GMT</pubDate>') +
          item('<guid>b</guid><title>between</title>') +
          item('<guid> a </guid><title>new</title><pubDate>02 Nov 2026 00:00:00 GMT</pubDate>'),
      ),
    );
    assert.deepEqual(
      stories.map((story) => story.title),
      ['new', 'between'],
    );
  });
  test('without a newer date the first stands', () => {
    for (const date of [
      '',
      '<pubDate>01 Nov 2026 00:00:00 GMT</pubDate>',
      '<pubDate>soon</pubDate>',
    ]) {
      const first = item(
        '<guid>a</guid><title>first</title><pubDate>01 Nov 2026 00:00:00 GMT</pubDate>',
      );
      assert.equal(
        only(rss(first + item(`<guid>a</guid><title>second</title>${date}`))).title,
        'first',
        date,
      );
    }
  });
  test('updated counts before published', () => {
    const entry = (title: string, dates: string) =>
      `<entry><id>x</id><title>${title}</title>${dates}</entry>`;
    const story = only(
      atom(
        entry(
          'late, edited early',
          '<published>2026-11-09T00:00:00Z</published><updated>2026-11-01T00:00:00Z</updated>',
        ) +
          entry(
            'early, edited late',
            '<published>2026-11-01T00:00:00Z</published><updated>2026-11-02T00:00:00Z</updated>',
          ),
      ),
    );
    assert.equal(story.title, 'early, edited late');
  });
  test('parts of a second count', () => {
    const entry = (title: string, updated: string) =>
      `<entry><id>x</id><title>${title}</title><updated>${updated}</updated></entry>`;
    const story = only(
      atom(entry('a', '2026-11-01T00:00:00.1Z') + entry('b', '2026-11-01T00:00:00.2Z')),
    );
    assert.equal(story.title, 'b');
    assert.equal(story.published?.toString(), '2026-11-01T00:00:00Z');
  });
  test('the link stands in for a missing or empty guid, resolved', () => {
    assert.equal(
      only(
        rss(
          item('<guid> </guid><link>/a</link>') + item('<link>https://news.example.org/a</link>'),
        ),
      ).identity,
      'https://news.example.org/a',
    );
  });
  test('items without guid and link are different stories', () => {
    assert.equal(storiesOf(rss(item('<title>a</title>') + item('<title>b</title>'))).length, 2);
  });
  test('I6 a JSON id that is a number is its digits, all of them', () => {
    assert.equal(storiesOf(jsonFeed('{"id":17,"title":"a"},{"id":"17","title":"b"}')).length, 1);
    const large = storiesOf(jsonFeed('{"id":90071992547409931},{"id":90071992547409932}'));
    assert.deepEqual(
      large.map((story) => story.identity),
      ['90071992547409931', '90071992547409932'],
    );
  });
  test('an atom:id inside RSS counts where there is no guid', () => {
    const item1 =
      '<item xmlns:a="http://www.w3.org/2005/Atom"><a:id>urn:1</a:id><link>/x</link></item>';
    assert.equal(only(rss(item1 + item1.replace('/x', '/y'))).identity, 'urn:1');
  });
  test('rdf:about', () => {
    const rdf = `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item r:about="urn:1"><title>a</title></item><item r:about="urn:1"><title>b</title></item></r:RDF>`;
    assert.equal(only(rdf).identity, 'urn:1');
  });
});

describe('F5 address', () => {
  const rows: readonly [name: string, document: string, url: string | null][] = [
    [
      'relative to where the feed was fetched',
      rss('<item><link>../a b.html</link></item>'),
      'https://news.example.org/a%20b.html',
    ],
    [
      'written as the standard writes it',
      rss('<item><link> HTTP://NEWS.example.org:80/Ä?q=ü#é </link></item>'),
      'http://news.example.org/%C3%84?q=%C3%BC#%C3%A9',
    ],
    [
      'guid when there is no link',
      rss('<item><guid>https://g.example.org/1</guid></item>'),
      'https://g.example.org/1',
    ],
    [
      'no guid that is no permalink',
      rss('<item><guid isPermaLink="FALSE">https://g.example.org/1</guid></item>'),
      null,
    ],
    [
      'a link that cannot be used is not replaced',
      rss('<item><link>javascript:x</link><guid>https://g.example.org/1</guid></item>'),
      null,
    ],
    [
      'xml:base in RSS',
      rss('<item xml:base="https://b.example.org/x/"><link>y</link></item>'),
      'https://b.example.org/x/y',
    ],
    [
      'nested xml:base',
      atom(
        '<entry xml:base="x/"><id>1</id><link xml:base="y/" href="z"/></entry>',
        'xml:base="/r/"',
      ),
      'https://news.example.org/r/x/y/z',
    ],
    [
      'an xml:base elsewhere is not in scope',
      atom(
        '<title xml:base="https://no.example.org/">t</title><entry><id>1</id><link href="z"/></entry>',
      ),
      'https://news.example.org/feeds/z',
    ],
    [
      'the link of another namespace is none',
      rss(
        '<item><a:link xmlns:a="http://www.w3.org/2005/Atom" href="https://no.example.org/"/></item>',
      ),
      null,
    ],
    [
      'Atom: alternate, not self or enclosure',
      atom(
        '<entry><id>1</id><link rel="self" href="/s"/><link rel="enclosure" href="/e"/><link rel="alternate" href="/a"/></entry>',
      ),
      'https://news.example.org/a',
    ],
    [
      'Atom: mailto is none',
      atom('<entry><id>1</id><link href="mailto:a@example.org"/></entry>'),
      null,
    ],
    ['JSON', jsonFeed('{"id":"1","url":"b?c"}'), 'https://news.example.org/feeds/b?c'],
    [
      'JSON: another address is none',
      jsonFeed('{"id":"1","external_url":"https://x.example.org/"}'),
      null,
    ],
  ];
  for (const [name, document, url] of rows) test(name, () => assert.equal(only(document).url, url));
});

describe('F6 title', () => {
  const rows: readonly [name: string, document: string, title: string | null][] = [
    [
      'RSS is HTML',
      rss('<item><title>A &lt;i&gt;b&lt;/i&gt; &amp;lt;c&amp;gt;</title></item>'),
      'A b <c>',
    ],
    [
      'RSS in CDATA is HTML',
      rss('<item><title><![CDATA[A <i>b</i> &amp; c]]></title></item>'),
      'A b & c',
    ],
    ['RSS with real elements', rss('<item><title>A <b>b</b> c</title></item>'), 'A b c'],
    [
      'Atom text is literal',
      atom('<entry><id>1</id><title type="text">A &lt;i&gt; &amp;amp;</title></entry>'),
      'A <i> &amp;',
    ],
    [
      'Atom html',
      atom('<entry><id>1</id><title type="html">A &lt;i&gt;b&lt;/i&gt; &amp;amp;</title></entry>'),
      'A b &',
    ],
    [
      'Atom xhtml',
      atom(
        '<entry><id>1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <i>b</i> &lt;c</div></title></entry>',
      ),
      'A b <c',
    ],
    ['JSON is literal', jsonFeed('{"id":"1","title":" a  <b> &amp;\\n"}'), 'a <b> &amp;'],
    ['empty is none', rss('<item><title> &amp;nbsp; </title></item>'), null],
    [
      'the title of a picture is not the story’s',
      rss('<item><m:title xmlns:m="http://search.yahoo.com/mrss/">no</m:title></item>'),
      null,
    ],
  ];
  for (const [name, document, title] of rows)
    test(name, () => assert.equal(only(document).title, title));
});

describe('F7 which date', () => {
  const rows: readonly [name: string, document: string, published: string | undefined][] = [
    [
      'RSS: pubDate before dc:date',
      rss(
        '<item><dc:date>2026-01-02T00:00:00Z</dc:date><pubDate>01 Jan 2026 00:00:00 GMT</pubDate></item>',
      ),
      '2026-01-01T00:00:00Z',
    ],
    [
      'RSS: dc:date when pubDate cannot be read',
      rss('<item><pubDate>today</pubDate><dc:date>2026-01-02T00:00:00Z</dc:date></item>'),
      '2026-01-02T00:00:00Z',
    ],
    [
      'Atom: published',
      atom(
        '<entry><id>1</id><updated>2026-01-02T00:00:00Z</updated><published>2026-01-01T00:00:00Z</published></entry>',
      ),
      '2026-01-01T00:00:00Z',
    ],
    [
      'Atom: updated when published cannot be read',
      atom(
        '<entry><id>1</id><published>2026</published><updated>2026-01-02T00:00:00Z</updated></entry>',
      ),
      '2026-01-02T00:00:00Z',
    ],
    [
      'JSON: never the day it was changed',
      jsonFeed('{"id":"1","date_modified":"2026-01-02T00:00:00Z"}'),
      undefined,
    ],
    [
      'I7 JSON: a local time is not guessed',
      jsonFeed('{"id":"1","date_published":"2026-01-02T00:00:00"}'),
      undefined,
    ],
    [
      'never the feed’s own date',
      rss('<item><title>a</title></item>', '<pubDate>01 Jan 2026 00:00:00 GMT</pubDate>'),
      undefined,
    ],
  ];
  for (const [name, document, published] of rows) {
    test(name, () => assert.equal(only(document).published?.toString(), published));
  }
});

describe('F8 language', () => {
  const rows: readonly [name: string, document: string, language: string | null][] = [
    [
      'RSS channel, even after the items',
      `<rss><channel><item><title>a</title></item><language> uk </language></channel></rss>`,
      'uk',
    ],
    [
      'RSS item',
      rss('<item><dc:language>tt</dc:language></item>', '<language>ru</language>'),
      'tt',
    ],
    [
      'RSS xml:lang of the item',
      rss('<item xml:lang="ba"><title>a</title></item>', '<language>ru</language>'),
      'ba',
    ],
    [
      'RSS xml:lang of the root',
      `<rss xml:lang="be"><channel><item><title>a</title></item></channel></rss>`,
      'be',
    ],
    [
      'Atom entry before feed',
      atom('<entry xml:lang="frr"><id>1</id></entry>', 'xml:lang="de"'),
      'frr',
    ],
    [
      'an empty xml:lang says nothing',
      atom('<entry xml:lang=""><id>1</id></entry>', 'xml:lang="de"'),
      'de',
    ],
    ['JSON item', jsonFeed('{"id":"1","language":"lld"}', '"language":"it",'), 'lld'],
    ['JSON feed', jsonFeed('{"id":"1"}', '"language":"it",'), 'it'],
    ['not guessed', rss('<item><description>Это по-русски</description></item>'), null],
  ];
  for (const [name, document, language] of rows)
    test(name, () => assert.equal(only(document).language, language));
});

describe('F9 and I4 body', () => {
  const rows: readonly [name: string, document: string, html: string][] = [
    [
      'content before description',
      rss(
        '<item><description>short</description><content:encoded>&lt;p&gt;long&lt;/p&gt;</content:encoded></item>',
      ),
      '<p>long</p>',
    ],
    [
      'description when content is empty',
      rss('<item><content:encoded> </content:encoded><description>short</description></item>'),
      '<p>short</p>',
    ],
    [
      'an undeclared prefix is taken for what it usually is',
      '<rss><channel><item><content:encoded>a</content:encoded></item></channel></rss>',
      '<p>a</p>',
    ],
    [
      'Atom text',
      atom('<entry><id>1</id><content>a &lt;b&gt; &amp;amp;</content></entry>'),
      '<p>a &lt;b&gt; &amp;amp;</p>',
    ],
    [
      'Atom html',
      atom('<entry><id>1</id><content type="html">&lt;p&gt;a&lt;/p&gt;</content></entry>'),
      '<p>a</p>',
    ],
    [
      'Atom xhtml',
      atom(
        '<entry><id>1</id><content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>a &lt;b&gt;</x:p></x:div></content></entry>',
      ),
      '<p>a &lt;b&gt;</p>',
    ],
    [
      'Atom summary when there is no content',
      atom('<entry><id>1</id><summary type="html">&lt;p&gt;s&lt;/p&gt;</summary></entry>'),
      '<p>s</p>',
    ],
    [
      'Atom content elsewhere is none',
      atom('<entry><id>1</id><content type="text/html" src="/x"/><summary>s</summary></entry>'),
      '<p>s</p>',
    ],
    [
      'JSON html before text',
      jsonFeed('{"id":"1","content_text":"t","content_html":"<p>h</p>"}'),
      '<p>h</p>',
    ],
    ['JSON text is text', jsonFeed('{"id":"1","content_text":"a <b>"}'), '<p>a &lt;b&gt;</p>'],
    ['JSON summary is text', jsonFeed('{"id":"1","summary":"s <i>"}'), '<p>s &lt;i&gt;</p>'],
  ];
  for (const [name, document, html] of rows)
    test(name, () => assert.equal(only(document).bodyHtml, html));

  test('a script of XHTML whose text ends a script is still gone', () => {
    const story = only(
      atom(
        '<entry><id>1</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><script>"&lt;/script>&lt;img src=x onerror=y>"</script><p>a</p></div></content></entry>',
      ),
    );
    assert.equal(story.bodyHtml, '<p>a</p>');
  });
  test('I2 a feed of tastes is marked', () => {
    assert.equal(
      only(rss('<item><description>Only the beginning…</description></item>')).completeness,
      'summary',
    );
    assert.equal(
      only(rss('<item><content:encoded>All of it.</content:encoded></item>')).completeness,
      'full',
    );
    const long = `<item><description>${'Whole sentences. '.repeat(60)}</description></item>`;
    assert.equal(only(rss(long)).completeness, 'full');
    assert.equal(
      only(rss(long.replace('</description>', 'Continue reading...</description>'))).completeness,
      'summary',
    );
  });
});

describe('F10 what addresses in a body are relative to', () => {
  const body = '&lt;a href="x"&gt;w&lt;/a&gt;';
  const rows: readonly [name: string, document: string, link: string][] = [
    [
      'xml:base',
      rss(
        `<item xml:base="https://b.example.org/d/"><link>https://l.example.org/</link><description>${body}</description></item>`,
      ),
      'https://b.example.org/d/x',
    ],
    [
      'else the story',
      rss(
        `<item><link>https://l.example.org/d/story</link><description>${body}</description></item>`,
      ),
      'https://l.example.org/d/x',
    ],
    [
      'else the feed',
      rss(`<item><description>${body}</description></item>`),
      'https://news.example.org/feeds/x',
    ],
    [
      'xml:base on the content itself',
      atom(
        `<entry><id>1</id><link href="https://l.example.org/"/><content type="html" xml:base="https://c.example.org/e/">${body}</content></entry>`,
      ),
      'https://c.example.org/e/x',
    ],
    [
      'xml:base inside XHTML',
      atom(
        '<entry><id>1</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml" ><p xml:base="https://p.example.org/f/"><a href="x">w</a></p></div></content></entry>',
      ),
      'https://p.example.org/f/x',
    ],
    [
      'JSON: the story',
      jsonFeed(
        '{"id":"1","url":"https://j.example.org/d/s","content_html":"<a href=\\"x\\">w</a>"}',
      ),
      'https://j.example.org/d/x',
    ],
  ];
  for (const [name, document, link] of rows)
    test(name, () => assert.deepEqual(only(document).links, [link]));
});

describe('documents that are not feeds', () => {
  for (const document of [
    '',
    ' ',
    'hello',
    '<html><body>x</body></html>',
    '{"a":1}',
    '{"items":',
    '[]',
    '<rss',
    '<!--',
  ]) {
    test(JSON.stringify(document), () =>
      assert.deepEqual(read(document), { ok: false, error: 'format' }),
    );
  }
  test('nesting without end is refused', () => {
    assert.deepEqual(read(`<rss>${'<a>'.repeat(5000)}`), { ok: false, error: 'too-deep' });
  });
  test('broken XML is read as far as it goes', () => {
    const story = only(
      '<rss><channel><item><title>a</title><description>x<br>y</description></item>',
    );
    assert.equal(story.text, 'x y');
  });
});

describe('names of people', () => {
  test('a name is taken, an e-mail address never', () => {
    const byline = (fields: string) => only(rss(`<item>${fields}</item>`)).byline;
    assert.equal(byline('<dc:creator>Mira Tal</dc:creator>'), 'Mira Tal');
    assert.equal(byline('<author>mira@example.org (Mira Tal)</author>'), 'Mira Tal');
    assert.equal(byline('<author>mira@example.org</author>'), null);
    assert.equal(byline('<dc:creator>mira@example.org</dc:creator>'), null);
  });
});
