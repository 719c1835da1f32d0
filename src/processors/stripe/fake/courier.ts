/**
 * The fake's messages, whole or thin as an endpoint is registered, signed by the SDK's own test signer at the moment of each
 * delivery, and sent again for days when nobody takes them (docs.stripe.com/webhooks, "Event delivery behaviors"). In which
 * order they come is not promised.
 */
import Stripe from 'stripe';
import { Instant } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import type { FakeEndpoint } from './account.ts';
import type { FakeBooks } from './books.ts';
import { eventJson, thinEventJson } from './money-answers.ts';
import type { PassingTime } from './passing-time.ts';
import type { FakeEvent } from './records.ts';

export interface FakeMessage {
  readonly body: Uint8Array;
  readonly headers: Headers;
  readonly event: FakeEvent;
}

interface Delivery {
  readonly event: FakeEvent;
  readonly endpoint: FakeEndpoint;
  tries: number;
  nextSeconds: number;
  isOver: boolean;
}

/** Growing pauses, three days in all. */
const WAITS_SECONDS = [60, 600, 3_600, 7_200, 21_600, 43_200, 86_400, 86_400] as const;

export class Courier {
  readonly deliveries: Delivery[] = [];
  readonly #books: FakeBooks;
  readonly #time: PassingTime;
  #taken = 0;

  constructor(books: FakeBooks, time: PassingTime) {
    this.#books = books;
    this.#time = time;
  }

  /** What is due now, and again whatever fell due. `take` answers a status, or `null` for no answer. @returns how many */
  async deliver(take: (message: FakeMessage) => Promise<number | null>): Promise<number> {
    this.#time.catchUp();
    const now = this.#books.now();
    for (const event of this.#books.events.slice(this.#taken)) {
      for (const endpoint of this.#books.account.endpoints) {
        if (!wants(endpoint, event)) continue;
        this.deliveries.push({ event, endpoint, tries: 0, nextSeconds: now, isOver: false });
      }
    }
    this.#taken = this.#books.events.length;
    let sent = 0;
    for (const delivery of this.deliveries) {
      if (delivery.isOver || delivery.nextSeconds > now) continue;
      const status = await take(this.message(delivery));
      sent += 1;
      const wait = WAITS_SECONDS[delivery.tries];
      delivery.tries += 1;
      if ((status !== null && status >= 200 && status < 300) || wait === undefined) {
        delivery.isOver = true;
      } else delivery.nextSeconds = now + wait;
    }
    return sent;
  }

  message({ event, endpoint }: Pick<Delivery, 'event' | 'endpoint'>): FakeMessage {
    const { account } = this.#books;
    const json =
      endpoint.payload === 'thin'
        ? thinEventJson(account, event, timeText(event.created))
        : eventJson(account, event);
    return { event, ...sign(json, { secrets: endpoint.secrets, now: this.#books.now() }) };
  }
}

function wants({ status, enabledEvents }: FakeEndpoint, { type }: FakeEvent): boolean {
  return status === 'enabled' && (enabledEvents.includes('*') || enabledEvents.includes(type));
}

function timeText(seconds: number): string {
  return Instant.fromEpochMilliseconds(seconds * 1000).toString();
}

/** With every secret of the endpoint: two while one takes the other's place. */
export function sign(
  json: object,
  by: { readonly secrets: readonly string[]; readonly now: number },
): { readonly body: Uint8Array; readonly headers: Headers } {
  const payload = JSON.stringify(json, null, 2);
  const signed = by.secrets.map((secret) =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: by.now }),
  );
  const [first] = signed;
  assert(first !== undefined, 'an endpoint has a secret');
  // One time, and a signature for each secret.
  const header = [`t=${by.now}`, ...signed.flatMap((each) => each.split(',').slice(1))].join(',');
  return {
    body: new TextEncoder().encode(payload),
    headers: new Headers({ 'content-type': 'application/json', 'stripe-signature': header }),
  };
}
