/**
 * One call to the bank over HTTP, with a limit on time and size, that never throws for anything a network does.
 *
 * It says what was heard: a status with parsed JSON, or why nothing was. Bodies are read to their end before anything is
 * believed; an answer that breaks off half-way was not heard.
 */
import type { Unknown } from '../../giving/processor.ts';
import { readAnswerText } from '../common/index.ts';
import { KEY_HEADER } from './wire.ts';

/** A full page of a listing is under 64 KiB; what is larger is not the bank. */
const ANSWER_BYTES_LIMIT = 1_048_576;

export interface ApiClientOptions {
  readonly origin: string;
  readonly secretKey: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

export type Heard = { readonly kind: 'heard'; readonly status: number; readonly json: unknown };

export interface ApiCallOrder {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

export async function callBank(
  options: ApiClientOptions,
  order: ApiCallOrder,
): Promise<Heard | Unknown> {
  try {
    const answer = await options.fetch(new URL(order.path, options.origin), {
      method: order.method,
      headers: {
        authorization: `Bearer ${options.secretKey}`,
        accept: 'application/json',
        ...(order.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(order.idempotencyKey === undefined ? {} : { [KEY_HEADER]: order.idempotencyKey }),
      },
      ...(order.body === undefined ? {} : { body: JSON.stringify(order.body) }),
      // A bank's API does not redirect; following one would show our key to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const text = await readAnswerText(answer, ANSWER_BYTES_LIMIT);
    return { kind: 'heard', status: answer.status, json: text === null ? undefined : parse(text) };
  } catch (error) {
    return { kind: 'unknown', reason: isTimeout(error) ? 'timeout' : 'connection' };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}
