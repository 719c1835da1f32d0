/**
 * One call to PayPal with a valid token. A token that PayPal no longer knows is renewed once per call; a second refusal is
 * an answer like any other. Nothing else is ever sent twice from here: the caller made the key and decides about repeats.
 */
import { z } from 'zod';
import type { Clock } from '../../calendar/index.ts';
import type { Unknown } from '../../giving/processor.ts';
import {
  type CallJsonOptions,
  callJson,
  type Heard,
  type JsonCall,
  unknownByStatus,
} from '../common/index.ts';
import type { TokenKeeper } from './access-token.ts';

export interface PayPalApi {
  readonly clock: Clock;
  /** Where supporters approve; a page elsewhere is not PayPal's. */
  readonly pageOrigin: string;
  readonly tokens: TokenKeeper;
  call(call: PayPalCall): Promise<Heard | Unknown>;
}

export interface PayPalCall extends Pick<JsonCall, 'method' | 'path' | 'body'> {
  /** `PayPal-Request-Id`: PayPal answers the same id from memory. Left out where the operation moves and makes nothing. */
  readonly requestId?: string;
}

export function createApi(options: {
  readonly clock: Clock;
  readonly pageOrigin: string;
  readonly tokens: TokenKeeper;
  readonly http: Omit<CallJsonOptions, 'headers'>;
}): PayPalApi {
  const { clock, pageOrigin, tokens, http } = options;
  const attempt = async (call: PayPalCall, bearer: string): Promise<Heard | Unknown> => {
    const { requestId, ...request } = call;
    return await callJson(
      { ...http, headers: { authorization: `Bearer ${bearer}` } },
      {
        ...request,
        headers: {
          // The whole object in the answer, so that what became of the money need not be asked for again.
          ...(request.method === 'GET' ? {} : { prefer: 'return=representation' }),
          ...(requestId === undefined ? {} : { 'paypal-request-id': requestId }),
        },
      },
    );
  };
  const call = async (order: PayPalCall): Promise<Heard | Unknown> => {
    const first = await tokens.token();
    if (first.kind === 'refused') return { kind: 'unknown', reason: 'unexpected' };
    if (first.kind === 'unknown') return first;
    const heard = await attempt(order, first.bearer);
    if (heard.kind === 'unknown' || heard.status !== 401) return heard;
    // Refused before anything was looked at: the same call may be sent again.
    tokens.forget(first.bearer);
    const second = await tokens.token();
    if (second.kind === 'refused') return { kind: 'unknown', reason: 'unexpected' };
    return second.kind === 'unknown' ? second : await attempt(order, second.bearer);
  };
  return { clock, pageOrigin, tokens, call };
}

const errorAnswer = z.object({
  name: z.string().max(100),
  details: z
    .array(z.object({ issue: z.string().max(200).optional() }))
    .max(100)
    .optional(),
});

/** What PayPal says is wrong, in its own codes. Its sentences, and what it repeats of our request, are left behind. */
export interface PayPalError {
  readonly status: number;
  /** Such as `UNPROCESSABLE_ENTITY`. */
  readonly name: string;
  /** Such as `INSTRUMENT_DECLINED`; the first is what PayPal's own pages go by. `null` where there is none. */
  readonly issue: string | null;
}

/** The error in an answer, `null` when it is not in PayPal's own words: a bare status may come from anywhere. */
export function errorOf(heard: Heard): PayPalError | null {
  if (heard.status < 400) return null;
  const read = errorAnswer.safeParse(heard.json);
  if (!read.success || !isCode(read.data.name)) return null;
  const issue = read.data.details
    ?.map((detail) => detail.issue)
    .find((found) => found !== undefined);
  const { name } = read.data;
  return { status: heard.status, name, issue: issue !== undefined && isCode(issue) ? issue : null };
}

/** Only codes are kept; PayPal writes sentences into the same member in places. */
function isCode(text: string): boolean {
  return /^[A-Z][A-Z0-9_]{1,79}$/.test(text);
}

/** PayPal's own word that there is no such object. */
export function isNotThere(heard: Heard): boolean {
  return heard.status === 404 && errorOf(heard) !== null;
}

/** For calls where anything but the expected status says nothing about money. */
export function notHeard(heard: Heard): Unknown {
  return unknownByStatus(heard.status);
}

export const UNREADABLE: Unknown = { kind: 'unknown', reason: 'unreadable' };
export const UNEXPECTED: Unknown = { kind: 'unknown', reason: 'unexpected' };
/** Ask again later: PayPal is at it, or its reports do not reach that far yet. */
export const NOT_YET: Unknown = { kind: 'unknown', reason: 'busy' };
