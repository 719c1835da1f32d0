/** Which copy of a newsroom may act; beside `migrations/0012-custody.sql`. */
import type { Generated } from 'kysely';
import type { Instant } from '../../calendar/index.ts';

export interface CustodyTable {
  one: Generated<boolean>;
  state: Generated<'acting' | 'moved' | 'restored'>;
  export_id: string | null;
  exported_at: Instant | null;
  changed_at: Instant | null;
}

export interface CustodyTables {
  custody: CustodyTable;
}
