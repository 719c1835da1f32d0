/**
 * Our ids in PayPal's `custom_id`, the one place of an order that comes back in captures, messages and reports alike.
 *
 * It holds at most 127 characters and four UUIDs in their usual writing do not fit, so each is written as its sixteen bytes
 * in base64url: `h1.<attempt>.<gift>.<supporter>.<pledge>`, 91 to 95 characters, all of them signs that PayPal's reports
 * take. `h` is a payment on PayPal's page, which moves money when we say so; `m` a charge on a mandate, which moves it by
 * itself. The order's `invoice_id` is the attempt's id in plain writing, for people who search PayPal's pages, and because
 * PayPal's own setting against paying an invoice twice then guards the attempt.
 */
import { isUuid } from '../../calendar/index.ts';
import type { OurReferences } from '../../giving/processor.ts';
import { assert } from '../../problems/index.ts';

export type PaymentWay = 'hosted' | 'mandate';

const PREFIX: Readonly<Record<PaymentWay, string>> = { hosted: 'h1', mandate: 'm1' };
const NONE = '-';

export const CUSTOM_ID_LENGTH_MAX = 127;

/** @throws AssertionFailure for an id that is no UUID: ours all are */
export function packReferences(way: PaymentWay, references: OurReferences): string {
  const { attemptId, giftId, supporterId, pledgeId } = references;
  const packed = [
    PREFIX[way],
    packUuid(attemptId),
    packUuid(giftId),
    packUuid(supporterId),
    pledgeId === null ? NONE : packUuid(pledgeId),
  ].join('.');
  assert(packed.length <= CUSTOM_ID_LENGTH_MAX, 'four ids fit');
  return packed;
}

export interface UnpackedReferences {
  readonly way: PaymentWay;
  readonly references: OurReferences;
}

/** The way back; `null` for what is not ours. */
export function unpackReferences(text: string | null | undefined): UnpackedReferences | null {
  if (text == null || text.length > CUSTOM_ID_LENGTH_MAX) return null;
  const [prefix, ...parts] = text.split('.');
  const way = prefix === PREFIX.hosted ? 'hosted' : prefix === PREFIX.mandate ? 'mandate' : null;
  const [attempt, gift, supporter, pledge, ...more] = parts;
  if (way === null || more.length > 0 || pledge === undefined) return null;
  const attemptId = unpackUuid(attempt);
  const giftId = unpackUuid(gift);
  const supporterId = unpackUuid(supporter);
  const pledgeId = pledge === NONE ? null : unpackUuid(pledge);
  if (attemptId === null || giftId === null || supporterId === null) return null;
  if (pledgeId === null && pledge !== NONE) return null;
  return { way, references: { attemptId, giftId, supporterId, pledgeId } };
}

function packUuid(id: string): string {
  assert(isUuid(id), 'ids in a custom_id are UUIDs');
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function unpackUuid(text: string | undefined): string | null {
  if (text === undefined || !/^[A-Za-z0-9_-]{22}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 16 || bytes.toString('base64url') !== text) return null;
  const hex = bytes.toString('hex');
  const id = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
  return isUuid(id) ? id : null;
}
