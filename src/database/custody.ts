/**
 * Which copy of a newsroom this database is: the one that acts, one that was moved away, or one that was restored from a
 * backup and waits for a person's word. The database itself refuses what a copy must not do (see `0012-custody.sql`); the
 * program asks here first, so that it can be quiet instead of failing.
 */
import type { Instant } from '../calendar/index.ts';
import { assert } from '../problems/index.ts';
import type { Db, Tx } from './connection.ts';

export interface Custody {
  readonly state: 'acting' | 'moved' | 'restored';
  /** The export it went into (moved) or came from; `null`: it was born here. */
  readonly exportId: string | null;
  /** The moment of that export. */
  readonly exportedAt: Instant | null;
  readonly changedAt: Instant | null;
}

export async function readCustody(db: Db | Tx): Promise<Custody> {
  const row = await db
    .selectFrom('custody')
    .select(['state', 'export_id', 'exported_at', 'changed_at'])
    .executeTakeFirst();
  assert(row !== undefined, 'custody is one row that stays');
  assert(
    row.state === 'acting' || row.exported_at !== null,
    'a copy knows the export it went into or came from',
  );
  return {
    state: row.state,
    exportId: row.export_id,
    exportedAt: row.exported_at,
    changedAt: row.changed_at,
  };
}
