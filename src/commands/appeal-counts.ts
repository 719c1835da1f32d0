/**
 * The appeals' counters as the desk's table has them: over the last 90 days, placements added up, what is still in memory
 * written first.
 */
import { type Appeals, countsPerAppeal } from '../appeals/index.ts';
import type { Clock } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import type { AppealCounts } from '../desk/index.ts';

const DAYS_SHOWN = 90;

export async function appealCounts(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly appeals: Appeals;
  readonly zone: string;
}): Promise<readonly AppealCounts[]> {
  await options.appeals.flush();
  const to = options.clock.now().toZonedDateTimeISO(options.zone).toPlainDate();
  const rows = await countsPerAppeal(options.db, { from: to.subtract({ days: DAYS_SHOWN }), to });
  const totals = new Map<string, AppealCounts>();
  for (const row of rows) {
    const key = `${row.appealId} ${row.variantId}`;
    const before = totals.get(key);
    totals.set(key, {
      appealId: row.appealId,
      variantId: row.variantId,
      shown: (before?.shown ?? 0) + Number(row.counts.shown),
      opened: (before?.opened ?? 0) + Number(row.counts.opened),
      closed: (before?.closed ?? 0) + Number(row.counts.closed),
      postponed: (before?.postponed ?? 0) + Number(row.counts.postponed),
      followed: (before?.followed ?? 0) + Number(row.counts.followed),
    });
  }
  return [...totals.values()];
}
