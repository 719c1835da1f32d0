/** How much a reader has to load: exact bytes, the same on every machine. */
import { buildBrowserScript } from '../../src/page/index.ts';
import type { Figure } from '../figure.ts';
import type { BenchNewsroom } from '../servers/newsroom.ts';
import { STORY_SLUG } from './story-text.ts';

export const NOTE_LIMIT_BYTES = 6 * 1024;
export const STORY_LIMIT_BYTES = 14 * 1024;

/** The appeal's script with everything inside, as it is sent. */
export async function noteBytes(): Promise<number> {
  return (await buildBrowserScript('note')).brotli.byteLength;
}

/** A story's whole answer: status line, headers and packed body, as they go over the wire. */
export async function storyBytes(newsroom: Pick<BenchNewsroom, 'application'>): Promise<number> {
  const request = new Request(`http://localhost/story/${STORY_SLUG}`, {
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  });
  const response = await newsroom.application.fetch(request);
  if (response.status !== 200) throw new Error(`The story answered ${response.status}.`);
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // Node adds these three by itself.
  const added =
    'Date: Wed, 25 Nov 2026 12:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n';
  const body = await response.arrayBuffer();
  return Buffer.byteLength(`HTTP/1.1 200 OK\r\n${head}${added}\r\n`) + body.byteLength;
}

export function sizeFigure(options: {
  readonly name: string;
  readonly what: string;
  readonly bytes: number;
  readonly limit: number;
}): Figure {
  const { name, what, bytes, limit } = options;
  return {
    name,
    what,
    absolute: `${bytes} bytes`,
    ratio: null,
    spread: null,
    baseline: 'exact',
    budget: `<= ${limit} bytes`,
    holds: bytes <= limit,
  };
}
