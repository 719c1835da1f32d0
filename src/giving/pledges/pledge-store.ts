/** SQL about pledges and mandates. See `gift-store.ts` for the order of locks. */
import { dayIn, type Instant, PlainDate } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { giftBodyHash } from '../fingerprint.ts';
import { insertGift, type NewGift } from '../gift-store.ts';
import { isPledgeOver, type PledgeInput, type PledgeState, stepPledge } from '../pledge.ts';
import type { MandateReference } from '../processor.ts';
import {
  dueDay,
  type PledgeDates,
  renewalDue,
  renewalGiftId,
  spanBegins,
  usableZone,
} from '../renewals/renewal.ts';
import { type Mandate, mandateOf, type Pledge, pledgeOf } from '../rows.ts';
import { chargedAtOnce } from './collection.ts';

export async function readPledge(db: Db | Tx, pledgeId: string): Promise<Pledge | undefined> {
  const row = await db
    .selectFrom('pledge')
    .selectAll()
    .where('id', '=', pledgeId)
    .executeTakeFirst();
  return row === undefined ? undefined : pledgeOf(row);
}

export async function lockPledge(tx: Tx, pledgeId: string): Promise<Pledge> {
  const row = await tx
    .selectFrom('pledge')
    .selectAll()
    .where('id', '=', pledgeId)
    .forUpdate()
    .executeTakeFirst();
  assert(row !== undefined, 'the pledge of a gift exists');
  return pledgeOf(row);
}

/** Moves a locked pledge by one input. @returns the pledge as it is now */
export async function movePledge(
  tx: Tx,
  pledge: Pledge,
  input: PledgeInput,
  now: Instant,
): Promise<Pledge> {
  const state: PledgeState = stepPledge(pledge.state, input);
  if (state === pledge.state) return pledge;
  assert(!isPledgeOver(pledge.state), 'a pledge that is over stays so');
  assert(state !== 'paused', 'a pause has a day on which it ends');
  const over = isPledgeOver(state);
  assert((state === 'lapsed' || state === 'cancelled') === over, 'two states are final');
  await tx
    .updateTable('pledge')
    .set({ state, paused_until: null, resume_at: null, ended_at: over ? now : null })
    .where('id', '=', pledge.id)
    .execute();
  return { ...pledge, state, pausedUntil: null, endedAt: over ? now : null };
}

export async function readMandate(db: Db | Tx, mandateId: string): Promise<Mandate | undefined> {
  const row = await db
    .selectFrom('mandate')
    .selectAll()
    .where('id', '=', mandateId)
    .executeTakeFirst();
  return row === undefined ? undefined : mandateOf(row);
}

/** Keeps a new right to charge for a pledge; the one it had is dead unless another pledge uses it too. */
export async function replaceMandate(
  tx: Tx,
  pledge: Pledge,
  kept: {
    readonly id: string;
    readonly accountId: string;
    readonly reference: MandateReference & { readonly methodFingerprint: string | null };
    readonly now: Instant;
  },
): Promise<void> {
  assert(pledge.supporterId !== null, 'a right to charge belongs to a supporter');
  assert(!isPledgeOver(pledge.state), 'no right to charge is kept for a pledge that is over');
  assert(
    kept.reference.customerRef !== '' && kept.reference.methodRef !== '',
    'a right to charge has its references',
  );
  await tx
    .insertInto('mandate')
    .values({
      id: kept.id,
      supporter_id: pledge.supporterId,
      processor_account_id: kept.accountId,
      customer_ref: kept.reference.customerRef,
      method_ref: kept.reference.methodRef,
      method_fingerprint: kept.reference.methodFingerprint,
      state: 'usable',
      created_at: kept.now,
    })
    .execute();
  await tx.updateTable('pledge').set({ mandate_id: kept.id }).where('id', '=', pledge.id).execute();
  if (pledge.mandateId !== null) await killMandate(tx, pledge.mandateId, { unlessShared: true });
}

/** A dead mandate is never charged again. `unlessShared`: leave it to another pledge that is not over. */
export async function killMandate(
  tx: Tx,
  mandateId: string,
  options: { readonly unlessShared: boolean },
): Promise<void> {
  await tx
    .updateTable('mandate')
    .set({ state: 'dead' })
    .where('id', '=', mandateId)
    .where('state', '<>', 'dead')
    .$if(options.unlessShared, (query) =>
      query.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('pledge')
              .select('pledge.id')
              .where('pledge.mandate_id', '=', mandateId)
              .where('pledge.state', 'not in', ['cancelled', 'lapsed']),
          ),
        ),
      ),
    )
    .execute();
}

export async function markMandateNeedsAction(tx: Tx, mandateId: string): Promise<void> {
  await tx
    .updateTable('mandate')
    .set({ state: 'needs_action' })
    .where('id', '=', mandateId)
    .where('state', '=', 'usable')
    .execute();
}

