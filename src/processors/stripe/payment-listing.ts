/**
 * Payments since a cursor: Stripe's charges, oldest first, with all that their evidence needs, so that a hundred payments are
 * one call. A charge of a card is over the moment it is made, so what is listed once does not change; declines are listed
 * with the rest. Pages that nobody paid on make no charge; the core asks about those by itself.
 */
import type { PaymentListing, Unknown } from '../../giving/processor.ts';
import { type StripeApi, UNEXPECTED, UNREADABLE } from './api.ts';
import { evidenceOfCharge, evidenceOfPayment, readMandate } from './map.ts';
import { readReferences } from './references.ts';
import { BEGINNING, walk, walkCursor } from './walk.ts';
import { type ListedChargeAnswer, listedChargeAnswer, pageOf } from './wire.ts';

type Listed = PaymentListing['payments'][number];

export async function listSince(
  api: StripeApi,
  cursor: string | null,
): Promise<PaymentListing | Unknown> {
  const from = cursor === null ? BEGINNING : readCursor(cursor);
  if (from === null) return UNEXPECTED;
  const read = await walk(
    api,
    (params) =>
      api.call({
        endpoint: 'GET /v1/charges',
        send: (stripe) =>
          stripe.charges.list({
            ...params,
            expand: ['data.balance_transaction', 'data.payment_intent'],
          }),
        answer: pageOf(listedChargeAnswer),
      }),
    from,
  );
  if (read.kind === 'unknown') return read;
  const payments: Listed[] = [];
  for (const charge of read.items) {
    const listed = listedOf(charge);
    // One unreadable payment must not be skipped silently: the cursor would pass it for ever.
    if (listed === null) return UNREADABLE;
    if (listed !== 'nothing') payments.push(listed);
  }
  return { payments, cursor: JSON.stringify(read.cursor), more: read.more };
}

function readCursor(text: string) {
  try {
    const read = walkCursor.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

function listedOf(charge: ListedChargeAnswer): Listed | 'nothing' | null {
  const { payment_intent: payment, ...rest } = charge;
  const intent = payment == null || typeof payment === 'string' ? null : payment;
  const told = readReferences(intent?.metadata ?? charge.metadata)?.references;
  const about = {
    objectRef: intent?.id ?? (typeof payment === 'string' ? payment : charge.id),
    attemptId: told?.attemptId ?? null,
    ...(told === undefined ? {} : { references: told }),
  };
  const isLatest = intent !== null && idOf(intent.latest_charge) === charge.id;
  // Only held on the card, by somebody else's order: no money moved yet.
  const isTaken = charge.captured !== false || (isLatest && intent.status === 'succeeded');
  if (charge.status === 'succeeded' && isTaken) {
    const evidence = evidenceOfCharge(rest);
    if (evidence === null) return null;
    const mandate = intent === null ? null : readMandate(intent, rest);
    return { ...about, evidence: { ...evidence, mandate } };
  }
  // What a try that was declined means, its payment says, unless a later try is what it tells of.
  if (!isLatest || intent.status === 'succeeded') return 'nothing';
  const evidence = evidenceOfPayment(intent);
  return 'kind' in evidence ? 'nothing' : { ...about, evidence };
}

function idOf(charge: string | { readonly id: string } | null | undefined): string | null {
  if (charge == null) return null;
  return typeof charge === 'string' ? charge : charge.id;
}
