/**
 * What leaves the house for Stripe, and what is let in: the SDK's requests without what it adds about this machine, and
 * answers that were read to their end, within a limit.
 *
 * The SDK describes the system it runs on in two headers, and makes an idempotency key of its own for every POST that has
 * none; neither leaves. It prints what an answer's `Stripe-Notice` says; only the headers that we read come in. A body is
 * read here, so that an answer that breaks off half-way, or never ends, was not heard, and one too large is not JSON.
 */
import { readAnswerText } from '../common/index.ts';

/** A full page of any listing we ask for is far smaller; what is larger is not the API. */
const ANSWER_BYTES_LIMIT = 8_388_608;
const HEADERS_READ = ['date', 'idempotent-replayed', 'retry-after'] as const;
const SDK_KEY = /^stripe-node-retry-/;

export function plainFetch(handedIn: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const answer = await handedIn(input, {
      ...init,
      headers: plainHeaders(init?.headers),
      // An API does not redirect; following one would show our key to another host.
      redirect: 'error',
    });
    // Nothing is no JSON either.
    const text = (await readAnswerText(answer, ANSWER_BYTES_LIMIT)) ?? '';
    const headers = new Headers({ 'content-type': 'application/json' });
    for (const name of HEADERS_READ) {
      const value = answer.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    return new Response(bodyFor(answer.status, text), { status: answer.status, headers });
  };
}

/** An error page in HTML is an error all the same: the SDK forgets the status of what it cannot parse. */
function bodyFor(status: number, text: string): string {
  return status === 200 || isJson(text) ? text : '{}';
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function plainHeaders(given: RequestInit['headers']): Headers {
  const headers = new Headers(given);
  headers.delete('x-stripe-client-user-agent');
  headers.delete('x-stripe-client-telemetry');
  headers.set('user-agent', 'Tuppence');
  if (SDK_KEY.test(headers.get('idempotency-key') ?? '')) headers.delete('idempotency-key');
  return headers;
}
