/** What people decided about money: who, when and why, as a row. The ledger names the act, never the person. */
import { type Instant, isUuid } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { ChargeRef } from '../money-facts/charge-books.ts';

/** Who decides and why: a staff member's id, or `supporter` for an undo. The reason is for the desk, in a person's words. */
export interface Decision {
  readonly by: string;
  readonly reason: string;
  /** Made where the decision is made, so that sending it twice acts once; made here when left out. A UUID. */
  readonly actId?: string;
}

export type ActKind = 'refund' | 'undo' | 'accept-unmatched' | 'refund-unmatched';

const REASON_LENGTH_MAX = 500;

/** A reason that can be kept: something, and not a letter. */
export function isReason(text: string): boolean {
  return text.trim() !== '' && text.length <= REASON_LENGTH_MAX;
}

export async function writeAct(
  tx: Tx,
  act: ChargeRef & {
    readonly id: string;
    readonly kind: ActKind;
    readonly giftId: string | null;
    readonly decision: Decision;
    readonly at: Instant;
  },
): Promise<void> {
  assert(isReason(act.decision.reason), 'whoever decides says why');
  assert(act.decision.by !== '', 'somebody decides');
  assert(isUuid(act.id) && act.chargeRef !== '', 'an act has an id and is about a charge');
  await tx
    .insertInto('money_act')
    .values({
      id: act.id,
      kind: act.kind,
      processor_account_id: act.accountId,
      charge_ref: act.chargeRef,
      gift_id: act.giftId,
      decided_by: act.decision.by.slice(0, 100),
      reason: act.decision.reason,
      at: act.at,
    })
    .execute();
}
