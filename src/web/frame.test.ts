import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, nothing, type PageKind } from '../page/index.ts';
import { testNewsroom } from '../supporters/testing/supporters-house.ts';
import { createFrame } from './frame.ts';
import { makeStyleSheets } from './style/stylesheet.ts';

const newsroom = testNewsroom();
const render = createFrame({
  newsroom,
  styles: makeStyleSheets({ accent: newsroom.accent, demo: false }),
  exitTo: newsroom.safety.exit_to,
  demoBar: () => nothing,
});
const draw = (kind: PageKind, language = 'en') =>
  render({ kind, title: 'Page', language, body: html`<p>x</p>` });

const PUBLIC = ['story', 'front', 'plain'] as const;
const OTHERS = ['private', 'bare', 'desk'] as const;

test('a page that may be kept has nothing in its frame that speaks of giving or of stopping it', async () => {
  for (const kind of PUBLIC) {
    for (const language of newsroom.languages) {
      const text = await draw(kind, language).text();
      assert.doesNotMatch(
        text.replace(/<style>.*?<\/style>/s, ''),
        /stop|forg[eo]t|manage|support|gift|give|pay|appeal|pledge|останов|забы|пожертв|إيقاف|تبرع/i,
        `${kind} ${language}`,
      );
      assert.match(text, /href="\/safely\?language=/);
    }
  }
  assert.match(await draw('private').text(), /href="\/stop\?language=en"/);
});

test('only public pages may be stored by proxies, or found by search engines and archives', () => {
  for (const kind of PUBLIC) {
    const { headers } = draw(kind);
    assert.equal(headers.get('x-robots-tag'), null, kind);
    assert.match(headers.get('cache-control') ?? '', /^public/, kind);
  }
  for (const kind of OTHERS) {
    const { headers } = draw(kind);
    assert.match(headers.get('x-robots-tag') ?? '', /noindex.*noarchive/, kind);
    assert.equal(headers.get('cache-control'), 'no-store', kind);
  }
});
