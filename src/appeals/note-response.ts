/**
 * The response to a request for the note's answer: ready bytes for a reader in a safe place, an empty 204 for everybody
 * else, whatever the cause.
 *
 * It needs no Request and no Response, because making these costs more than sending bytes that lie ready; the server may
 * ask here first.
 */
import { type CompleteHeaders, completeHeaders } from '../page/index.ts';
import type { Appeals } from './appeals.ts';
import { SLOTS } from './assignment.ts';
import { type AnswerSet, answerFor } from './ready-answers.ts';

export interface ReadyResponse {
  readonly status: 200 | 204;
  readonly headers: CompleteHeaders;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** The same for everybody who is not asked. */
export const SILENCE: ReadyResponse = {
  status: 204,
  headers: completeHeaders({ 'cache-control': 'no-store' }),
  body: null,
};

const OWN = { 'content-type': 'application/json', 'cache-control': 'no-store' };
const HEADERS = completeHeaders(OWN);
const ENCODED = {
  br: completeHeaders({ ...OWN, 'content-encoding': 'br' }),
  gzip: completeHeaders({ ...OWN, 'content-encoding': 'gzip' }),
};

/** The note's address, and in it the two facts as the element writes them; others are read the long way. */
const ADDRESS = /^\/note(?:\?(?:language=([\w-]{1,35})(?:&slot=(\d{1,2}))?$)?|$)/;

/**
 * The response to `GET /note`, or `undefined` where it is another request or where the answers must be looked at first
 * (then the route does it). `isSafe` is asked only if the address is the note's.
 */
export function noteAtOnce(
  appeals: Appeals,
  asked: {
    readonly method: string;
    readonly target: string;
    readonly acceptEncoding: string | undefined;
  },
  isSafe: () => boolean,
): ReadyResponse | undefined {
  const address = asked.method === 'GET' ? ADDRESS.exec(asked.target) : null;
  if (address === null) return undefined;
  const set = appeals.answers.current();
  if (set instanceof Promise) return undefined;
  if (!isSafe()) return SILENCE;
  const acceptEncoding = asked.acceptEncoding ?? '';
  const [, language, slot = null] = address;
  if (language !== undefined) return noteResponse(appeals, set, { language, slot, acceptEncoding });
  const query = new URLSearchParams(asked.target.slice('/note?'.length));
  return noteResponse(appeals, set, {
    language: query.get('language') ?? '',
    slot: query.get('slot'),
    acceptEncoding,
  });
}

/** For a reader in a safe place; counts the showing. */
export function noteResponse(
  appeals: Appeals,
  set: AnswerSet,
  asked: {
    readonly language: string;
    readonly slot: string | null;
    readonly acceptEncoding: string;
  },
): ReadyResponse {
  const ready = answerFor(set.note, asked.language);
  if (ready === undefined) return SILENCE;
  appeals.counters.asked(ready.answer, readSlot(asked.slot));
  const { acceptEncoding } = asked;
  if (acceptEncoding.includes('br')) {
    return { status: 200, headers: ENCODED.br, body: ready.bytes.br };
  }
  if (acceptEncoding.includes('gzip')) {
    return { status: 200, headers: ENCODED.gzip, body: ready.bytes.gzip };
  }
  return { status: 200, headers: HEADERS, body: ready.bytes.identity };
}

function readSlot(text: string | null): number | null {
  return text !== null && /^\d{1,2}$/.test(text) && Number(text) < SLOTS ? Number(text) : null;
}
