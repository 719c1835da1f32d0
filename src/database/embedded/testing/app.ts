/**
 * A program that needs the server and nothing else, for tests that kill it. It takes options as JSON, says in one line
 * what it got, lets go on the word `stop` or on SIGTERM, and on the word `ask` asks the server for its data directory.
 */
import { createInterface } from 'node:readline';
import pg from 'pg';
import { z } from 'zod';
import { realRandom } from '../../testing/test-server.ts';
import { startEmbeddedPostgres } from '../index.ts';

const options = z
  .strictObject({
    directory: z.string(),
    sharedDirectory: z.string().optional(),
    bundledPackage: z.string().nullable().optional(),
    systemDirectories: z.array(z.string()).optional(),
    withoutNamespaces: z.boolean().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const say = (what: object): void => {
  process.stdout.write(`${JSON.stringify(what)}\n`);
};

try {
  const defined = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const server = await startEmbeddedPostgres({
    ...defined,
    directory: options.directory,
    random: realRandom,
    report: (line) => say({ report: line }),
  });
  const stop = async (): Promise<void> => {
    say({ stopped: await server.stop() });
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  const { url, port, version, dataDirectory, adopted, created, serverPid, guardianPid } = server;
  say({ url, port, version, dataDirectory, adopted, created, serverPid, guardianPid });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'stop') await stop();
    if (line === 'ask') say({ answer: await ask(server.url) });
  }
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

async function ask(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ directory: string }>(
    "select current_setting('data_directory') as directory",
  );
  await client.end();
  return rows[0]?.directory ?? '';
}
