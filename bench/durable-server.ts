/**
 * A PostgreSQL of the benchmark's own, on the real disk and as durable as in production: a gift that is not on disk is not
 * counted. It is stopped and taken away afterwards.
 */
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { checkServer } from '../src/database/durability.ts';
import { startEmbeddedPostgres } from '../src/database/embedded/index.ts';
import { openDatabase } from '../src/database/index.ts';
import { realRandom } from './real-world.ts';

export interface DurableServer {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

export async function startDurableServer(directory: string): Promise<DurableServer> {
  const server = await startEmbeddedPostgres({
    directory: join(directory, 'postgres'),
    random: realRandom,
  });
  const { db, close } = openDatabase({ url: server.url, poolSize: 1 });
  const check = await checkServer(db);
  // Data that was just filled in has to reach the disk before anything is timed.
  await sql`checkpoint`.execute(db).catch(() => undefined);
  await close();
  if (check.warnings.length + check.refusals.length > 0) {
    throw new Error([...check.refusals, ...check.warnings].join('\n'));
  }
  return {
    url: server.url,
    version: server.version,
    async stop() {
      await server.stop();
      // Root's database may lie outside of the folder it was asked for.
      await rm(dirname(server.dataDirectory), { recursive: true, force: true });
    },
  };
}
