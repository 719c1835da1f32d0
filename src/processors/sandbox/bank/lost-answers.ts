/**
 * The card whose payments go through while every answer about them gets lost, so that an unknown outcome can be met by
 * hand: the next answers about such a payment break off, and its webhook comes a minute late.
 */
import type { Bank } from './bank.ts';
import type { FaultBox } from './faults.ts';
import type { Payment } from './records.ts';
import { behaviourOf } from './test-cards.ts';

const ANSWERS_LOST = 3;
const WEBHOOK_DELAY_MS = 60_000;

export class LostAnswers {
  readonly #bank: Bank;
  readonly #faults: FaultBox;
  readonly #delayWebhooks: (paymentId: string, delayMs: number) => void;

  constructor(options: {
    readonly bank: Bank;
    readonly faults: FaultBox;
    readonly delayWebhooks: (paymentId: string, delayMs: number) => void;
  }) {
    this.#bank = options.bank;
    this.#faults = options.faults;
    this.#delayWebhooks = options.delayWebhooks;
  }

  /** To be called right after a payment was paid. True when its answers get lost from now on. */
  startFor(payment: Payment): boolean {
    const charge = this.#bank.books.charges.get(payment.chargeId ?? '');
    if (charge === undefined || behaviourOf(charge.cardNumber) !== 'answer_lost') return false;
    for (const on of ['get_payment', 'find_payment'] as const) {
      this.#faults.order({
        fault: 'reset_before_effect',
        on,
        payment: payment.id,
        count: ANSWERS_LOST,
        delay_ms: 0,
      });
    }
    this.#delayWebhooks(payment.id, WEBHOOK_DELAY_MS);
    return true;
  }
}
