/**
 * Alarms whose cause is gone end by themselves: nobody has to press a button for what the books say by now. Each is named
 * by what made it ring, so that no other alarm of the same gift ends with it.
 */
import type { Instant } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import { causeRef } from '../ledger/ledger.ts';
import type { ChargeBooks, ChargeRef } from '../money-facts/charge-account.ts';
import type { AlarmKind } from '../reports/reports.ts';

/** Ends the open alarms of these kinds under one name. */
export async function endAlarms(
  tx: Tx,
  ended: {
    readonly kinds: readonly AlarmKind[];
    readonly refs: readonly string[];
    readonly now: Instant;
  },
): Promise<void> {
  assert(ended.kinds.length > 0 && ended.refs.length > 0, 'an alarm has a kind and a name');
  await tx
    .updateTable('alarm')
    .set({ resolved_at: ended.now })
    .where('kind', 'in', ended.kinds)
    .where('ref', 'in', ended.refs)
    .where('resolved_at', 'is', null)
    .execute();
}

/**
 * After something was booked for a charge: money that waited and is gone needs nobody any more, and money from a listed
 * country that went back is where it came from.
 */
export async function endAlarmsOfCharge(
  tx: Tx,
  of: { readonly charge: ChargeRef; readonly books: ChargeBooks; readonly now: Instant },
): Promise<void> {
  const { charge, books, now } = of;
  assert(books.purse.unmatched >= 0n && books.purse.gift >= 0n, 'a purse is not negative');
  if (books.as === 'unmatched' && books.purse.unmatched === 0n) {
    const ref = causeRef({ kind: 'charge', accountId: charge.accountId, ref: charge.chargeRef });
    await endAlarms(tx, { kinds: ['hold', 'unmatched'], refs: [ref], now });
  }
  if (books.giftId !== null && books.as !== 'unmatched' && books.purse.gift === 0n) {
    await endAlarms(tx, { kinds: ['refused-country'], refs: [books.giftId], now });
  }
}