/** Periods given up at once: ten years of months. */
const SKIPPED_AT_ONCE_MAX = 120;

/**
 * Makes the next gift of a locked pledge: the one owner of "what comes next", called whenever a period is closed. The
 * period's number is unique per pledge, so a second maker changes nothing. Periods before `time.notBefore`, and before the
 * first that the pledge's terms hold for, are given up: they keep their numbers.
 * @returns the number of the gift made, or null when the pledge is over
 */
export async function makeNextGift(
  tx: Tx,
  pledge: Pledge,
  time: NextGiftTime,
): Promise<number | null> {
  if (isPledgeOver(pledge.state)) return null;
  assert(pledge.state !== 'awaiting_first', 'a pledge that did not begin makes no second gift');
  const dates = datesOf(pledge, time.newsroomZone);
  const isGivenUp = (period: number): boolean =>
    period < pledge.termsFromN ||
    (time.notBefore !== undefined && PlainDate.compare(dueDay(pledge, period), time.notBefore) < 0);
  let n = pledge.nextN;
  assert(n >= 1, 'gift 0 of a pledge is made with it');
  for (; isGivenUp(n); n += 1) {
    assert(
      n - pledge.nextN < SKIPPED_AT_ONCE_MAX,
      'a bounded number of periods is given up at once',
    );
    await insertGift(tx, {
      ...rowOfPeriod(pledge, { n, ...time }),
      state: 'skipped',
      next_at: null,
    });
  }
  const { at } = renewalDue(dates, n);
  assert(n >= pledge.nextN && n >= pledge.termsFromN, 'numbers of periods only grow');
  await insertGift(tx, { ...rowOfPeriod(pledge, { n, ...time }), state: 'due', next_at: at });
  await tx
    .updateTable('pledge')
    .set({ next_n: n + 1 })
    .where('id', '=', pledge.id)
    .execute();
  return n;
}

export interface NextGiftTime {
  readonly now: Instant;
  readonly newsroomZone: string;
  /** The first day on which the next gift may be due; left out: the very next period. */
  readonly notBefore?: PlainDate;
}

/**
 * Makes the gift after one that was given up. With several months collected at once that is a new span, which begins on a
 * day that is still to come; month by month it is the next period, and how late that is, is decided in its turn.
 */
export async function makeGiftAfterSkip(
  tx: Tx,
  pledge: Pledge,
  time: Omit<NextGiftTime, 'notBefore'>,
): Promise<number | null> {
  const { collectEveryMonths } = pledge;
  if (collectEveryMonths === 1) return await makeNextGift(tx, pledge, time);
  const today = dayIn(time.now, usableZone(pledge.zone, time.newsroomZone));
  return await makeNextGift(tx, pledge, {
    ...time,
    notBefore: spanBegins({ collectEveryMonths, today }),
  });
}

/** The row of a period by the pledge's terms, but for what becomes of it. */
function rowOfPeriod(
  pledge: Pledge,
  of: { readonly n: number; readonly now: Instant },
): Omit<NewGift, 'state' | 'next_at'> {
  const { n, now } = of;
  const { collectEveryMonths, money } = pledge;
  const whole = chargedAtOnce(money, collectEveryMonths);
  assert(whole.currency === money.currency && whole.minor >= money.minor, 'months add up');
  return {
    id: renewalGiftId(pledge.id, n),
    supporter_id: pledge.supporterId,
    pledge_id: pledge.id,
    period_n: n,
    due_date: n >= pledge.anchorN ? dueDay(pledge, n) : dayBeforeAnchor(pledge, n),
    unit: pledge.unit,
    amount_minor: whole.minor,
    currency: whole.currency,
    covers_periods: collectEveryMonths,
    body_hash: giftBodyHash({ money, interval: pledge.unit, collectEveryMonths }),
    appeal_id: null,
    variant_id: null,
    created_at: now,
  };
}

/** A period that is given up between the old terms and the new has no day by either; it is counted back from the new. */
function dayBeforeAnchor(pledge: Pledge, n: number): PlainDate {
  const back = pledge.anchorN - n;
  assert(back >= 1, 'only periods before the anchor are counted back');
  const span = pledge.unit === 'month' ? { months: back } : { years: back };
  return pledge.anchor.subtract(span, { overflow: 'constrain' });
}

/** What the calendar needs to know of a pledge. */
export function datesOf(pledge: Pledge, newsroomZone: string): PledgeDates {
  return {
    id: pledge.id,
    anchor: pledge.anchor,
    anchorN: pledge.anchorN,
    unit: pledge.unit,
    zone: usableZone(pledge.zone, newsroomZone),
  };
}
