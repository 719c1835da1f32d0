/** The idempotency keys that were used, each with its answer, for as long as the bank's terms say. */
import type { Instant } from '../../../calendar/index.ts';
import { KEY_WINDOW_MS } from '../bank-terms.ts';

export interface UsedKey {
  readonly bodyHash: string;
  readonly status: number;
  readonly answer: string;
  readonly at: Instant;
}

export class UsedKeys {
  readonly #keys = new Map<string, UsedKey>();

  /** The answer remembered for a key, as long as its window lasts. */
  find(options: { path: string; key: string; now: Instant }): UsedKey | undefined {
    const used = this.#keys.get(keyName(options.path, options.key));
    return used === undefined || isForgotten(used, options.now) ? undefined : used;
  }

  /** Remembers an answer, and forgets those whose window has ended. */
  remember(of: { readonly path: string; readonly key: string }, used: UsedKey): void {
    for (const [name, older] of this.#keys) {
      if (!isForgotten(older, used.at)) break;
      this.#keys.delete(name);
    }
    const name = keyName(of.path, of.key);
    this.#keys.delete(name);
    this.#keys.set(name, used);
  }
}

function isForgotten(used: UsedKey, now: Instant): boolean {
  return now.epochMilliseconds - used.at.epochMilliseconds >= KEY_WINDOW_MS;
}

function keyName(path: string, key: string): string {
  return `${path} ${key}`;
}
