/** A company's messages on their way to us: late, twice, in any order, or not at all; sent again while we do not answer. */
import type { Chance } from '../chance.ts';
import type { Weather } from '../weather.ts';
import type { Bank } from './bank.ts';
import type { Payment } from './books.ts';

export interface Message {
  readonly accountId: string;
  readonly body: Uint8Array;
}

export interface PostOfficeOptions {
  readonly chance: Chance;
  readonly weather: () => Weather;
  readonly later: (afterMs: number, what: string, happen: () => Promise<void>) => void;
  /** @returns whether the newsroom took it */
  readonly deliver: (message: Message) => Promise<boolean>;
}

/** Stands in a message where others name a payment. */
export const MONEY_MOVED = 'money-moved';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DUPLICATES_MAX = 3;

export class PostOffice {
  readonly #options: PostOfficeOptions;
  #events = 0;

  constructor(options: PostOfficeOptions) {
    this.#options = options;
  }

  /** Tells the newsroom that a payment changed. */
  send(bank: Bank, payment: Payment): void {
    this.#send(bank, `${payment.objectRef} ${payment.attemptId}`);
  }

  /** Tells the newsroom that money moved beside a charge. */
  sendMoney(bank: Bank): void {
    this.#send(bank, MONEY_MOVED);
  }

  #send(bank: Bank, about: string): void {
    const { chance } = this.#options;
    const weather = this.#options.weather();
    if (!weather.webhooks || bank.standing === 'dropped') return;
    this.#events += 1;
    if (chance.hits(weather.webhookDrop)) return;
    const message = {
      accountId: bank.habits.accountId,
      body: new TextEncoder().encode(`evt_${this.#events} ${about}`),
    };
    const copies = chance.hits(weather.webhookDuplicate) ? chance.between(2, DUPLICATES_MAX) : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = chance.below(weather.webhookDelayMaxMinutes + 1) * MINUTE_MS;
      this.#plan(message, {
        afterMs: delay + chance.below(5000),
        retries: bank.habits.webhookRetryMinutes,
      });
    }
  }

  #plan(
    message: Message,
    when: { readonly afterMs: number; readonly retries: readonly number[] },
  ): void {
    this.#options.later(when.afterMs, 'a message', async () => {
      if (await this.#options.deliver(message)) return;
      const [next, ...rest] = when.retries;
      if (next === undefined) {
        // A newsroom that does not poll was promised that no message is lost.
        if (!this.#options.weather().poller) this.#plan(message, { afterMs: DAY_MS, retries: [] });
        return;
      }
      this.#plan(message, { afterMs: next * MINUTE_MS, retries: rest });
    });
  }
}
