/**
 * The fake's messages: put into envelopes, signed, delivered and delivered again as BTCPay does: after ten seconds, a
 * minute and six times ten minutes, for an answer of 5xx, 408 or 429 or none at all. A redelivery has an id of its own and
 * keeps the first one's; its bytes, and so its signature, are others.
 */
import { createHmac } from 'node:crypto';
import type { FakeBooks, FakeEvent } from './books.ts';

export interface FakeMessage {
  readonly body: Uint8Array;
  readonly headers: Headers;
}

interface Delivery {
  readonly event: FakeEvent;
  readonly originalId: string;
  tries: number;
  nextSeconds: number;
  isOver: boolean;
}

const WAITS_SECONDS = [10, 60, 600, 600, 600, 600, 600, 600] as const;

export class FakeCourier {
  readonly deliveries: Delivery[] = [];
  readonly #books: FakeBooks;
  readonly #secret: string;
  #taken = 0;
  #made = 0;

  constructor(books: FakeBooks, secret: string) {
    this.#books = books;
    this.#secret = secret;
  }

  /** What is due now, oldest first, and again whatever fell due. `take` answers a status, or `null` for no answer. */
  async deliver(take: (message: FakeMessage) => Promise<number | null>): Promise<number> {
    this.#books.tick();
    for (const event of this.#books.events.slice(this.#taken)) {
      const originalId = this.#newId();
      const nextSeconds = this.#books.nowSeconds();
      this.deliveries.push({ event, originalId, tries: 0, nextSeconds, isOver: false });
    }
    this.#taken = this.#books.events.length;
    let sent = 0;
    for (const delivery of this.deliveries) {
      if (delivery.isOver || delivery.nextSeconds > this.#books.nowSeconds()) continue;
      const status = await take(this.message(delivery));
      sent += 1;
      const wait = WAITS_SECONDS[delivery.tries];
      delivery.tries += 1;
      const isFailed = status === null || status >= 500 || status === 408 || status === 429;
      if (!isFailed || wait === undefined) delivery.isOver = true;
      else delivery.nextSeconds = this.#books.nowSeconds() + wait;
    }
    return sent;
  }

  message({ event, originalId, tries }: Delivery): FakeMessage {
    const { invoice } = event;
    return sign(
      {
        deliveryId: tries === 0 ? originalId : this.#newId(),
        webhookId: 'FakeWebhook0',
        originalDeliveryId: originalId,
        isRedelivery: tries > 0,
        type: event.type,
        timestamp: event.atSeconds,
        storeId: invoice.storeId,
        invoiceId: invoice.id,
        metadata: invoice.metadata,
        ...event.more,
      },
      this.#secret,
    );
  }

  #newId(): string {
    this.#made += 1;
    return `FakeDelivery${String(this.#made).padStart(10, '0')}`;
  }
}

export function sign(json: object, secret: string): FakeMessage {
  const body = new TextEncoder().encode(JSON.stringify(json, null, 2));
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    body,
    headers: new Headers({
      'content-type': 'application/json',
      'btcpay-sig': `sha256=${signature}`,
    }),
  };
}
