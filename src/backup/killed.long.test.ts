/**
 * Killed without a warning at any moment of an export or an import: what is left is never taken for a whole. Real
 * processes, real files, kill -9.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { openDatabase, readCustody } from '../database/index.ts';
import { type GivingWorld, givingWorld } from '../giving/testing/giving-world.ts';
import { pledgeBy } from '../giving/testing/pledge-story.ts';
import { findExport } from './open-export.ts';
import { backUp, restoreWorld, type Scratch, scratchFolder } from './testing/backed-up-world.ts';
import { emptyDatabase } from './testing/empty-database.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
/** Enough rows that a kill can land anywhere. */
const EVENTS = 20_000;

let scratch: Scratch;
let world: GivingWorld;
before(async () => {
  scratch = await scratchFolder();
  world = await givingWorld();
  await pledgeBy(world);
  await sql`
    insert into processor_event (processor_account_id, event_id, type, received_at, state)
    select 'fake', 'evt_' || n, 'payment.changed', now(), 'applied' from generate_series(1, ${EVENTS}::int) n
  `.execute(world.db);
});
after(async () => {
  await world.close();
  await scratch.remove();
});

/** Starts the real program and kills it as soon as something is so. @returns whether it was killed in time */
async function killWhen(
  argv: readonly string[],
  url: string,
  isTime: () => Promise<boolean>,
): Promise<boolean> {
  const child = spawn(process.execPath, [join(PROJECT, 'src/main.ts'), ...argv], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: url,
      TUPPENCE_DATA: join(scratch.folder, 'data'),
    },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  let isOver = false;
  void exited.then(() => {
    isOver = true;
  });
  while (!isOver && !(await isTime())) await new Promise((resolve) => setTimeout(resolve, 4));
  child.kill('SIGKILL');
  await exited;
  return child.signalCode === 'SIGKILL';
}

/** Killed later and later, until it was quicker than we were. */
const DELAYS_MS = [0, 40, 100];

async function afterDelay(since: { at: number | null }, delayMs: number, begun: boolean) {
  if (!begun) return false;
  since.at ??= performance.now();
  return performance.now() - since.at >= delayMs;
}

describe('kill -9', () => {
  it('in the middle of an export leaves a folder that says it is unfinished', async () => {
    let killed = 0;
    for (const delayMs of DELAYS_MS) {
      const home = join(scratch.folder, `export-killed-${delayMs}`);
      const folder = join(home, 'backup');
      const since = { at: null };
      const names = async (): Promise<readonly string[]> => await readdir(home).catch(() => []);
      const wasKilled = await killWhen(['export', folder], world.url, async () =>
        afterDelay(since, delayMs, (await names()).length > 0),
      );
      if (!wasKilled) continue;
      killed += 1;
      const left = await names();
      if (left.includes('backup')) {
        // It was finished: then it is whole.
        const copy = await restoreWorld(world, folder);
        await copy.close();
        continue;
      }
      assert.equal(left.length, 1);
      assert.match(left[0] ?? '', /^backup\.unfinished-[0-9a-f]{12}$/);
      assert.equal(await findExport(folder), undefined);
    }
    assert.ok(killed > 0, 'the program was killed in time at least once');
  });

  it('in the middle of an import leaves an empty database, and the next import succeeds', async () => {
    const { folder } = await backUp(world, scratch);
    let killed = 0;
    for (const delayMs of DELAYS_MS) {
      const empty = await emptyDatabase();
      const { db, close } = openDatabase({ url: empty.url, poolSize: 1 });
      const since = { at: null };
      const isLoading = async () => {
        const { rows } = await sql<{ loading: boolean }>`
          select exists (
            select from pg_stat_activity
            where datname = current_database() and application_name = 'tuppence-import'
              and query ilike '%json_to_recordset%'
          ) as loading`.execute(db);
        return rows[0]?.loading === true;
      };
      const wasKilled = await killWhen(['import', folder], empty.url, async () =>
        afterDelay(since, delayMs, since.at !== null || (await isLoading())),
      );
      // The server notices the dead client when it next writes to it.
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'tuppence-import'`.execute(db);
      while (await isLoading()) await new Promise((resolve) => setTimeout(resolve, 5));
      const counted = await db
        .selectFrom('processor_event')
        .select(({ fn }) => fn.countAll<bigint>().as('rows'))
        .executeTakeFirstOrThrow();
      const { state } = await readCustody(db);
      const whole = { rows: BigInt(EVENTS), state: 'restored' };
      const found = { rows: BigInt(counted.rows), state };
      if (wasKilled && found.rows === 0n) {
        killed += 1;
        assert.deepEqual(found, { rows: 0n, state: 'acting' });
        const again = await killWhen(['import', folder], empty.url, async () => false);
        assert.equal(again, false);
        assert.equal((await readCustody(db)).state, 'restored');
      } else {
        assert.deepEqual(found, whole, 'a database that is not empty is whole');
      }
      await close();
      await empty.drop();
    }
    assert.ok(killed > 0, 'the program was killed in time at least once');
    assert.ok((await stat(folder)).isDirectory());
  });
});
