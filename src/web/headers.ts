/**
 * The headers of every page, by kind. `default-src 'none'` and then only what we serve ourselves; Trusted Types are
 * required, and the only policy names allowed are none at all, since our browser code never makes HTML from text.
 *
 * `form-action` names processors' pages too, because browsers apply it to the redirect that follows a form
 * (porybox#480). Sources: safety checks C1.3, C11.2; OWASP ASVS 5.0 3.4.
 */
import { COMMON_HEADERS, type PageContent, type PageKind } from '../page/index.ts';

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
  const formTargets = ["'self'", ...(content.formTargets ?? [])].join(' ');
  const policy = [
    "default-src 'none'",
    `style-src ${styleSource}`,
    "img-src 'self'",
    bare ? null : "script-src 'self'",
    bare ? null : "connect-src 'self'",
    bare ? null : "frame-src 'self'",
    `form-action ${formTargets}`,
    bare ? "frame-ancestors 'self'" : "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return policy.filter((part) => part !== null).join('; ');
}
