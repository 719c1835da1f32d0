/**
 * The frame of every page of the bank, and its headers: one inline style sheet allowed by its hash, no script, no
 * request to anywhere, nothing stored, nothing told to the next site.
 */
import { createHash } from 'node:crypto';
import { direction, interfaceLanguage } from '../../../language/index.ts';
import { type Html, html, raw } from '../../../page/index.ts';
import { BANK_STYLE } from './page-style.ts';
import { bankWords } from './words.ts';

const STYLE_HASH = createHash('sha256').update(BANK_STYLE).digest('base64');

export interface BankPage {
  readonly title: string;
  readonly language: string;
  readonly body: Html;
  readonly status?: number;
  /** Origins a form may lead to besides ours: after paying, the browser is sent back to the merchant. */
  readonly formTargets?: readonly string[];
  /** For tables of figures. */
  readonly isWide?: boolean;
}

export function bankPage(page: BankPage): Response {
  const language = interfaceLanguage(page.language);
  const words = bankWords(language);
  const document = html`<!doctype html>
<html lang="${language}" dir="${direction(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<link rel="icon" href="data:,">
<style>${raw(BANK_STYLE)}</style>
</head>
<body>
<header class="banner"><p>${words.banner}</p></header>
<main${raw(page.isWide === true ? ' class="wide"' : '')}>
${page.body}
</main>
</body>
</html>`;
  return new Response(String(document), {
    status: page.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy(page.formTargets ?? []),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}

function policy(formTargets: readonly string[]): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    'img-src data:',
    `form-action 'self'${formTargets.map((origin) => ` ${origin}`).join('')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** Sends the browser on with a GET, so that reloading what it sees next sends no form again. */
export function goTo(address: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location: address, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  });
}
