/**
 * What money means for the pledge of its gift, in the same transaction: the months it pays for are written down, the
 * promise begins or is caught up, the right to charge later is kept, and the next gift is made.
 *
 * Money that does not fit holds its gift and nothing else. The gift waits for a person; the promise goes on with the next
 * period, because a supporter who gives every month must not be dropped for weeks over one charge, and because the next
 * charge has a gift, a key and a day of its own. What the held gift would have paid for is not asked for again meanwhile:
 * a person may still accept that money. (A gift that is on hold because the program caught itself in a mistake does stop
 * its pledge: whatever went wrong would go wrong again.)
 */
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { raiseAlarm } from '../alarms/alarm-store.ts';
import type { GivingContext } from '../context.ts';
import { isPledgeOver } from '../pledge.ts';
import { coverPeriods } from '../pledges/cover-periods.ts';
import {
  killMandate,
  lockPledge,
  makeNextGift,
  movePledge,
  replaceMandate,
} from '../pledges/pledge-store.ts';
import type { Gift, Pledge } from '../rows.ts';
import type { ReportedCharge } from './settle.ts';

interface Settled {
  readonly gift: Gift;
  readonly charge: ReportedCharge;
  readonly now: Instant;
}

/** The gift is locked and settled. */
export async function pledgeAfterSettling(
  tx: Tx,
  context: GivingContext,
  settled: Settled,
): Promise<void> {
  const { gift, charge, now } = settled;
  assert(gift.state === 'settled', 'only a settled gift carries its pledge on');
  const fromListedCountry = isListed(context, charge.succeeded.payerCountry);
  if (fromListedCountry) {
    // The money is here and is kept; whether it can be sent back without harm is for a person to say.
    await raiseAlarm(tx, {
      kind: 'refused-country',
      ref: gift.id,
      giftId: gift.id,
      detail: null,
      now,
    });
  }
  if (gift.pledgeId === null || gift.periodN === null) return;
  const pledge = await lockPledge(tx, gift.pledgeId);
  assert(pledge.nextN > gift.periodN, 'a gift that exists is older than the next one');
  const covered = await coverPeriods(tx, { gift, pledge, now });
  if (isPledgeOver(pledge.state)) return;
  if (fromListedCountry) {
    await movePledge(tx, pledge, { kind: 'cancel' }, now);
    if (pledge.mandateId !== null) await killMandate(tx, pledge.mandateId, { unlessShared: false });
    return;
  }
  const moved = await movePledge(tx, covered.pledge, { kind: 'gift-settled' }, now);
  assert(
    moved.state === 'active' || moved.state === 'paused',
    'a pledge whose gift arrived is not behind',
  );
  await keepMandate(tx, context, { pledge: moved, settled });
  const isNewest = pledge.nextN === gift.periodN + 1;
  if (!isNewest && (await isBehind(tx, moved))) {
    // Late money for an older period says nothing about the newest, which was declined.
    await movePledge(tx, moved, { kind: 'try-failed' }, now);
  }
  if (isNewest || covered.closedOpenGift) {
    await makeNextGift(tx, moved, { now, newsroomZone: context.settings.zone });
  }
}

/** Money that does not fit put the gift on hold. The gift is locked. */
export async function pledgeAfterHold(
  tx: Tx,
  context: GivingContext,
  held: { readonly gift: Gift; readonly now: Instant },
): Promise<void> {
  const { gift, now } = held;
  assert(gift.state === 'integrity_hold', 'only a gift on hold is left behind');
  // The first gift began nothing yet: without it there is no promise to go on with.
  if (gift.pledgeId === null || gift.periodN === null || gift.periodN === 0) return;
  const pledge = await lockPledge(tx, gift.pledgeId);
  if (isPledgeOver(pledge.state) || pledge.nextN !== gift.periodN + 1) return;
  const covered = await coverPeriods(tx, { gift, pledge, now });
  await makeNextGift(tx, covered.pledge, { now, newsroomZone: context.settings.zone });
}

/**
 * The right to charge later, told after the money it came with. It is kept where the pledge has none; one that has another
 * by now took it later, and an old payment that is told again does not bring the old one back. The gift is locked.
 */
export async function keepLateMandate(
  tx: Tx,
  context: GivingContext,
  settled: Settled,
): Promise<void> {
  const { gift, charge } = settled;
  assert(charge.succeeded.mandate !== null, 'there is a right to keep');
  assert(gift.pledgeId !== null, 'only a pledge is charged again');
  const pledge = await lockPledge(tx, gift.pledgeId);
  if (isPledgeOver(pledge.state) || pledge.mandateId !== null) return;
  if (isListed(context, charge.succeeded.payerCountry)) return;
  await keepMandate(tx, context, { pledge, settled });
}

/** Whether the newest period was tried without the supporter, in vain, and is not settled. */
async function isBehind(tx: Tx, pledge: Pledge): Promise<boolean> {
  const row = await tx
    .selectFrom('gift')
    .innerJoin('attempt', 'attempt.gift_id', 'gift.id')
    .select('gift.id')
    .where('gift.pledge_id', '=', pledge.id)
    .where('gift.period_n', '=', pledge.nextN - 1)
    .where('gift.state', 'in', ['collecting', 'failed'])
    .where('attempt.mandate_id', 'is not', null)
    // One that was taken back before it left is no try.
    .where('attempt.first_sent_at', 'is not', null)
    .where('attempt.state', 'in', ['declined', 'expired'])
    .executeTakeFirst();
  return row !== undefined;
}

async function keepMandate(
  tx: Tx,
  context: GivingContext,
  kept: { pledge: Pledge; settled: Settled },
): Promise<void> {
  const { charge, now } = kept.settled;
  const reference = charge.succeeded.mandate;
  // A forgotten supporter's right to charge is not kept again by a payment that was still on its way.
  if (reference === null || kept.pledge.supporterId === null) return;
  if (await isSameMandate(tx, kept.pledge, { ...reference, accountId: charge.accountId })) return;
  await replaceMandate(tx, kept.pledge, {
    id: context.random.uuid(),
    accountId: charge.accountId,
    reference,
    now,
  });
}

async function isSameMandate(
  tx: Tx,
  pledge: Pledge,
  reference: {
    readonly accountId: string;
    readonly customerRef: string;
    readonly methodRef: string;
  },
): Promise<boolean> {
  if (pledge.mandateId === null) return false;
  const row = await tx
    .selectFrom('mandate')
    .select(['processor_account_id', 'customer_ref', 'method_ref', 'state'])
    .where('id', '=', pledge.mandateId)
    .executeTakeFirst();
  return (
    row?.state === 'usable' &&
    row.processor_account_id === reference.accountId &&
    row.customer_ref === reference.customerRef &&
    row.method_ref === reference.methodRef
  );
}

function isListed(context: GivingContext, country: string | null): boolean {
  return country !== null && context.settings.refusedCountries().includes(country);
}
