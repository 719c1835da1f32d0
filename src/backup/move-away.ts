/**
 * Moving a newsroom away: the mark that stops this copy, and the wait until everything that began before the mark is over.
 * From then on the database takes nothing more (`0012-custody.sql`), so an export holds all that ever was here.
 */
import { sql } from 'kysely';
import type { Clock } from '../calendar/index.ts';
import { type Db, readCustody } from '../database/index.ts';
import { assert } from '../problems/index.ts';
import { ExportRefusal } from './manifest.ts';

const LOOKS_MAX = 120;
const LOOK_EVERY_MS = 500;

/**
 * Marks this copy as moved and waits for what was under way. Throws {@link ExportRefusal}, with the mark taken back when
 * the wait was in vain.
 */
export async function moveAway(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly exportId: string;
  readonly sleep: (durationMs: number) => Promise<void>;
}): Promise<void> {
  const { db, sleep } = options;
  const mark = await markMoved(options);
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const { rows } = await sql<{ over: boolean }>`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${mark}::xid8 as over`.execute(db);
    if (rows[0]?.over === true) return;
    await sleep(LOOK_EVERY_MS);
  }
  await db.updateTable('custody').set({ state: 'acting' }).where('state', '=', 'moved').execute();
  throw new ExportRefusal(
    'A transaction on this database server has been open for a minute, so it is not known what it will still write. End it and export again; this newsroom goes on as before.',
  );
}

/** @returns the transaction that set the mark */
async function markMoved(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly exportId: string;
}): Promise<string> {
  return await options.db.transaction().execute(async (tx) => {
    await sql`select from custody for update`.execute(tx);
    const { state } = await readCustody(tx);
    if (state === 'restored') {
      throw new ExportRefusal(
        'This newsroom was restored and not resumed: it does not know yet what its other copy did. Run resume first, then move it.',
      );
    }
    if (state === 'moved') {
      throw new ExportRefusal(
        'This newsroom was moved already. To export it once more without moving, leave --move out; to go on here, run resume --take-back.',
      );
    }
    const now = options.clock.now();
    await tx
      .updateTable('custody')
      .set({ state: 'moved', export_id: options.exportId, exported_at: now, changed_at: now })
      .execute();
    const { rows } = await sql<{ mark: string }>`
      select pg_current_xact_id()::text as mark`.execute(tx);
    assert(rows[0] !== undefined, 'a transaction that wrote has a number');
    return rows[0].mark;
  });
}
