/** A world that is backed up and restored: two databases, one processor, one clock. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../../calendar/index.ts';
import { type Db, openDatabase } from '../../database/index.ts';
import { createGiving } from '../../giving/create-giving.ts';
import type { Giving } from '../../giving/giving.ts';
import type { GivingWorld } from '../../giving/testing/giving-world.ts';
import { runWorkersUntilIdle } from '../../giving/worker.ts';
import type { Manifest } from '../manifest.ts';
import { openExport } from '../open-export.ts';
import { type Restored, restoreExport } from '../restore-export.ts';
import { type ExportOptions, writeExport } from '../write-export.ts';
import { emptyDatabase } from './empty-database.ts';

export interface Scratch {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function scratchFolder(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'backup-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

let exports = 0;

/** Backs a world's database up. @returns the manifest and the folder */
export async function backUp(
  world: Pick<GivingWorld, 'url' | 'clock'>,
  scratch: Scratch,
  changes: Partial<ExportOptions> = {},
): Promise<{ readonly manifest: Manifest; readonly folder: string }> {
  exports += 1;
  const folder = join(scratch.folder, `export-${exports}`);
  const random = new SeededRandom(exports, world.clock);
  const manifest = await writeExport({
    url: world.url,
    folder,
    recipients: [],
    exportId: random.uuid(),
    moves: false,
    clock: world.clock,
    random,
    ...changes,
  });
  return { manifest, folder };
}

export interface RestoredWorld {
  readonly url: string;
  readonly db: Db;
  readonly giving: Giving;
  readonly restored: Restored;
  settleDown(): Promise<number>;
  close(): Promise<void>;
}

const ROUNDS_MAX = 400;

/** Restores an export into a database of its own, with the same processor and clock. */
export async function restoreWorld(
  world: GivingWorld,
  folder: string,
  options: { readonly server?: string; readonly identity?: string } = {},
): Promise<RestoredWorld> {
  const empty = await emptyDatabase(options.server);
  const opened = await openExport(folder, options.identity ?? null);
  const restored = await restoreExport({ url: empty.url, opened, clock: world.clock });
  const { db, close } = openDatabase({ url: empty.url, poolSize: 10 });
  exports += 1;
  const random = new SeededRandom(7_000_000 + exports, world.clock);
  const giving = createGiving({ ...world.dependencies, db, random });
  return {
    url: empty.url,
    db,
    giving,
    restored,
    async settleDown() {
      const report = await runWorkersUntilIdle(giving.workers, ROUNDS_MAX);
      if (!report.idle) throw new Error('the workers found no rest');
      return report.handled;
    },
    async close() {
      await close();
      await empty.drop();
    },
  };
}
