/**
 * A certainty about the money of one charge turned out false: the gift it belongs to is parked, where there is one, and a
 * person is told in any case. Everything the failed transaction had written is gone; the facts wait and are tried again.
 */
import { raiseAlarm } from '../alarms/alarm-store.ts';
import { parkGift } from '../alarms/park-gift.ts';
import type { GivingContext } from '../context.ts';
import { causeRef } from '../ledger/ledger.ts';
import type { ChargeRef } from './charge-account.ts';

export async function parkCharge(
  context: GivingContext,
  failed: { readonly charge: ChargeRef; readonly detail: string },
): Promise<void> {
  const { charge, detail } = failed;
  const ref = causeRef({ kind: 'charge', accountId: charge.accountId, ref: charge.chargeRef });
  const row = await context.db
    .selectFrom('ledger_transfer')
    .select('gift_id')
    .where('cause_kind', '=', 'charge')
    .where('cause_ref', '=', ref)
    .where('code', 'in', [10, 90])
    .executeTakeFirst();
  if (row?.gift_id != null) return await parkGift(context, { giftId: row.gift_id, detail });
  const now = context.clock.now();
  await raiseAlarm(context.db, { kind: 'assertion', ref, giftId: null, detail, now });
}
