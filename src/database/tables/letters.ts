/** Tables of the letters feature: see `migrations/0003-letters.sql` and, for the states, `0004-supporters.sql`. */
import type { ColumnType, Generated } from 'kysely';
import type { Instant } from '../../calendar/index.ts';

export interface LettersTables {
  outbox: OutboxTable;
}

interface OutboxTable {
  id: Generated<bigint>;
  dedupe_key: string;
  kind: string;
  ref: string;
  state: Generated<'pending' | 'sent' | 'unneeded' | 'dead'>;
  tries: Generated<number>;
  next_at: Instant;
  /** Starts at `-infinity`, which the program writes but never reads. */
  lease_until: ColumnType<unknown, Instant | '-infinity' | undefined, Instant | '-infinity'>;
  created_at: Instant;
}
