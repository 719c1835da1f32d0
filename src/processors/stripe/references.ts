/**
 * Our ids in the `metadata` of what is made at Stripe, from day one, so that everything can be found again without its own
 * id: random ids, no name, no address. `way` says how a payment is made, because the same state means another thing on an
 * open page than on a charge whose payer is not there.
 */
import { isUuid } from '../../calendar/index.ts';
import type { OurReferences } from '../../giving/processor.ts';

/** `hosted`: on Stripe's page. `own`: on ours. `mandate`: the supporter absent. */
export type PaymentWay = 'hosted' | 'own' | 'mandate';

export function metadataOf(way: PaymentWay, references: OurReferences): Record<string, string> {
  const { attemptId, giftId, supporterId, pledgeId } = references;
  return {
    way,
    attempt_id: attemptId,
    gift_id: giftId,
    supporter_id: supporterId,
    ...(pledgeId === null ? {} : { pledge_id: pledgeId }),
  };
}

export interface ReadReferences {
  readonly way: PaymentWay;
  readonly references: OurReferences;
}

/** The way back; `null` for what is not ours. */
export function readReferences(
  metadata: Readonly<Record<string, string>> | null | undefined,
): ReadReferences | null {
  if (metadata == null) return null;
  const { way, attempt_id, gift_id, supporter_id, pledge_id } = metadata;
  if (way !== 'hosted' && way !== 'own' && way !== 'mandate') return null;
  const attemptId = readId(attempt_id);
  const giftId = readId(gift_id);
  const supporterId = readId(supporter_id);
  const pledgeId = pledge_id === undefined ? null : readId(pledge_id);
  if (attemptId === null || giftId === null || supporterId === null) return null;
  if (pledge_id !== undefined && pledgeId === null) return null;
  return { way, references: { attemptId, giftId, supporterId, pledgeId } };
}

function readId(text: string | undefined): string | null {
  return text !== undefined && isUuid(text) ? text : null;
}
