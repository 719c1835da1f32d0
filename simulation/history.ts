/**
 * What happened in one seed, line by line, and the hash of it: two runs of the same seed must agree to the last letter. The
 * lines themselves are only kept when somebody wants to read them.
 */
import { createHash } from 'node:crypto';
import type { Instant } from './core.ts';

export class History {
  readonly #hash = createHash('sha256');
  readonly #print: ((line: string) => void) | null;
  lines = 0;

  constructor(print: ((line: string) => void) | null) {
    this.#print = print;
  }

  add(at: Instant, line: string): void {
    const text = `${at.toString()} ${line}`;
    this.lines += 1;
    this.#hash.update(text).update('\n');
    this.#print?.(text);
  }

  /** Ends the history. @returns its hash together with the final state's */
  close(finalState: string): string {
    return this.#hash.update(finalState).digest('hex').slice(0, 16);
  }
}
