/**
 * How long Stripe answers the same `Idempotency-Key` from memory: keys of its first API are kept at least 24 hours
 * ("Idempotent requests" of its reference). Only that API is used here; its second one, which we do not call, keeps them
 * for 30 days.
 */
const IDEMPOTENCY_HOURS = 24;
/** A key is not sent again in the last minutes: the call may take a while to get there. */
const MARGIN_MINUTES = 10;
const MINUTE_MS = 60_000;

export const IDEMPOTENCY_WINDOW_MS = (IDEMPOTENCY_HOURS * 60 - MARGIN_MINUTES) * MINUTE_MS;
