/**
 * How long PayPal answers the same `PayPal-Request-Id` from memory. Source: the published descriptions of orders v2 (6
 * hours), payments v2 (45 days) and vault v3 (3 hours). Everything we charge goes through orders; refunds go through
 * payments.
 */
export const IDEMPOTENCY_HOURS = 6;

/** A key is not sent again in the last minutes: the call may take a while to get there. */
const MARGIN_MINUTES = 10;
const MINUTE_MS = 60_000;

export const IDEMPOTENCY_WINDOW_MS = (IDEMPOTENCY_HOURS * 60 - MARGIN_MINUTES) * MINUTE_MS;
