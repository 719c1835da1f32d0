/**
 * The faults a tester can order for the bank's next API answers, so that every way an answer can go missing can be met
 * by hand and in tests.
 *
 * Orders live in memory: a bank that was started again is healthy. What matters for money is whether the request took
 * effect before its answer was spoilt; where both can happen, there are two faults.
 */
import { z } from 'zod';
import { unreachable } from '../../../problems/index.ts';

export const FAULTS = [
  /** 500, the request had no effect. */
  'error_before_effect',
  /** 500, though the request took effect. */
  'error_after_effect',
  /** 429, no effect. */
  'too_many',
  /** 409: the same key is in use just now; no effect. */
  'busy',
  /** No answer ever; no effect. */
  'hang_before_effect',
  /** No answer ever, though the request took effect. */
  'hang_after_effect',
  /** The connection breaks before anything was done. */
  'reset_before_effect',
  /** The connection breaks after the request took effect. */
  'reset_after_effect',
  /** 200 with a page that says "maintenance"; no effect. */
  'maintenance',
  /** 200 with half of the answer, after the request took effect. */
  'truncated',
  /** The right answer, late by `delay_ms`. */
  'slow',
] as const;
export type Fault = (typeof FAULTS)[number];

/** The API calls a fault can be ordered for. */
export const API_CALLS = [
  'open_payment',
  'charge_mandate',
  'get_payment',
  'find_payment',
  'close_payment',
  'refund',
  'list_changes',
  'list_money',
  'books_of_day',
  'other',
] as const;
export type ApiCall = (typeof API_CALLS)[number];

export const faultOrder = z.strictObject({
  fault: z.enum(FAULTS),
  /** Only answers of this call; any call when left out. */
  on: z.enum(API_CALLS).optional(),
  /** Only answers about this payment. */
  payment: z.string().max(200).optional(),
  /** How many answers. */
  count: z.int().min(1).max(1000).default(1),
  /** For `slow`. */
  delay_ms: z.int().min(0).max(120_000).default(2000),
});
export type FaultOrder = z.infer<typeof faultOrder>;

const ORDERS_LIMIT = 100;

export function hasEffect(fault: Fault): boolean {
  switch (fault) {
    case 'error_after_effect':
    case 'hang_after_effect':
    case 'reset_after_effect':
    case 'truncated':
    case 'slow':
      return true;
    case 'error_before_effect':
    case 'too_many':
    case 'busy':
    case 'hang_before_effect':
    case 'reset_before_effect':
    case 'maintenance':
      return false;
    default:
      return unreachable(fault, 'a fault');
  }
}

/** The orders that still wait, oldest first. */
export class FaultBox {
  #orders: FaultOrder[] = [];

  /** False when too many orders wait already. */
  order(fault: FaultOrder): boolean {
    if (this.#orders.length >= ORDERS_LIMIT) return false;
    this.#orders.push(fault);
    return true;
  }

  /** Takes the fault that this answer has to suffer, if any; an order is used up when its count is. */
  take(call: ApiCall, paymentId: string | null): FaultOrder | undefined {
    const index = this.#orders.findIndex(
      (order) =>
        (order.on === undefined || order.on === call) &&
        (order.payment === undefined || order.payment === paymentId),
    );
    const found = this.#orders[index];
    if (found === undefined) return undefined;
    if (found.count > 1) this.#orders[index] = { ...found, count: found.count - 1 };
    else this.#orders.splice(index, 1);
    return found;
  }

  waiting(): readonly FaultOrder[] {
    return this.#orders;
  }

  clear(): void {
    this.#orders = [];
  }
}
