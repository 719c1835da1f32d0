/** The note's whole script against its budget, and what must not be in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import english from '../../locales/en.json' with { type: 'json' };
import { buildBrowserScript } from '../page/index.ts';

const BUDGET_BYTES = 6144;

test('one script, everything inside, within six kilobytes', async () => {
  const { body, brotli, gzip } = await buildBrowserScript('note');
  console.log(
    `note.js: ${brotli.length} bytes brotli of ${BUDGET_BYTES}; ${gzip.length} gzip, ${body.length} plain`,
  );
  assert.ok(brotli.length <= BUDGET_BYTES);
  assert.ok(gzip.length <= 7168);
});

test('it makes no HTML from text, loads nothing more, and holds no word of ours for a reader', async () => {
  const { body } = await buildBrowserScript('note');
  const text = new TextDecoder().decode(body);
  assert.doesNotMatch(
    text,
    /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function/,
  );
  assert.doesNotMatch(
    text,
    /\bimport\b|https?:|cookie|sendBeacon|XMLHttp|sessionStorage|indexedDB/,
  );
  // Every sentence comes with the answer, so one script serves all languages.
  const sentences = Object.values(english).filter(
    (said) => typeof said === 'string' && said.includes(' '),
  );
  assert.deepEqual(
    sentences.filter((said) => text.includes(String(said))),
    [],
  );
});
