/**
 * Where our sources may speak of a host that is not ours: a reader's browser is sent to no other one, except by the pay
 * page that shows a company's card fields.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForTests, readSources } from './import-rules/sources.ts';

const sources = readSources('src').filter(({ path }) => !isForTests(path));
const PAY_PAGE = 'src/processors/stripe/pay-page/';

function filesWith(pattern: RegExp): readonly string[] {
  return sources.filter(({ code }) => pattern.test(code)).map(({ path }) => path);
}

test('only the pay page with card fields asks for the wider policy', () => {
  const asking = filesWith(/\bwiderPolicy\s*:\s*['"`]/);
  assert.deepEqual(
    asking.filter((path) => !path.startsWith(PAY_PAGE)),
    [],
  );
  assert.equal(asking.length, 1, 'the page that asks for it was not found');
});

test('the company’s script is named by its own pay page, the headers and the script beside it', () => {
  assert.deepEqual(
    filesWith(/js\.stripe\.com/).filter((path) => !path.startsWith(PAY_PAGE)),
    ['src/browser/card-fields.ts', 'src/web/headers.ts'],
  );
});

test('no page holds a script, a style, a frame or an image of another host', () => {
  const element =
    /<(?:script|link|iframe|img|source|form|video)\b[^>]*?\b(?:src|href|action)="https?:/;
  assert.deepEqual(
    filesWith(element).filter((path) => !path.startsWith(PAY_PAGE)),
    [],
  );
});
