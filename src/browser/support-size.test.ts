import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildBrowserScript } from '../page/index.ts';

/** It serves one page, never a story; still no more than the appeal element may weigh. */
const LIMIT_BYTES = 6 * 1024;

test('the support page’s script stays small, and makes no HTML from text', async (context) => {
  const { body, brotli } = await buildBrowserScript('support');
  context.diagnostic(`support.js: ${body.length} bytes, ${brotli.length} with brotli`);
  assert.ok(brotli.length <= LIMIT_BYTES, `${brotli.length} bytes are more than ${LIMIT_BYTES}`);
  const text = new TextDecoder().decode(body);
  assert.doesNotMatch(
    text,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/,
  );
  assert.doesNotMatch(text, /fetch\(|XMLHttpRequest|sendBeacon/, 'it sends nothing by itself');
});
