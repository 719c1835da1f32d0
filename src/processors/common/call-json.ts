/**
 * One call to a payment company over HTTP that expects JSON, with a limit on time and size, that never throws for anything
 * a network does.
 *
 * It says what was heard: a status with parsed JSON, or why nothing was. Bodies are read to their end before anything is
 * believed; an answer that breaks off half-way was not heard. An HTML error page, "maintenance" in words, or JSON cut
 * short is `json: undefined`: what the adapter makes of it is `unknown`, never a decline.
 */
import type { Unknown } from '../../giving/processor.ts';
import { readAnswerText } from './read-answer.ts';

/** A full page of any listing we ask for is far smaller; what is larger is not the API. */
const ANSWER_BYTES_LIMIT = 4_194_304;

export interface CallJsonOptions {
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  /** Sent with every call, the credentials among them. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface JsonCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from the root of the origin. */
  readonly path: string;
  /** Sent as JSON; text is sent as it is, with the content type among `headers`. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Heard = {
  readonly kind: 'heard';
  readonly status: number;
  /** `undefined` when the body was no JSON, or too large. */
  readonly json: unknown;
  /** Seconds the other side asked us to wait, where it did. */
  readonly retryAfterSeconds: number | null;
};

export async function callJson(options: CallJsonOptions, call: JsonCall): Promise<Heard | Unknown> {
  const isText = typeof call.body === 'string';
  try {
    const answer = await options.fetch(new URL(call.path, options.origin), {
      method: call.method,
      headers: {
        accept: 'application/json',
        ...(call.body === undefined || isText ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
        ...call.headers,
      },
      ...(call.body === undefined
        ? {}
        : { body: typeof call.body === 'string' ? call.body : JSON.stringify(call.body) }),
      // An API does not redirect; following one would show our key to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const text = await readAnswerText(answer, ANSWER_BYTES_LIMIT);
    return {
      kind: 'heard',
      status: answer.status,
      json: text === null ? undefined : parse(text),
      retryAfterSeconds: readRetryAfter(answer.headers.get('retry-after')),
    };
  } catch (error) {
    return { kind: 'unknown', reason: isTimeout(error) ? 'timeout' : 'connection' };
  }
}

/** The reason to give for a status that says nothing about the payment. */
export function unknownByStatus(status: number): Unknown {
  if (status === 409) return { kind: 'unknown', reason: 'conflict' };
  if (status === 429) return { kind: 'unknown', reason: 'busy' };
  if (status >= 500) return { kind: 'unknown', reason: 'server-error' };
  return { kind: 'unknown', reason: status < 300 ? 'unreadable' : 'unexpected' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readRetryAfter(text: string | null): number | null {
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : null;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}
