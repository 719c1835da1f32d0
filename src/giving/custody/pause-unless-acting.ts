/**
 * Work that only the newsroom itself may do, and no copy of it: charging, giving back, writing to people. The database
 * refuses it as well (`0012-custody.sql`); here it is not even begun, so that what waits stays as it is.
 */
import { type Db, readCustody } from '../../database/index.ts';
import type { Worker } from '../worker.ts';

/** The same worker, idle while this database is a copy that may not act. */
export function pauseUnlessActing(db: Db, worker: Worker): Worker {
  return {
    name: worker.name,
    async runOnce() {
      const { state } = await readCustody(db);
      return state === 'acting' ? await worker.runOnce() : 0;
    },
  };
}
