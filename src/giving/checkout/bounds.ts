/**
 * Bounds against runaway charging, on by default: whatever goes wrong elsewhere, a supporter is not charged more often
 * than this. A gift that breaks the daily bound is parked, not charged, and a person is told; they can let it go on.
 */
import { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { METHOD_TRIES_MAX, METHOD_WINDOW_DAYS } from '../renewals/retry-schedule.ts';
import type { Gift, Mandate } from '../rows.ts';

/** Charges planned for one supporter in 24 hours. Kill Bill's default is the same. */
export const CHARGES_A_DAY_MAX = 15;
/** Attempts of one gift. */
export const ATTEMPTS_OF_GIFT_MAX = 20;
/** What the numbering of attempts allows, whoever lets a gift go on. */
const ATTEMPTS_EVER_MAX = 100;

export type Bound = 'charges-a-day' | 'attempts-of-gift' | 'method-tries';

/** The bound that one more charge would break, or null. */
export async function brokenBound(
  tx: Tx,
  charge: {
    readonly gift: Gift;
    readonly mandate: Mandate;
    readonly attemptsSoFar: number;
    readonly now: Instant;
  },
): Promise<Bound | null> {
  const { gift, mandate, now } = charge;
  assert(mandate.state === 'usable', 'only a usable right is charged');
  if (await hasTooManyAttempts(tx, charge)) return 'attempts-of-gift';
  if (await isMethodTired(tx, mandate, now)) return 'method-tries';
  if (gift.supporterId === null) return null;
  // One at a time per supporter: otherwise charges planned at the same moment would not count each other.
  await tx
    .selectFrom('supporter')
    .select('id')
    .where('id', '=', gift.supporterId)
    .forNoKeyUpdate()
    .execute();
  const dayAgo = now.subtract({ hours: 24 });
  if ((await chargesSince(tx, gift.supporterId, dayAgo)) < CHARGES_A_DAY_MAX) return null;
  // Only now, because alarms are found by their gift in no index.
  const released = await releasedAt(tx, gift.id);
  if (released === null || Instant.compare(released, dayAgo) <= 0) return 'charges-a-day';
  assert(Instant.compare(released, now) <= 0, 'a person let it go on before now');
  const sinceRelease = await chargesSince(tx, gift.supporterId, released);
  return sinceRelease >= CHARGES_A_DAY_MAX ? 'charges-a-day' : null;
}

/** Counted anew from the day a person let the gift go on: otherwise letting it go on would park it again at once. */
async function hasTooManyAttempts(
  tx: Tx,
  charge: { readonly gift: Gift; readonly attemptsSoFar: number },
): Promise<boolean> {
  const { gift, attemptsSoFar } = charge;
  assert(
    Number.isSafeInteger(attemptsSoFar) && attemptsSoFar >= 0,
    'tries are counted from nought',
  );
  if (attemptsSoFar < ATTEMPTS_OF_GIFT_MAX) return false;
  const released = await releasedAt(tx, gift.id);
  if (released === null || attemptsSoFar >= ATTEMPTS_EVER_MAX) return true;
  const { count } = await tx
    .selectFrom('attempt')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('gift_id', '=', gift.id)
    .where('created_at', '>=', released)
    .executeTakeFirstOrThrow();
  return count >= ATTEMPTS_OF_GIFT_MAX;
}

/** How many charges without the supporter were planned for them after an instant. */
async function chargesSince(tx: Tx, supporterId: string, after: Instant): Promise<bigint> {
  const { count } = await tx
    .selectFrom('attempt')
    .innerJoin('gift', 'gift.id', 'attempt.gift_id')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('gift.supporter_id', '=', supporterId)
    .where('attempt.mandate_id', 'is not', null)
    .where('attempt.created_at', '>', after)
    .executeTakeFirstOrThrow();
  assert(count >= 0n, 'charges are counted from nought');
  return count;
}

/** When a person last let this gift go on: charges before that are forgiven. */
async function releasedAt(tx: Tx, giftId: string): Promise<Instant | null> {
  const row = await tx
    .selectFrom('alarm')
    .select('resolved_at')
    .where('kind', '=', 'bound')
    .where('gift_id', '=', giftId)
    .where('resolved_at', 'is not', null)
    .orderBy('resolved_at', 'desc')
    .executeTakeFirst();
  return row?.resolved_at ?? null;
}

/** The card networks count declines per card, so we do too: one card may stand behind two pledges. */
async function isMethodTired(tx: Tx, mandate: Mandate, now: Instant): Promise<boolean> {
  if (mandate.methodFingerprint === null) return false;
  const { count } = await tx
    .selectFrom('attempt')
    .innerJoin('mandate', 'mandate.id', 'attempt.mandate_id')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('mandate.method_fingerprint', '=', mandate.methodFingerprint)
    .where('attempt.state', '=', 'declined')
    .where('attempt.first_sent_at', '>', now.subtract({ hours: 24 * METHOD_WINDOW_DAYS }))
    .executeTakeFirstOrThrow();
  return count >= METHOD_TRIES_MAX;
}
