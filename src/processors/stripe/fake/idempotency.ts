/**
 * Idempotency keys as Stripe keeps them (docs.stripe.com/api/idempotent_requests): the first answer of an endpoint that had
 * begun, a failure of its own included, is told again for the same parameters; other parameters are refused; a parameter
 * that was wrong, a lock and a limit leave nothing behind. Keys are forgotten after a day at the earliest, here exactly then.
 */
import { keyInUse, keyOfOther } from './refusal.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly text: string;
}

interface Kept extends KeptAnswer {
  readonly request: string;
  readonly until: number;
}

const DAY_SECONDS = 86_400;
export const KEY_LENGTH_MAX = 255;

export class IdempotencyKeys {
  readonly #kept = new Map<string, Kept>();
  readonly #inUse = new Set<string>();

  /** A request with this key has come, and its answer will take a while. */
  begin(key: string): void {
    this.#inUse.add(key);
  }

  end(key: string): void {
    this.#inUse.delete(key);
  }

  /** The answer of before, or undefined where there is none. @throws Refusal where the key is, or was, another request's */
  find(
    key: string,
    of: { readonly request: string; readonly now: number },
  ): KeptAnswer | undefined {
    if (this.#inUse.has(key)) throw keyInUse(key);
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.until <= of.now) return undefined;
    if (kept.request !== of.request) throw keyOfOther(key);
    return kept;
  }

  keep(
    key: string,
    of: { readonly request: string; readonly now: number; readonly answer: KeptAnswer },
  ): void {
    const { request, now, answer } = of;
    this.#kept.set(key, { ...answer, request, until: now + DAY_SECONDS });
  }
}
