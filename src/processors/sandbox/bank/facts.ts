/**
 * The facts the bank writes into its journal: everything that changed, and nothing derived.
 *
 * One entry is one line of the journal and one decision: its facts hold together or not at all. That includes the fact
 * that an idempotency key was used, with the answer given; so a key can never be remembered without its effect, nor an
 * effect without its key. In JSON, amounts are decimal text of minor units and instants are ISO 8601 text.
 */
import { z } from 'zod';
import { Instant } from '../../../calendar/index.ts';
import { parseCurrency } from '../../../money/index.ts';
import { DECLINE_CODES, DISPUTE_ENDS, EVENT_OUTCOMES, EVENT_TYPES } from './records.ts';

const minorUnits = z
  .string()
  .regex(/^-?\d{1,15}$/)
  .transform((text) => BigInt(text));
const instant = z.string().transform((text, context) => {
  try {
    return Instant.from(text);
  } catch {
    context.addIssue('not an instant');
    return z.NEVER;
  }
});
const currency = z.string().transform((text, context) => {
  const known = parseCurrency(text);
  if (known !== null) return known;
  context.addIssue('not a currency we have');
  return z.NEVER;
});
const id = z.string().min(1).max(200);

const references = z.strictObject({
  attemptId: id,
  giftId: id,
  supporterId: id,
  pledgeId: id.nullable(),
});

const paymentOrder = z.strictObject({
  id,
  kind: z.enum(['hosted', 'mandate']),
  references,
  amountMinor: minorUnits,
  currency,
  keepMandate: z.enum(['month', 'year']).nullable(),
  everyMonths: z.literal([2, 3, 6, 12]).optional(),
  statementText: z.string(),
  language: z.string(),
  refusedCountries: z.array(z.string()).readonly(),
  returnUrl: z.string().nullable(),
  cancelUrl: z.string().nullable(),
  methodId: id.nullable(),
  expiresAt: instant,
});

const method = z.strictObject({
  id,
  customerId: id,
  supporterId: id,
  cardNumber: z.string(),
  fingerprint: z.string(),
  interval: z.enum(['month', 'year']),
});

const factSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('payment_opened'), order: paymentOrder }),
  z.strictObject({
    type: z.literal('issuer_saw'),
    cardNumber: z.string(),
    what: z.enum(['authorisation', 'challenge', 'zero_amount']),
    amountMinor: minorUnits,
    currency,
    statementText: z.string(),
    outcome: z.string(),
  }),
  z.strictObject({
    type: z.literal('confirmation_asked'),
    paymentId: id,
    cardNumber: z.string(),
  }),
  z.strictObject({
    type: z.literal('card_not_taken'),
    paymentId: id,
    code: z.enum(DECLINE_CODES),
    /** Whether the payment is over with it (mandate) or waits for another card (hosted). */
    final: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('payment_paid'),
    paymentId: id,
    chargeId: id,
    cardNumber: z.string(),
    country: z.string().nullable(),
    balanceId: id,
    feeMinor: minorUnits,
    keptMethod: method.nullable(),
  }),
  z.strictObject({ type: z.literal('payment_closed'), paymentId: id }),
  z.strictObject({ type: z.literal('payment_expired'), paymentId: id }),
  z.strictObject({
    type: z.literal('refund_made'),
    refundId: id,
    /** What the merchant calls it; `null` for one made on the bank's own pages. Journals of before do not say. */
    reference: id.nullable().optional(),
    chargeId: id,
    amountMinor: minorUnits,
    balanceId: id,
  }),
  /** What a charge left after its fee can be paid out from now on. */
  z.strictObject({ type: z.literal('funds_released'), chargeId: id, balanceId: id }),
  z.strictObject({
    type: z.literal('dispute_opened'),
    disputeId: id,
    chargeId: id,
    amountMinor: minorUnits,
    answerBy: instant,
    balanceId: id,
    feeMinor: minorUnits,
    feeBalanceId: id,
  }),
  z.strictObject({
    type: z.literal('dispute_decided'),
    disputeId: id,
    as: z.enum(DISPUTE_ENDS),
    balanceId: id,
  }),
  z.strictObject({
    type: z.literal('payout_made'),
    payoutId: id,
    currency,
    amountMinor: minorUnits,
    lineIds: z.array(id).min(1).readonly(),
    balanceId: id,
  }),
  z.strictObject({
    type: z.literal('event_written'),
    eventId: id,
    eventType: z.enum(EVENT_TYPES),
    paymentId: id.nullable(),
  }),
  z.strictObject({
    type: z.literal('event_ended'),
    eventId: id,
    outcome: z.enum(EVENT_OUTCOMES),
    tries: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('key_used'),
    key: id,
    path: z.string(),
    bodyHash: z.string(),
    status: z.int(),
    answer: z.string(),
  }),
]);

export type Fact = z.infer<typeof factSchema>;

const entrySchema = z.strictObject({ at: instant, facts: z.array(factSchema).min(1) });

/** The facts of one decision and when it was made. */
export type JournalEntry = z.infer<typeof entrySchema>;

/** One line of JSON, without the line end. */
export function writeEntry(entry: JournalEntry): string {
  return JSON.stringify(entry, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** The entry on a line, or `undefined` when the line is not one (cut off by a crash, or not ours). */
export function readEntry(line: string): JournalEntry | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const entry = entrySchema.safeParse(parsed);
  return entry.success ? entry.data : undefined;
}
