import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INTERFACE_LANGUAGES } from '../language/index.ts';
import { PROCESSOR_NAMES } from '../money/index.ts';
import { noteSlot, quietMark } from './note-slot.ts';
import { askingNewsroom } from './testing/asking-newsroom.ts';

/** What a search of a phone or a filter on the line would look for. */
const TELLING = [
  /appeal|donat|support|give|gift|pledge|pay|money|fund|tuppenny|contribut|subscri|member/i,
  /поддерж|пожертв|деньг|оплат|донат|взнос/i,
  /دعم|تبرع|ادعم|مال|دفع|اشتراك/,
  /[$€£¥₽]|\b(usd|eur|rub|jpy)\b/i,
  /\/ask\b|stripe|paypal|btcpay|sandbox/i,
];

test('the slot says nothing: no word that asks, no price, no payment company, in any language', () => {
  for (const language of INTERFACE_LANGUAGES) {
    const variants = [
      noteSlot({ language }),
      noteSlot({ language, section: 'city', tags: ['rivers'], sensitive: true }),
      quietMark('once'),
      quietMark('month'),
    ];
    for (const slot of variants) {
      for (const pattern of TELLING) assert.doesNotMatch(String(slot), pattern);
      for (const name of PROCESSOR_NAMES) assert.ok(!String(slot).includes(name));
    }
  }
});

test('the slot shares no word of four letters with what is asked', async () => {
  const asking = await askingNewsroom();
  try {
    for (const language of INTERFACE_LANGUAGES) {
      const response = await asking.send(`/note?language=${language}`);
      const { appeals } = (await response.json()) as { appeals: { variants: object[] }[] };
      const asked = JSON.stringify(appeals.flatMap((appeal) => appeal.variants));
      const words = asked.match(/\p{L}{4,}/gu) ?? [];
      const markup = String(noteSlot({ language })).toLowerCase();
      const shared = new Set(words.map((word) => word.toLowerCase()));
      // "From the newsroom" is the frame's title: it tells who speaks and asks nothing.
      for (const neutral of ['from', 'newsroom']) shared.delete(neutral);
      assert.deepEqual(
        [...shared].filter((word) => markup.includes(word)),
        [],
      );
    }
  } finally {
    await asking.database.close();
  }
});

test('attributes are escaped, the strut keeps its height without style, the frame is neutral', () => {
  const slot = String(noteSlot({ language: 'en', section: '"><script>', tags: ['a', 'b'] }));
  assert.doesNotMatch(slot, /"><script>/);
  assert.match(slot, /tags="a b"/);
  assert.match(slot, /<svg display="block" width="1" height="\d+" aria-hidden="true">/);
  assert.match(slot, /<noscript><iframe src="\/note\/frame\/en" title="[^"]+"/);
  assert.doesNotMatch(slot, /style=|onload|class=/);
});

test('a sensitive story has no frame: without script nobody could keep the letter calm', () => {
  assert.doesNotMatch(String(noteSlot({ language: 'en', sensitive: true })), /iframe/);
});

test('a single gift keeps what "three months" keeps, a pledge what "a year" keeps', () => {
  assert.match(String(quietMark('once')), /quiet="three-months"/);
  assert.match(String(quietMark('month')), /quiet="year"/);
  assert.match(String(quietMark('year')), /quiet="year"/);
});
