/**
 * A script for the reader's browser: bundled from `src/browser/` once per process, kept in memory with its compressed
 * forms, and served by its hash.
 *
 * The bundler is loaded only while a script is made, never on a request. The same sources make the same bytes, so a new
 * version is fetched and an old one is not fetched again.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, transform as Transform } from 'esbuild';
import { assert } from '../problems/index.ts';

export interface BrowserScript {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Quoted, as it stands in the header. */
  readonly etag: string;
}

/** The scripts we have; each is `src/browser/<name>.ts` and served as `/<name>.js`. */
export const BROWSER_SCRIPTS = ['note', 'support', 'exit', 'card-fields'] as const;
export type BrowserScriptName = (typeof BROWSER_SCRIPTS)[number];

const made = new Map<BrowserScriptName, Promise<BrowserScript>>();

/** Makes a script once per process; later calls get the same one. Rejects if the sources do not compile. */
export function buildBrowserScript(name: BrowserScriptName): Promise<BrowserScript> {
  const existing = made.get(name);
  if (existing !== undefined) return existing;
  const script = make(name);
  made.set(name, script);
  return script;
}

/**
 * Properties that live only inside the note's script and may have any name: neither the answer it gets, nor what it sends,
 * nor the browser knows them. A name that is missing here costs bytes; one too many breaks its tests in a real browser.
 */
const INNER_NAMES_OF_NOTE =
  /^(quietUntil|lastAppeal|slotDay|nowMs|today|device|page|sensitive|taken|stories|views|passes|failed|walks|answer|show|section|tags|appealId|variantId|doubtful|readings|units|decimals|negative|foreign|minus|word|rest|offers|payDay|madeAt|hour|link|slot|uid|title|day|when|date|ok|error|count)$/;

async function make(name: BrowserScriptName): Promise<BrowserScript> {
  const [{ build, transform }, { minify }] = await Promise.all([
    import('esbuild'),
    import('terser'),
  ]);
  // The note is a module: it runs once however often a page includes it.
  const isModule = name === 'note';
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../browser/${name}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: isModule ? 'esm' : 'iife',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [cssAsText(transform)],
    ...(isModule ? { mangleProps: INNER_NAMES_OF_NOTE } : {}),
  });
  const [bundle] = outputFiles;
  assert(bundle !== undefined, 'the bundler makes one file');
  // The bundler's own minifier leaves the note some 250 bytes over its six kilobytes.
  const { code } = await minify(bundle.text, {
    ecma: 2020,
    module: isModule,
    compress: { passes: 2, unsafe_arrows: true, pure_getters: true, keep_fargs: false },
  });
  assert(code !== undefined, 'the minifier makes one script');
  const body = new TextEncoder().encode(code);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return {
    body,
    brotli: new Uint8Array(
      brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    ),
    gzip: new Uint8Array(gzipSync(body, { level: 9 })),
    etag: `"${hash}"`,
  };
}

/** A style sheet imported by browser code is its text. */
function cssAsText(transform: typeof Transform): Plugin {
  return {
    name: 'css-as-text',
    setup(build) {
      build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const css = await readFile(path, 'utf8');
        const { code } = await transform(css, { loader: 'css', minify: true, target: 'es2022' });
        return { contents: code.trim(), loader: 'text' };
      });
    },
  };
}

/** The script's response: packed as the browser takes it, kept for ten minutes, then asked for by its tag. */
export function browserScriptResponse(script: BrowserScript, request: Request): Response {
  const headers: Record<string, string> = {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=600',
    etag: script.etag,
    vary: 'accept-encoding',
  };
  const known = request.headers.get('if-none-match') ?? '';
  if (known.split(/\s*,\s*/).some((tag) => tag.replace(/^W\//, '') === script.etag)) {
    return new Response(null, { status: 304, headers });
  }
  const accepted = request.headers.get('accept-encoding') ?? '';
  if (/\bbr\b/.test(accepted)) {
    return new Response(script.brotli, { headers: { ...headers, 'content-encoding': 'br' } });
  }
  if (/\bgzip\b/.test(accepted)) {
    return new Response(script.gzip, { headers: { ...headers, 'content-encoding': 'gzip' } });
  }
  return new Response(script.body, { headers });
}
