/**
 * Which format is it? A file, a folder or a fetched document is looked at (never at its name alone) and opened by the
 * importer that reads it. Nothing here fetches anything.
 */
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { decodeDocument } from './decode.ts';
import { readFeed } from './feed.ts';
import { isGhostExport, openGhost } from './ghost.ts';
import type { ImportedStory } from './imported-story.ts';
import { parseJson } from './json-feed.ts';
import { readMarkdown } from './markdown.ts';
import { ImportRefusal, type ImportSource, type OpenBytes, Tally } from './source.ts';
import { openWxr } from './wxr.ts';

export interface OpenOptions {
  /** Zone of the newsroom. */
  readonly zone: string;
  /** Address of the site a Ghost export comes from; null when not told. */
  readonly site: string | null;
}

const HEAD_BYTES = 64 * 1024;
const DOCUMENT_LIMIT = 256 * 1024 * 1024;
const MARKDOWN_LIMIT = 5 * 1024 * 1024;
const FILES_LIMIT = 20_000;

/** Opens a file or a folder of Markdown. Throws {@link ImportRefusal}, or the system's error when it cannot be read. */
export async function openPath(path: string, options: OpenOptions): Promise<ImportSource> {
  const found = await stat(path);
  if (found.isDirectory()) return openMarkdownFolder(path, options);
  const head = await readHead(path);
  if (isWxr(head)) {
    const openBytes: OpenBytes = () => createReadStream(path, { highWaterMark: 1024 * 1024 });
    return openWxr({ open: openBytes, contentType: null, zone: options.zone });
  }
  if (found.size > DOCUMENT_LIMIT) throw new ImportRefusal('too-large');
  const bytes = await readFile(path);
  return openDocument(
    { bytes, contentType: null, fetchedFrom: null, name: basename(path) },
    options,
  );
}

export interface FetchedDocument {
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  readonly fetchedFrom: string | null;
  /** File name or last part of the address. */
  readonly name: string;
}

/** Opens one document that is in memory. Throws {@link ImportRefusal}. */
export async function openDocument(
  document: FetchedDocument,
  options: OpenOptions,
): Promise<ImportSource> {
  const { bytes, contentType, name } = document;
  const head = bytes.subarray(0, HEAD_BYTES);
  if (isWxr(head)) {
    const openBytes: OpenBytes = async function* () {
      yield bytes;
    };
    return openWxr({ open: openBytes, contentType, zone: options.zone });
  }
  const first = firstLetter(head);
  if (first !== '<' && first !== '{') return openMarkdownFile(document, options);
  if (first === '{') {
    const decoded = decodeDocument(bytes, contentType);
    const json = decoded.ok ? parseJson(decoded.text) : undefined;
    if (isGhostExport(json)) return openGhost(json, { site: options.site });
  }
  const feed = readFeed(document);
  if (!feed.ok) throw new ImportRefusal(feed.error);
  const host = feed.host ?? URL.parse(document.fetchedFrom ?? '')?.hostname ?? name;
  return {
    format: feed.format,
    name: `feed:${host}`,
    left: new Tally().counts,
    stories: () => feed.stories,
  };
}

function openMarkdownFile(document: FetchedDocument, options: OpenOptions): ImportSource {
  if (!/\.(md|markdown)$/i.test(document.name)) throw new ImportRefusal('format');
  if (document.bytes.byteLength > MARKDOWN_LIMIT) throw new ImportRefusal('too-large');
  const story = readMarkdown({ path: document.name, bytes: document.bytes, zone: options.zone });
  return { format: 'markdown', name: 'markdown', left: new Map(), stories: () => [story] };
}

/** Every `.md` file below a folder, in the order of their paths. Links are not followed, other files are left and counted. */
export async function openMarkdownFolder(
  folder: string,
  options: Pick<OpenOptions, 'zone'> & { readonly name?: string },
): Promise<ImportSource> {
  const left = new Tally();
  const files = await markdownFiles(folder, left);
  if (files.length === 0) throw new ImportRefusal('format', 'no Markdown file in the folder');
  return {
    format: 'markdown',
    name: options.name ?? 'markdown',
    left: left.counts,
    async *stories(): AsyncGenerator<ImportedStory> {
      for (const file of files) {
        const path = relative(folder, file).split(sep).join('/');
        yield readMarkdown({ path, bytes: await readStoryFile(file), zone: options.zone });
      }
    },
  };
}

/** Walked by hand: a recursive listing of the system would step into linked folders. */
async function markdownFiles(folder: string, left: Tally): Promise<string[]> {
  const files: string[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (!entry.isFile()) left.add('link or special file');
      else if (!/\.(md|markdown)$/i.test(entry.name)) left.add('other file');
      else files.push(path);
      if (files.length + folders.length > FILES_LIMIT) throw new ImportRefusal('too-large');
    }
  }
  return files.sort();
}

/** A file that is not larger than a story can be. */
async function readStoryFile(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MARKDOWN_LIMIT) throw new ImportRefusal('too-large', basename(path));
  return readFile(path);
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function isWxr(head: Uint8Array): boolean {
  const text = latin(head);
  return firstLetter(head) === '<' && /wordpress\.org\/export\/|<wp:wxr_version/.test(text);
}

function firstLetter(head: Uint8Array): string {
  return /[^\s\u00ef\u00bb\u00bf\u00fe\u00ff]/.exec(latin(head))?.[0] ?? '';
}

/** Wide enough for a look: one letter per byte, without the zeros of UTF-16. */
function latin(head: Uint8Array): string {
  return Buffer.from(head.filter((byte) => byte !== 0)).toString('latin1');
}
