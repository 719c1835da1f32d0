/**
 * The element's script: one file for all languages, made from `src/browser/note.ts` at start, kept in memory.
 *
 * The bundler is loaded only while the script is made, never on a request. The same sources make the same bytes, and the
 * tag is a hash of them, so a new version is fetched and an old one is not fetched again.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, transform as Transform } from 'esbuild';
import { assert } from '../problems/index.ts';

export interface NoteScript {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Quoted, as it stands in the header. */
  readonly etag: string;
}

let made: Promise<NoteScript> | undefined;

/** Makes the script once per process; later calls get the same one. Rejects if the sources do not compile. */
export function buildNoteScript(): Promise<NoteScript> {
  made ??= make();
  return made;
}

/**
 * Properties that live only inside the script and may have any name: neither the answer, nor a count, nor the browser
 * knows them. A name that is missing here costs bytes; one too many breaks the element's tests in a real browser.
 */
const INNER_NAMES =
  /^(quietUntil|lastAppeal|slotDay|nowMs|today|device|page|sensitive|taken|stories|views|passes|failed|walks|answer|show|section|tags|appealId|variantId|doubtful|readings|units|decimals|negative|foreign|minus|word|rest|offers|payDay|madeAt|hour|link)$/;

async function make(): Promise<NoteScript> {
  const [{ build, transform }, { minify }] = await Promise.all([
    import('esbuild'),
    import('terser'),
  ]);
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../browser/note.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    mangleProps: INNER_NAMES,
    plugins: [cssAsText(transform)],
  });
  const [bundle] = outputFiles;
  assert(bundle !== undefined, 'the bundler makes one file');
  // The bundler's own minifier leaves the script some 250 bytes over its six kilobytes.
  const { code } = await minify(bundle.text, {
    ecma: 2020,
    module: true,
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
export function noteScriptResponse(script: NoteScript, request: Request): Response {
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
