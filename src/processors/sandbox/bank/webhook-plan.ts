/**
 * What a tester has ordered for the bank's next webhooks: late, several times, out of order, or not at all.
 *
 * Each order holds for a number of events and is then used up; one event uses one order. Like faults, orders live in
 * memory only. Switched off, the bank sends nothing and keeps nothing to send later: merchants must be right without.
 */
import { z } from 'zod';

export const webhookOrder = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('delay'),
    count: z.int().min(1).max(1000).default(1),
    delay_ms: z.int().min(0).max(3_600_000),
  }),
  z.strictObject({
    do: z.literal('repeat'),
    count: z.int().min(1).max(1000).default(1),
    /** How often each message is sent in all. */
    times: z.int().min(2).max(50),
  }),
  z.strictObject({
    /** Holds `count` messages back and sends them last first. */
    do: z.literal('reorder'),
    count: z.int().min(2).max(100),
  }),
  z.strictObject({ do: z.literal('drop'), count: z.int().min(1).max(1000).default(1) }),
]);
export type WebhookOrder = z.infer<typeof webhookOrder>;

/** What happens to one event. `reorder`: it waits with others until `last` arrives. */
export type Handling =
  | { readonly do: 'send'; readonly delayMs: number; readonly times: number }
  | { readonly do: 'hold'; readonly last: boolean }
  | { readonly do: 'drop' }
  | { readonly do: 'off' };

const ORDERS_LIMIT = 100;

export class WebhookPlan {
  #orders: WebhookOrder[] = [];
  #isOn = true;

  get isOn(): boolean {
    return this.#isOn;
  }

  switch(isOn: boolean): void {
    this.#isOn = isOn;
  }

  /** False when too many orders wait already. */
  order(order: WebhookOrder): boolean {
    if (this.#orders.length >= ORDERS_LIMIT) return false;
    this.#orders.push(order);
    return true;
  }

  waiting(): readonly WebhookOrder[] {
    return this.#orders;
  }

  clear(): void {
    this.#orders = [];
    this.#isOn = true;
  }

  /** Decides on the next event, using up one count of the oldest order. */
  next(): Handling {
    if (!this.#isOn) return { do: 'off' };
    const order = this.#orders[0];
    if (order === undefined) return { do: 'send', delayMs: 0, times: 1 };
    const isLast = order.count === 1;
    if (isLast) this.#orders.shift();
    else this.#orders[0] = { ...order, count: order.count - 1 };
    switch (order.do) {
      case 'delay':
        return { do: 'send', delayMs: order.delay_ms, times: 1 };
      case 'repeat':
        return { do: 'send', delayMs: 0, times: order.times };
      case 'reorder':
        return { do: 'hold', last: isLast };
      case 'drop':
        return { do: 'drop' };
    }
  }
}
