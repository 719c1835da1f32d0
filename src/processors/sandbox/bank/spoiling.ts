/**
 * Carries out an ordered fault on one API answer: the part of `faults.ts` that touches the connection.
 *
 * A fault without effect is carried out instead of the call, one with effect after it; so a merchant cannot tell them
 * apart, as with a real bank.
 */
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { unreachable } from '../../../problems/index.ts';
import { json, problem } from './api-once.ts';
import { type FaultOrder, hasEffect } from './faults.ts';
import type { Timers } from './timers.ts';

export interface Spoiling {
  readonly order: FaultOrder;
  readonly connection: HttpBindings;
  readonly timers: Timers;
  readonly stopped: AbortSignal;
  /** Does what was asked and makes the true answer. */
  readonly call: () => Promise<Response>;
}

export async function spoil(spoiling: Spoiling): Promise<Response> {
  const answer = hasEffect(spoiling.order.fault) ? await spoiling.call() : undefined;
  const { fault } = spoiling.order;
  switch (fault) {
    case 'error_before_effect':
    case 'error_after_effect':
      return problem(500, 'internal');
    case 'too_many':
      return problem(429, 'too_many_requests');
    case 'busy':
      return problem(409, 'key_in_use');
    case 'hang_before_effect':
    case 'hang_after_effect':
      return hang(spoiling);
    case 'reset_before_effect':
    case 'reset_after_effect':
      return reset(spoiling.connection);
    case 'maintenance':
      return new Response('<!doctype html><title>Maintenance</title><p>Back in a few minutes.', {
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    case 'truncated':
      return truncate(answer ?? json(200, {}));
    case 'slow':
      await spoiling.timers.sleep(spoiling.order.delay_ms, spoiling.stopped).catch(() => undefined);
      return answer ?? json(200, {});
    default:
      return unreachable(fault, 'a fault');
  }
}

/** Breaks the connection so that the other side sees a reset, not an orderly end. */
export function reset({ incoming }: HttpBindings): Response {
  if ('resetAndDestroy' in incoming.socket) incoming.socket.resetAndDestroy();
  else incoming.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Holds the connection open until the other side gives up or the bank stops. */
async function hang({ connection, stopped }: Spoiling): Promise<Response> {
  await new Promise<void>((resolve) => {
    connection.incoming.socket.once('close', resolve);
    stopped.addEventListener('abort', () => resolve(), { once: true });
    if (stopped.aborted) resolve();
  });
  return reset(connection);
}

/** The first half of the answer, correctly framed, so that it arrives whole and cannot be read. */
async function truncate(answer: Response): Promise<Response> {
  const text = await answer.text();
  return new Response(text.slice(0, text.length / 2), {
    status: answer.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}
