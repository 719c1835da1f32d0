import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeignForm } from './foreign-forms.ts';

function sent(path: string, site: string | null, method = 'POST'): boolean {
  const headers = site === null ? {} : { 'sec-fetch-site': site };
  return isForeignForm(new Request(`http://127.0.0.1${path}`, { method, headers }));
}

const OURS_ALONE = [
  '/support',
  '/thanks/019abc00-0000-7000-8000-000000000001/number',
  '/thanks/82d1ca31-2437-5df5-bbac-7437575d1e41/pay',
  '/manage',
  '/manage/stop',
  '/desk/advance',
  '/demo/reader',
  '/stop/',
  '/x/hooks/y',
];

test('a form that a page of another site sends is foreign, whatever it is', () => {
  for (const path of OURS_ALONE) {
    assert.equal(sent(path, 'cross-site'), true, path);
    assert.equal(sent(path, 'same-site'), true, path);
  }
});

test('our own pages, the address bar and programs are not', () => {
  for (const path of OURS_ALONE) {
    for (const site of ['same-origin', 'none', null]) assert.equal(sent(path, site), false, path);
    assert.equal(sent(path, 'cross-site', 'GET'), false, path);
  }
});

test('what carries its own proof is taken from everywhere', () => {
  for (const path of ['/stop', '/forget', '/letters/abc', '/hooks/sandbox', '/note/count']) {
    assert.equal(sent(path, 'cross-site'), false, path);
  }
});
