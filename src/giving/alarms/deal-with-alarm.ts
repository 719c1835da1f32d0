/**
 * What a person at the desk does about an alarm that moves no money by itself: they looked and acknowledge it, they let a
 * parked gift be charged after all, or they have a renewal, or
 * a gift on hold, tried again after our mistake was mended. Who and why is a row.
 *
 * An alarm about money that waits on `unmatched` cannot be acknowledged away: accepting it or sending it back ends it.
 */
import { isUuid } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { type Decision, isReason } from '../acts/act-store.ts';
import type { GivingContext } from '../context.ts';
import { type ChargeRef, readChargeBooks } from '../money-facts/charge-books.ts';
import type { AlarmKind } from '../reports/reports.ts';
import { inTransaction } from '../transaction.ts';
import { releaseParkedIn } from './release-parked.ts';
import { askAboutHeld, retryHeldIn } from './retry-held.ts';
import { retryOurBugIn } from './retry-our-bug.ts';

export type AlarmWay = 'acknowledge' | 'release' | 'retry';

export interface AlarmDecision extends Decision {
  readonly actId: string;
  readonly alarmId: bigint;
  readonly way: AlarmWay;
}

export type AlarmAnswer =
  | { readonly kind: 'done' }
  /** This very act was sent before, or somebody else was faster. */
  | { readonly kind: 'already' }
  | { readonly kind: 'not-found' }
  /** `money-waits`: accept it or send it back first. `not-possible`: this way does not fit the alarm any more. */
  | {
      readonly kind: 'refused';
      readonly reason: 'reason' | 'act-id' | 'money-waits' | 'not-possible';
    };

/** Does it once per act, also when two people press at once: the alarm's row is locked. */
export async function dealWithAlarm(
  context: GivingContext,
  decision: AlarmDecision,
): Promise<AlarmAnswer> {
  const { actId, alarmId, way } = decision;
  if (!isReason(decision.reason)) return { kind: 'refused', reason: 'reason' };
  if (!isUuid(actId)) return { kind: 'refused', reason: 'act-id' };
  // A gift is locked before its alarms, here as everywhere.
  const known = await context.db
    .selectFrom('alarm')
    .select(['gift_id', 'kind', 'resolved_at'])
    .where('id', '=', alarmId)
    .executeTakeFirst();
  if (known === undefined) return { kind: 'not-found' };
  if (way === 'retry' && known.kind === 'assertion' && known.resolved_at === null) {
    if (known.gift_id !== null) await askAboutHeld(context, known.gift_id);
  }
  return await inTransaction(context.db, async (tx): Promise<AlarmAnswer> => {
    if (known.gift_id !== null) {
      await tx
        .selectFrom('gift')
        .select('id')
        .where('id', '=', known.gift_id)
        .forUpdate()
        .execute();
    }
    const alarm = await tx
      .selectFrom('alarm')
      .selectAll()
      .where('id', '=', alarmId)
      .forUpdate()
      .executeTakeFirst();
    assert(alarm !== undefined, 'an alarm is never deleted');
    assert(alarm.gift_id === known.gift_id, 'an alarm stays about its gift');
    const before = await tx
      .selectFrom('alarm_act')
      .select('alarm_id')
      .where('id', '=', actId)
      .executeTakeFirst();
    if (before !== undefined && before.alarm_id !== alarmId) {
      return { kind: 'refused', reason: 'act-id' };
    }
    if (before !== undefined || alarm.resolved_at !== null) return { kind: 'already' };
    const refusal = await carryOut(tx, context, { alarm, way });
    if (refusal !== null) return { kind: 'refused', reason: refusal };
    assert(decision.by !== '', 'somebody decides');
    await tx
      .insertInto('alarm_act')
      .values({
        id: actId,
        alarm_id: alarmId,
        kind: way,
        decided_by: decision.by.slice(0, 100),
        reason: decision.reason,
        at: context.clock.now(),
      })
      .execute();
    return { kind: 'done' };
  });
}

interface AlarmRow {
  readonly id: bigint;
  readonly kind: AlarmKind;
  readonly ref: string;
  readonly gift_id: string | null;
}

async function carryOut(
  tx: Tx,
  context: GivingContext,
  { alarm, way }: { readonly alarm: AlarmRow; readonly way: AlarmWay },
): Promise<'money-waits' | 'not-possible' | null> {
  if (!waysOf(alarm).includes(way)) return 'not-possible';
  switch (way) {
    case 'release':
      return (await releaseParkedIn(tx, context, alarm.gift_id ?? '')) ? null : 'not-possible';
    case 'retry': {
      const again = alarm.kind === 'assertion' ? retryHeldIn : retryOurBugIn;
      return (await again(tx, context, alarm.gift_id ?? '')) ? null : 'not-possible';
    }
    case 'acknowledge': {
      const charge = await chargeOfAlarm(tx, alarm);
      const books = charge === null ? undefined : await readChargeBooks(tx, charge);
      if (books !== undefined && books.purse.unmatched > 0n) return 'money-waits';
      assert(alarm.kind !== 'bound' || alarm.gift_id === null, 'a parked gift is released');
      await tx
        .updateTable('alarm')
        .set({ resolved_at: context.clock.now() })
        .where('id', '=', alarm.id)
        .execute();
      return null;
    }
    default:
      return unreachable(way, 'carryOut');
  }
}

/** Which ways an alarm has beside accepting and sending back. A parked gift may also be left as it is, by doing nothing. */
export function waysOf(alarm: {
  readonly kind: AlarmKind;
  readonly gift_id: string | null;
}): readonly AlarmWay[] {
  switch (alarm.kind) {
    case 'bound':
      return alarm.gift_id === null ? ['acknowledge'] : ['release'];
    case 'our-bug':
      return alarm.gift_id === null ? ['acknowledge'] : ['retry', 'acknowledge'];
    case 'hold':
    case 'unmatched':
    case 'amount-changed':
    case 'unanswered':
    case 'refused-country':
    case 'parked-event':
    case 'returned-too-much':
    case 'books-differ':
    case 'listing-unreadable':
    case 'refund-refused':
      return ['acknowledge'];
    case 'assertion':
      // Merely acknowledged, a gift that may still take money would be out of everybody's sight.
      return alarm.gift_id === null ? ['acknowledge'] : ['retry'];
    default:
      return unreachable(alarm.kind, 'waysOf');
  }
}

/** The charge that an alarm about money names, or null. */
export async function chargeOfAlarm(
  db: Db | Tx,
  alarm: { readonly kind: AlarmKind; readonly ref: string },
): Promise<ChargeRef | null> {
  if (alarm.kind !== 'hold' && alarm.kind !== 'unmatched' && alarm.kind !== 'refused-country') {
    return null;
  }
  const accounts = await db.selectFrom('processor_account').select('id').execute();
  const account = accounts.find(({ id }) => alarm.ref.startsWith(`${id}:`));
  if (account === undefined) return null;
  assert(alarm.ref.length > account.id.length + 1, 'a charge has a name at its account');
  return { accountId: account.id, chargeRef: alarm.ref.slice(account.id.length + 1) };
}
