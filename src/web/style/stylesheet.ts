/**
 * The style sheets: read and minified once at start, sent inside each page and allowed by their hash.
 *
 * Inline because a story must arrive whole in one response, on the first packets of a slow link; by hash because the
 * Content-Security-Policy allows no other inline style.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import type { PageKind } from '../../page/index.ts';
import { accentForDark } from './accent.ts';

export interface StyleSheet {
  readonly text: string;
  /** For `style-src`, such as `'sha256-…'`. */
  readonly source: string;
}

export type StyleSheets = Readonly<Record<PageKind, StyleSheet>>;

const LAYERS: Readonly<Record<PageKind, readonly string[]>> = {
  story: ['base', 'story'],
  front: ['base', 'story'],
  plain: ['base', 'story', 'form'],
  private: ['base', 'form'],
  bare: ['base', 'form'],
  desk: ['base', 'form', 'desk'],
};

/** @param options.accent the newsroom's colour on white paper; `options.demo` adds the demo bar's style */
export function makeStyleSheets(options: {
  readonly accent: string;
  readonly demo: boolean;
}): StyleSheets {
  const variables = `:root{--newsroom-accent:${options.accent};--newsroom-accent-dark:${accentForDark(options.accent)}}`;
  const sheet = (kind: PageKind): StyleSheet => {
    const files = [...LAYERS[kind], ...(options.demo ? ['demo'] : [])];
    const css = [variables, ...files.map(readLayer)].join('\n');
    const text = transformSync(css, { loader: 'css', minify: true, target: 'es2022' }).code.trim();
    const hash = createHash('sha256').update(text).digest('base64');
    return { text, source: `'sha256-${hash}'` };
  };
  return {
    story: sheet('story'),
    front: sheet('front'),
    plain: sheet('plain'),
    private: sheet('private'),
    bare: sheet('bare'),
    desk: sheet('desk'),
  };
}

function readLayer(name: string): string {
  return readFileSync(new URL(`./${name}.css`, import.meta.url), 'utf8');
}
