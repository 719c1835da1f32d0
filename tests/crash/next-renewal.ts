/** When the next monthly gift falls due, so that time can be moved to it: a whole crowd of renewals at once. */
import { sql } from 'kysely';
import { openDatabase } from '../../src/database/index.ts';

/** Minutes from the newsroom's now; 0 where something is due already, null while no pledge waits. */
export async function minutesToNextRenewal(databaseUrl: string): Promise<number | null> {
  const { db, close } = openDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    const { rows } = await sql<{ minutes: number | null }>`
      select ceil(extract(epoch from min(gift.next_at) - clock_timestamp()
        - clock_offset_ms * interval '1 millisecond') / 60)::int as minutes
      from gift, demo_state where gift.state = 'due' group by clock_offset_ms
    `.execute(db);
    const minutes = rows[0]?.minutes ?? null;
    return minutes === null ? null : Math.max(0, minutes);
  } finally {
    await close();
  }
}
