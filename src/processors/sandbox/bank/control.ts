/**
 * The switchboard of the sandbox: orders for faults and webhooks, as one JSON body or one form.
 *
 * It has no key, because it moves no money and exists only here; it refuses requests that a page of another site makes.
 */
import { z } from 'zod';
import { type FaultBox, faultOrder } from './faults.ts';
import { type WebhookPlan, webhookOrder } from './webhook-plan.ts';
import type { WebhookSender } from './webhook-sender.ts';

export const controlRequest = z.strictObject({
  /** Forget all waiting orders and switch webhooks on, before anything else in this request. */
  clear: z.boolean().optional(),
  faults: z.array(faultOrder).max(50).optional(),
  webhooks: z.array(webhookOrder).max(50).optional(),
  webhooks_on: z.boolean().optional(),
  /** Send what is held back for another order. */
  release: z.boolean().optional(),
});
export type ControlRequest = z.infer<typeof controlRequest>;

export interface Controls {
  readonly faults: FaultBox;
  readonly plan: WebhookPlan;
  readonly sender: WebhookSender;
}

/** Carries the orders out. False when more orders wait than the bank takes. */
export function control(controls: Controls, request: ControlRequest): boolean {
  if (request.clear === true) {
    controls.faults.clear();
    controls.plan.clear();
    controls.sender.release();
  }
  if (request.webhooks_on !== undefined) controls.plan.switch(request.webhooks_on);
  const isTaken = [
    ...(request.faults ?? []).map((order) => controls.faults.order(order)),
    ...(request.webhooks ?? []).map((order) => controls.plan.order(order)),
  ];
  if (request.release === true) controls.sender.release();
  return !isTaken.includes(false);
}

export function controlState(controls: Controls) {
  return {
    faults: controls.faults.waiting(),
    webhooks: controls.plan.waiting(),
    webhooks_on: controls.plan.isOn,
  };
}
