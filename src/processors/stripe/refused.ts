/** Our bug, where Stripe says so in its own words about a call that makes something; every other failure says nothing. */
import type { OrderRefused, Unknown } from '../../giving/processor.ts';
import { notHeard, type StripeError } from './api.ts';

/**
 * A 400 is an order that Stripe looked at and will never take: a wrong member, an amount under its minimum, a currency the
 * account may not use. A key it does not take (401, 403) says nothing about an order that an earlier call may have carried
 * out.
 */
export function refusedOr(failed: StripeError | Unknown): OrderRefused | Unknown {
  if (failed.kind === 'unknown') return failed;
  const { status, type } = failed;
  const isOurs = (status === 400 || status === 404) && type === 'invalid_request_error';
  if (!isOurs || failed.code === 'rate_limit') return notHeard(failed);
  return { kind: 'refused', code: failed.code ?? failed.type ?? 'invalid_request_error' };
}
