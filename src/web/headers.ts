/**
 * The headers of every page, by kind. `default-src 'none'` and then only what we serve ourselves; Trusted Types are
 * required, and the only policy names allowed are none at all, since our browser code never makes HTML from text.
 *
 * `form-action` names processors' pages too, because browsers apply it to the redirect that follows a form
 * (porybox#480). Sources: safety checks C1.3, C11.2; OWASP ASVS 5.0 3.4.
 *
 * One page asks for more by name: the pay page with a company's card fields (B16, C2 mode B). What a name opens stands in
 * `WIDER` and nowhere else, so that no page can let in a host of its own choice.
 */

import {
  COMMON_HEADERS,
  type PageContent,
  type PageKind,
  type WiderPolicy,
} from '../page/index.ts';
import { assert } from '../problems/index.ts';

interface Widening {
  readonly scripts: readonly string[];
  readonly connections: readonly string[];
  readonly frames: readonly string[];
  /** Names of the Trusted Types policies that may be made. */
  readonly trustedTypes: readonly string[];
}

const WIDER: Readonly<Record<WiderPolicy, Widening>> = {
  /**
   * What Stripe's security guide names for Stripe.js, less the maps of an element that we do not use. Its frames move
   * between numbered hosts, so the asterisk is theirs. `hooks.stripe.com` is where a bank's confirmation is framed. No
   * `unsafe-inline` and no `unsafe-eval`. Wallets stay off, so `payment=()` of the common headers stays as well.
   *
   * Stripe.js hands addresses of its further scripts on as text. The one Trusted Types policy that may turn text into an
   * address is made by our own script (`browser/card-fields.ts`), which lets only Stripe's hosts through and no HTML.
   */
  'card-fields': {
    scripts: ['https://js.stripe.com', 'https://*.js.stripe.com'],
    connections: ['https://api.stripe.com'],
    frames: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
    trustedTypes: ['default'],
  },
};

const CACHE: Readonly<Record<PageKind, string>> = {
  story: 'public, max-age=60',
  front: 'public, max-age=60',
  plain: 'public, max-age=60',
  private: 'no-store',
  bare: 'no-store',
  desk: 'no-store',
};

/** What search engines and archives may keep; an address of a gift or of the desk is none of their business. */
const PUBLIC: ReadonlySet<PageKind> = new Set(['story', 'front', 'plain']);

export function pageHeaders(options: {
  readonly content: PageContent;
  readonly styleSource: string;
}): Headers {
  const { content, styleSource } = options;
  const headers = new Headers(COMMON_HEADERS);
  headers.set('content-type', 'text/html; charset=utf-8');
  headers.set('cache-control', (content.status ?? 200) === 200 ? CACHE[content.kind] : 'no-store');
  // A header and not an element: what a page in the hands of a screen reader holds says nothing of itself reloading.
  if (content.refreshSeconds !== undefined) headers.set('refresh', `${content.refreshSeconds}`);
  if (!PUBLIC.has(content.kind)) headers.set('x-robots-tag', 'noindex, nofollow, noarchive');
  headers.set('content-security-policy', contentSecurityPolicy({ content, styleSource }));
  return headers;
}

function contentSecurityPolicy(options: {
  readonly content: PageContent;
  readonly styleSource: string;
}): string {
  const { content, styleSource } = options;
  const bare = content.kind === 'bare';
  const wider = content.widerPolicy === undefined ? undefined : WIDER[content.widerPolicy];
  assert(
    wider === undefined || content.kind === 'private',
    'a page that may be kept is never wider',
  );
  const formTargets = ["'self'", ...(content.formTargets ?? [])].join(' ');
  const policy = [
    "default-src 'none'",
    `style-src ${styleSource}`,
    "img-src 'self'",
    bare ? null : ["script-src 'self'", ...(wider?.scripts ?? [])].join(' '),
    bare ? null : ["connect-src 'self'", ...(wider?.connections ?? [])].join(' '),
    bare ? null : ["frame-src 'self'", ...(wider?.frames ?? [])].join(' '),
    `form-action ${formTargets}`,
    bare ? "frame-ancestors 'self'" : "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${wider?.trustedTypes.join(' ') ?? "'none'"}`,
  ];
  return policy.filter((part) => part !== null).join('; ');
}
