/**
 * Delivers the bank's events to the merchant: signed, one by one, again and again with growing pauses until the merchant
 * answers 2xx or the tries are used up. Delivery is at least once: a bank killed between sending and noting it down
 * sends the same event, with the same id, again after its start.
 *
 * An event holds ids only. Signatures are made at each try, so a late try is not too old by its own fault.
 */

import { signWebhook } from '../webhook.ts';
import { SIGNATURE_HEADER, type WebhookBody } from '../wire.ts';
import type { Bank } from './bank.ts';
import type { BankEvent, EventOutcome } from './records.ts';
import type { Timers } from './timers.ts';
import type { WebhookPlan } from './webhook-plan.ts';

/** Pauses after each failed try: nine tries in a little over three days. */
const PAUSES_MS = [
  1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 172_800_000,
];
const ANSWER_TIMEOUT_MS = 10_000;
const AT_ONCE = 8;
/** Events held back for another order are sent after this time even if too few came. */
const HOLD_MS = 20_000;

export interface WebhookSenderOptions {
  readonly bank: Bank;
  readonly plan: WebhookPlan;
  readonly url: string | null;
  readonly secret: string;
  readonly timers: Timers;
  readonly fetch: typeof globalThis.fetch;
}

export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #delays = new Map<string, number>();
  #held: BankEvent[] = [];
  #sending = 0;
  readonly #queue: (() => void)[] = [];

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Takes up the events a former run of the bank did not finish. */
  resume(): void {
    for (const event of this.#options.bank.books.pendingEvents())
      this.#run(this.#send(event, 0, 1));
  }

  /** Delays all webhooks about one payment, for cards that play a bank whose answers get lost. */
  delayPayment(paymentId: string, delayMs: number): void {
    this.#delays.set(paymentId, delayMs);
  }

  /** Sends a new event as the plan says. Only for events that are durable. */
  handle(event: BankEvent): void {
    if (this.#stop.signal.aborted) return;
    const handling = this.#options.plan.next();
    switch (handling.do) {
      case 'send': {
        const delayMs = Math.max(handling.delayMs, this.#delays.get(event.paymentId ?? '') ?? 0);
        this.#run(this.#send(event, delayMs, handling.times));
        break;
      }
      case 'hold':
        this.#hold(event, handling.last);
        break;
      case 'drop':
        this.#end(event, 'dropped', 0);
        break;
      case 'off':
        this.#end(event, 'switched_off', 0);
        break;
    }
  }

  /** Sends what is held back for another order now, last first. */
  release(): void {
    const held = this.#held.reverse();
    this.#held = [];
    this.#run(
      (async () => {
        for (const event of held) await this.#send(event, 0, 1);
      })(),
    );
  }

  /** Breaks off everything; pending events stay pending in the journal. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const wake of this.#queue.splice(0)) wake();
    await Promise.all(this.#running);
  }

  #hold(event: BankEvent, isLast: boolean): void {
    const isFirst = this.#held.length === 0;
    this.#held.push(event);
    if (isLast) this.release();
    else if (isFirst) this.#run(this.#releaseLater());
  }

  async #releaseLater(): Promise<void> {
    if (await this.#sleep(HOLD_MS)) this.release();
  }

  #run(work: Promise<void>): void {
    const watched: Promise<void> = work
      // Only the journal's refusal ends up here; the bank has stopped answering by then.
      .catch(() => undefined)
      .finally(() => this.#running.delete(watched));
    this.#running.add(watched);
  }

  async #send(event: BankEvent, delayMs: number, times: number): Promise<void> {
    if (delayMs > 0 && !(await this.#sleep(delayMs))) return;
    for (let time = 0; time < times; time += 1) {
      if (!(await this.#deliver(event))) return;
    }
  }

  /** True when the merchant took it; false when given up or stopped. */
  async #deliver(event: BankEvent): Promise<boolean> {
    const url = this.#options.url;
    if (url === null) {
      this.#end(event, 'switched_off', 0);
      return false;
    }
    for (let tries = 1; ; tries += 1) {
      if (await this.#post(url, event)) {
        if (event.outcome === 'pending') this.#end(event, 'delivered', tries);
        return true;
      }
      if (this.#stop.signal.aborted) return false;
      const pauseMs = PAUSES_MS[tries - 1];
      if (pauseMs === undefined) {
        this.#end(event, 'given_up', tries);
        return false;
      }
      if (!(await this.#sleep(pauseMs))) return false;
    }
  }

  async #post(url: string, event: BankEvent): Promise<boolean> {
    await this.#takeTurn();
    try {
      if (this.#stop.signal.aborted) return false;
      const body = new TextEncoder().encode(JSON.stringify(this.#bodyOf(event)));
      const signature = signWebhook({
        body,
        at: this.#options.bank.now(),
        secrets: [this.#options.secret],
      });
      const answer = await this.#options.fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    } finally {
      this.#passTurn();
    }
  }

  #bodyOf(event: BankEvent): WebhookBody {
    const { paymentId } = event;
    const { books } = this.#options.bank;
    return {
      id: event.id,
      type: event.type,
      payment: paymentId,
      attempt: paymentId === null ? null : books.payment(paymentId).references.attemptId,
      created: event.at.toString(),
    };
  }

  async #takeTurn(): Promise<void> {
    if (this.#sending < AT_ONCE) this.#sending += 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  /** Hands the turn to the next in the queue; the count stays, so nobody can slip in between. */
  #passTurn(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#sending -= 1;
    else next();
  }

  #end(event: BankEvent, outcome: EventOutcome, tries: number): void {
    if (this.#stop.signal.aborted) return;
    this.#options.bank.decide(() => ({
      facts: [{ type: 'event_ended', eventId: event.id, outcome, tries }],
      outcome: undefined,
    }));
  }

  /** False when the bank stopped meanwhile. */
  async #sleep(ms: number): Promise<boolean> {
    try {
      await this.#options.timers.sleep(ms, this.#stop.signal);
      return !this.#stop.signal.aborted;
    } catch {
      return false;
    }
  }
}
