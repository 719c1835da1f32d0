/**
 * One call to a BTCPay server with our key. Nothing is ever sent twice from here: BTCPay has no idempotency keys, so who
 * calls looks before sending again.
 */
import type { Clock } from '../../calendar/index.ts';
import type { Unknown } from '../../giving/processor.ts';
import { callJson, type Heard, type JsonCall, unknownByStatus } from '../common/index.ts';
import type { OpenBtcPayOptions } from './settings.ts';
import { problemAnswer } from './wire.ts';

export interface BtcPayServer {
  readonly accountId: string;
  readonly store: string;
  readonly clock: Clock;
  /** `path` is from the root of the interface, such as `/stores/…`. */
  call(call: Pick<JsonCall, 'method' | 'path' | 'body'>): Promise<Heard | Unknown>;
  /** The server's own time in an answer's `date`, in milliseconds since 1970; `null` when it cannot be had. */
  timeMs(): Promise<number | null>;
}

const API = '/api/v1';

export function createServer(options: OpenBtcPayOptions): BtcPayServer {
  const { accountId, store, clock, server, apiKey, fetch, timeoutMs } = options;
  const url = new URL(server);
  const http = {
    origin: url.origin,
    fetch,
    timeoutMs,
    headers: { authorization: `token ${apiKey}` },
  };
  // A server may live under a path of its host.
  const root = url.pathname === '/' ? API : `${url.pathname}${API}`;
  return {
    accountId,
    store,
    clock,
    call: ({ path, ...call }) => callJson(http, { ...call, path: root + path }),
    async timeMs() {
      try {
        const answer = await options.fetch(new URL(`${root}/health`, url.origin), {
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        await answer.body?.cancel();
        const at = Date.parse(answer.headers.get('date') ?? '');
        return Number.isNaN(at) ? null : at;
      } catch {
        return null;
      }
    },
  };
}

/** What BTCPay says is wrong, as a code; its sentences are left behind. `null` when it is not in BTCPay's own words. */
export function problemOf(heard: Heard): string | null {
  if (heard.status < 400 || heard.status >= 500) return null;
  const read = problemAnswer.safeParse(heard.json);
  if (!read.success) return null;
  const [first, code] = Array.isArray(read.data)
    ? ['invalid', read.data[0]?.path ?? null]
    : ['refused', read.data.code];
  return code !== null && /^[A-Za-z][\w.[\]-]{0,60}$/.test(code) ? `${first}:${code}` : first;
}

/** BTCPay's own word that there is no such invoice in this store. */
export function isNotThere(heard: Heard): boolean {
  return heard.status === 404 && problemOf(heard) === 'refused:invoice-not-found';
}

/** For calls where anything but the expected status says nothing about money. */
export function notHeard(heard: Heard): Unknown {
  return unknownByStatus(heard.status);
}

export const UNREADABLE: Unknown = { kind: 'unknown', reason: 'unreadable' };
export const UNEXPECTED: Unknown = { kind: 'unknown', reason: 'unexpected' };
/** Ask again later: nothing is wrong, and it cannot be told yet. */
export const NOT_YET: Unknown = { kind: 'unknown', reason: 'busy' };
