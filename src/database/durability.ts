/**
 * Looks at a server's settings before money is entrusted to it, our own and the one behind `DATABASE_URL` alike.
 *
 * A server with `fsync` or `synchronous_commit` off says "done" before a gift is on disk; after a power cut the gift is
 * gone although the supporter was thanked. It works perfectly until then, which is why we ask at start.
 */
import { sql } from 'kysely';
import type { Db } from './connection.ts';

/** Our SQL needs this version (see `migrations/`). */
export const OLDEST_SERVER_VERSION = 150_000;

export interface ServerCheck {
  /** For people, such as `18.4`. */
  readonly version: string;
  /** Reasons not to start at all; each says what to do. */
  readonly refusals: readonly string[];
  /** Reasons to warn loudly at every start. */
  readonly warnings: readonly string[];
}

const DURABLE = { fsync: 'on', full_page_writes: 'on' } as const;

/** Commits that wait at least for the local disk. `local` skips only replicas, and so is durable here. */
const DURABLE_COMMITS: ReadonlySet<string> = new Set([
  'on',
  'local',
  'remote_write',
  'remote_apply',
]);

/** Asks the server for its version and for the settings that make a commit durable. Fails only if it cannot be asked. */
export async function checkServer(db: Db): Promise<ServerCheck> {
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings
    where name in ('server_version', 'server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit')
  `.execute(db);
  return judgeServer(new Map(rows.map((row) => [row.name, row.setting])));
}

/** The rule behind {@link checkServer}: a setting that a managed server does not show is not held against it. */
export function judgeServer(settings: ReadonlyMap<string, string>): ServerCheck {
  const version = settings.get('server_version') ?? 'unknown';
  const refusals: string[] = [];
  const warnings: string[] = [];
  const number = Number(settings.get('server_version_num') ?? OLDEST_SERVER_VERSION);
  if (number < OLDEST_SERVER_VERSION) {
    refusals.push(
      `The database server is PostgreSQL ${version}; Tuppence needs 15 or newer. Upgrade it, or unset DATABASE_URL to use the built-in one.`,
    );
  }
  for (const [name, wanted] of Object.entries(DURABLE)) {
    const setting = settings.get(name);
    if (setting !== undefined && setting !== wanted) warnings.push(notDurable(name, setting));
  }
  const commit = settings.get('synchronous_commit');
  if (commit !== undefined && !DURABLE_COMMITS.has(commit)) {
    warnings.push(notDurable('synchronous_commit', commit));
  }
  return { version, refusals, warnings };
}

function notDurable(name: string, setting: string): string {
  return `The database server runs with ${name} = ${setting}: a power cut can lose gifts that were already confirmed. Set ${name} = on before taking real money.`;
}
