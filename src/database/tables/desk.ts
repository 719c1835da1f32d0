/** Tables of the desk and of the demo: see `migrations/0006-desk.sql`. */
import type { Generated } from 'kysely';
import type { Instant } from '../../calendar/index.ts';

export interface DeskTables {
  desk_link: { secret_hash: Uint8Array; expires_at: Instant };
  desk_session: { secret_hash: Uint8Array; expires_at: Instant };
  demo_state: {
    only_row: Generated<boolean>;
    clock_offset_ms: Generated<bigint>;
    reader: Generated<'germany' | 'listed' | 'unknown' | 'tor'>;
  };
}
