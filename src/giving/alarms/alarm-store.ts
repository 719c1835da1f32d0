/** What a person must look at. The same thing rings once until somebody dealt with it. */

import type { Instant } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { AlarmKind } from '../reports/reports.ts';

export interface NewAlarm {
  readonly kind: AlarmKind;
  /** What it is about: ids only, never a person. */
  readonly ref: string;
  readonly giftId: string | null;
  /** A code or a sentence of ours. */
  readonly detail: string | null;
  readonly now: Instant;
}

export async function raiseAlarm(db: Db | Tx, alarm: NewAlarm): Promise<void> {
  assert(alarm.ref !== '', 'an alarm is about something');
  await db
    .insertInto('alarm')
    .values({
      kind: alarm.kind,
      ref: alarm.ref.slice(0, 400),
      gift_id: alarm.giftId,
      detail: alarm.detail?.slice(0, 200) ?? null,
      raised_at: alarm.now,
      resolved_at: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'ref']).where('resolved_at', 'is', null).doNothing(),
    )
    .execute();
}
