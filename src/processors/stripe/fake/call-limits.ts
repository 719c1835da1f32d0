/** Calls in one second of the fake's clock, in all and of one endpoint (docs.stripe.com/rate-limits). */
import type { FakeAccount } from './account.ts';
import type { FakeBooks } from './books.ts';
import { tooMany } from './refusal.ts';

export class CallLimits {
  readonly #account: FakeAccount;
  readonly #books: FakeBooks;
  #second = 0;
  #all = 0;
  readonly #ofEndpoint = new Map<string, number>();

  constructor(account: FakeAccount, books: FakeBooks) {
    this.#account = account;
    this.#books = books;
  }

  /** @throws Refusal for one too many */
  count(endpoint: string): void {
    const { limits } = this.#account;
    if (limits === null) return;
    const now = this.#books.now();
    if (now !== this.#second) {
      this.#second = now;
      this.#all = 0;
      this.#ofEndpoint.clear();
    }
    this.#all += 1;
    const here = (this.#ofEndpoint.get(endpoint) ?? 0) + 1;
    this.#ofEndpoint.set(endpoint, here);
    if (this.#all > limits.account) throw tooMany('global-rate');
    if (here > limits.endpoint) throw tooMany('endpoint-rate');
  }
}
