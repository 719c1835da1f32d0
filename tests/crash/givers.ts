/**
 * Honest people: each makes one id for a gift and keeps it, presses again with the same id until somebody answers, pays at
 * the bank until the bank answers, comes back until the newsroom says thanks, and only then gives again. What each of them
 * was told is remembered, because that is what must be true afterwards.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { payAtBank, placeOf, pressPay, saidBy, type Wish } from '../demo/giver.ts';
import type { Chance } from './chance.ts';

export interface GivenGift {
  readonly giftId: string;
  readonly address: string | undefined;
  /** The newsroom answered the press of the button, so the gift must exist. */
  begun: boolean;
  /** The bank said that it has the money, so the gift must be settled. */
  paid: boolean;
  /** The newsroom said thanks. */
  thanked: boolean;
}

export interface Crowd {
  readonly gifts: readonly GivenGift[];
  /** Requests that had to be repeated. */
  readonly resent: number;
  /** Answers of the newsroom that say it failed by its own fault, with the step at which it did. */
  readonly failures: readonly string[];
  /** Lets everybody finish the gift in hand. */
  finish(): Promise<void>;
}

export interface CrowdOptions {
  readonly origin: string;
  readonly people: number;
  /** So many monthly pledges are enough to have renewals due all the time. */
  readonly pledgesMax: number;
  readonly chance: (stream: string) => Chance;
}

/**
 * A step of the way is tried again for so long, then the person is stuck and that is a finding. Time in which nobody was
 * there to answer does not count: on a busy machine processes come back slowly, and are killed again soon.
 */
const PATIENCE_MS = 120_000;
const WHOLE_PATIENCE_MS = 1_800_000;

/** No process lived, or the one that was asked died. */
class NobodyThere extends Error {}
const NEXT_GIFT_MS = { from: 40, to: 260 };

class Person {
  readonly #crowd: BusyCrowd;
  readonly #chance: Chance;

  constructor(crowd: BusyCrowd, chance: Chance) {
    this.#crowd = crowd;
    this.#chance = chance;
  }

  async live(): Promise<void> {
    while (!this.#crowd.isFinishing) {
      await this.#give();
      await wait(this.#chance.between(NEXT_GIFT_MS.from, NEXT_GIFT_MS.to));
    }
  }

  async #give(): Promise<void> {
    const chance = this.#chance;
    const every = this.#crowd.pledges < this.#crowd.options.pledgesMax ? 'month' : 'once';
    if (every === 'month') this.#crowd.pledges += 1;
    const giftId = chance.uuid();
    const address = chance.percent(50) ? `${giftId}@example.org` : undefined;
    const wish: Wish = {
      every,
      other: String(chance.between(3, 60)),
      giftId,
      ...(address === undefined ? {} : { email: address }),
    };
    const gift: GivenGift = { giftId, address, begun: false, paid: false, thanked: false };
    this.#crowd.gifts.push(gift);
    const page = await this.#press(wish, chance.percent(20));
    gift.begun = true;
    if (!page.includes('/pay/')) return;
    const back = await this.#until('pay', async () => placeOf(await payAtBank(page)));
    // The page was over: it was closed while the clock went on for days. Nothing was paid.
    if (new URL(back).origin === new URL(page).origin) return;
    gift.paid = true;
    await this.#until('thanks', () => this.#isThanked(back));
    gift.thanked = true;
  }

  /** Presses until it leads somewhere; some press twice at once, as impatient people do. */
  async #press(wish: Wish, twice: boolean): Promise<string> {
    const press = async () => {
      const { response } = await pressPay(this.#crowd.options.origin, wish);
      return placeOf(this.#heard('press', response));
    };
    return await this.#until('press', async () => {
      const all = await Promise.allSettled(twice ? [press(), press()] : [press()]);
      const led = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const page = led.find((place) => place.includes('/pay/')) ?? led[0];
      if (page === undefined) {
        const reasons = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
        if (reasons.every(isNobodyThere)) throw new NobodyThere('nobody answers');
        throw new Error(reasons.map(String).join(', '));
      }
      // The gift's own page: the bank was away for a moment, so it is pressed again.
      if (!page.includes('/pay/')) throw new Error(`led to ${page}`);
      return page;
    });
  }

  async #isThanked(back: string): Promise<true | undefined> {
    const { pathname, search } = new URL(back);
    const answer = this.#heard(
      'thanks',
      await fetch(this.#crowd.options.origin + pathname + search),
    );
    const said = await saidBy(answer);
    if (!said.startsWith('Thank you')) throw new Error(`${answer.status} ${said.slice(0, 120)}`);
    return true;
  }

  #heard(step: string, response: Response): Response {
    // 502 is the front's, for a process that was killed; 503 says to come again.
    if (response.status === 502 || response.status === 503) throw new NobodyThere('nobody answers');
    if (response.status >= 500) {
      this.#crowd.failures.push(`${step} was answered ${response.status}`);
    }
    return response;
  }

  async #until<T>(step: string, act: () => Promise<T | undefined>): Promise<T> {
    const begun = performance.now();
    let until = begun + PATIENCE_MS;
    let last = '';
    for (let at = begun; at < until; at = performance.now()) {
      let hasAnswered = true;
      try {
        const done = await act();
        if (done !== undefined) return done;
        last = 'not yet';
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
        hasAnswered = !isNobodyThere(error);
      }
      this.#crowd.resent += 1;
      await wait(this.#chance.between(100, 400));
      if (!hasAnswered) {
        until = Math.min(until + performance.now() - at, begun + WHOLE_PATIENCE_MS);
      }
    }
    throw new Error(`stuck at "${step}" for ${PATIENCE_MS / 1_000} s: ${last}`);
  }
}

/** What `fetch` throws is a TypeError. */
const isNobodyThere = (error: unknown): boolean =>
  error instanceof NobodyThere || error instanceof TypeError;

class BusyCrowd implements Crowd {
  readonly options: CrowdOptions;
  readonly gifts: GivenGift[] = [];
  readonly failures: string[] = [];
  resent = 0;
  pledges = 0;
  isFinishing = false;
  readonly #lives: readonly Promise<void>[];

  constructor(options: CrowdOptions) {
    this.options = options;
    this.#lives = Array.from({ length: options.people }, (_, at) =>
      new Person(this, options.chance(`person ${at}`)).live().catch((error: unknown) => {
        this.failures.push(`person ${at} is ${error instanceof Error ? error.message : error}`);
      }),
    );
  }

  async finish(): Promise<void> {
    this.isFinishing = true;
    await Promise.all(this.#lives);
  }
}

export function gatherCrowd(options: CrowdOptions): Crowd {
  return new BusyCrowd(options);
}
