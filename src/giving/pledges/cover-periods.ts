/**
 * Writing down which months a gift paid for. Called with the money, in its transaction, with the gift and then its pledge
 * locked; see the essay of `collection.ts` for why not earlier. Called again for the same gift it changes nothing.
 */
import type { Instant, PlainDate } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { giftBodyHash } from '../fingerprint.ts';
import { insertGift } from '../gift-store.ts';
import { dueDay, renewalGiftId } from '../renewals/renewal.ts';
import type { Gift, Pledge } from '../rows.ts';
import { amountOfPeriod } from './collection.ts';
import { readAnchorOf } from './pledge-change-store.ts';

export interface Covering {
  /** Its money is there. */
  readonly gift: Gift;
  readonly pledge: Pledge;
  readonly now: Instant;
}

export interface Covered {
  /** As it is now: numbers that are taken are counted. */
  readonly pledge: Pledge;
  /** Whether the pledge's open gift was for a month that is paid for now, so that the next one must be made. */
  readonly closedOpenGift: boolean;
}

export async function coverPeriods(tx: Tx, covering: Covering): Promise<Covered> {
  const { gift } = covering;
  let { pledge } = covering;
  assert(gift.state === 'settled' || gift.state === 'integrity_hold', 'only money covers months');
  assert(gift.pledgeId === pledge.id && gift.periodN !== null, 'a gift covers its own pledge');
  let closedOpenGift = false;
  let doubtful = false;
  for (let n = gift.periodN + 1; n < gift.periodN + gift.coversPeriods; n += 1) {
    if (n >= pledge.nextN) {
      assert(n === pledge.nextN, 'periods have no gap');
      await insertCovered(tx, { ...covering, pledge, n });
      pledge = { ...pledge, nextN: n + 1 };
      continue;
    }
    const answer = await coverExisting(tx, { ...covering, pledge, n });
    closedOpenGift ||= answer === 'closed';
    doubtful ||= answer === 'paid-twice';
  }
  await tx
    .updateTable('pledge')
    .set({ next_n: pledge.nextN })
    .where('id', '=', pledge.id)
    .where('next_n', '<>', pledge.nextN)
    .execute();
  if (doubtful) await tellOfDoublePayment(tx, covering);
  return { pledge, closedOpenGift };
}

async function insertCovered(tx: Tx, of: Covering & { readonly n: number }): Promise<void> {
  const { gift, pledge, n, now } = of;
  const monthly = amountOfPeriod(gift.money, gift.coversPeriods);
  const written = await insertGift(tx, {
    id: renewalGiftId(pledge.id, n),
    supporter_id: pledge.supporterId,
    pledge_id: pledge.id,
    period_n: n,
    due_date: await dayOfCovered(tx, of),
    unit: 'month',
    amount_minor: monthly.minor,
    currency: monthly.currency,
    body_hash: giftBodyHash({ money: monthly, interval: 'month' }),
    covered_by: gift.id,
    state: 'skipped',
    next_at: null,
    appeal_id: null,
    variant_id: null,
    created_at: now,
  });
  assert(written, 'a number that was not drawn is free');
}

/** Its own day by the terms that made the gift; those of the pledge may be others from a later period on. */
async function dayOfCovered(
  tx: Tx,
  { gift, pledge, n }: Covering & { n: number },
): Promise<PlainDate> {
  assert(gift.dueDate !== null && gift.periodN !== null, 'a gift of a pledge has its day');
  const isOfToday = pledge.unit === 'month' && gift.periodN >= pledge.termsFromN;
  const terms = isOfToday ? pledge : await readAnchorOf(tx, pledge.id, gift.periodN);
  assert(
    dueDay({ ...terms, unit: 'month' }, gift.periodN).equals(gift.dueDate),
    'a gift is due on the day that its own terms give it',
  );
  return dueDay({ ...terms, unit: 'month' }, n);
}

/** The month has a gift of its own by now, because the money came late. */
async function coverExisting(
  tx: Tx,
  of: Covering & { readonly n: number },
): Promise<'covered' | 'closed' | 'paid-twice'> {
  const { gift, pledge, n } = of;
  const month = await tx
    .selectFrom('gift')
    .select(['id', 'state', 'covered_by', 'covers_periods'])
    .where('pledge_id', '=', pledge.id)
    .where('period_n', '=', n)
    .forUpdate()
    .executeTakeFirst();
  assert(month !== undefined, 'periods have no gap');
  if (month.covered_by === gift.id) return 'covered';
  const tried = await tx
    .selectFrom('attempt')
    .select('id')
    .where('gift_id', '=', month.id)
    .executeTakeFirst();
  const isFree = month.state === 'due' || (month.state === 'skipped' && month.covered_by === null);
  // A gift that was ever sent may still prove to be paid, and a covered month could not take that money.
  if (!isFree || tried !== undefined) return 'paid-twice';
  await tx
    .updateTable('gift')
    .set({ state: 'skipped', next_at: null, ...asOneMonth(month, gift) })
    .where('id', '=', month.id)
    .execute();
  return month.state === 'due' ? 'closed' : 'covered';
}

/** A gift that was to pay for several months becomes one covered month; what was skipped keeps its terms. */
function asOneMonth(
  month: { readonly state: Gift['state']; readonly covers_periods: number },
  gift: Gift,
) {
  if (month.state !== 'due') {
    return month.covers_periods === 1 ? { covered_by: gift.id } : {};
  }
  const monthly = amountOfPeriod(gift.money, gift.coversPeriods);
  return {
    covered_by: gift.id,
    covers_periods: 1,
    unit: 'month' as const,
    amount_minor: monthly.minor,
    body_hash: giftBodyHash({ money: monthly, interval: 'month' }),
  };
}

async function tellOfDoublePayment(tx: Tx, { gift, now }: Covering): Promise<void> {
  await raiseAlarm(tx, {
    kind: 'hold',
    ref: `months:${gift.id}`,
    giftId: gift.id,
    detail: 'a month it pays for has a payment of its own',
    now,
  });
}
