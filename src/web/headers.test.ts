import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMON_HEADERS, html, type PageContent, type PageKind } from '../page/index.ts';
import { pageHeaders } from './headers.ts';

const KINDS: readonly PageKind[] = ['story', 'front', 'plain', 'private', 'bare', 'desk'];

function headersOf(change: Partial<PageContent>): Headers {
  const content = { kind: 'private', title: 'Page', language: 'en', body: html`<p>x</p>` } as const;
  return pageHeaders({ content: { ...content, ...change }, styleSource: "'sha256-x'" });
}

function policyOf(change: Partial<PageContent>): Readonly<Record<string, string>> {
  const text = headersOf(change).get('content-security-policy') ?? '';
  const parts = text.split('; ').map((part) => {
    const space = part.indexOf(' ');
    return [part.slice(0, space), part.slice(space + 1)] as const;
  });
  return Object.fromEntries(parts);
}

test('no page names another host, whatever its kind', () => {
  for (const kind of KINDS) {
    const text = headersOf({ kind }).get('content-security-policy') ?? '';
    assert.doesNotMatch(text, /https?:|\/\/|\*|\.com|unsafe/, kind);
    const policy = policyOf({ kind });
    assert.equal(policy['default-src'], "'none'", kind);
    assert.equal(policy['trusted-types'], "'none'", kind);
    assert.equal(policy['require-trusted-types-for'], "'script'", kind);
  }
});

test('the page with card fields lets in the hosts of its company, and is as strict as any other beside them', () => {
  assert.deepEqual(policyOf({ widerPolicy: 'card-fields' }), {
    ...policyOf({}),
    'script-src': "'self' https://js.stripe.com https://*.js.stripe.com",
    'connect-src': "'self' https://api.stripe.com",
    'frame-src': "'self' https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
    'trusted-types': 'default',
  });
  const [wide, strict] = [headersOf({ widerPolicy: 'card-fields' }), headersOf({})];
  for (const headers of [wide, strict]) headers.delete('content-security-policy');
  assert.deepEqual([...wide], [...strict]);
  assert.equal(wide.get('cache-control'), 'no-store');
  assert.equal(wide.get('referrer-policy'), 'no-referrer');
  assert.equal(wide.get('permissions-policy'), COMMON_HEADERS['permissions-policy']);
});

test('a page that may be kept, framed or belongs to the desk is never wider', () => {
  for (const kind of KINDS) {
    if (kind === 'private') continue;
    assert.throws(() => headersOf({ kind, widerPolicy: 'card-fields' }), /never wider/, kind);
  }
});
