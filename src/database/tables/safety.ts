/** Tables of the safety feature: see `migrations/0023-listed-countries.sql`. */
import type { Generated } from 'kysely';
import type { Instant } from '../../calendar/index.ts';

export interface SafetyTables {
  listing_act: {
    seq: Generated<bigint>;
    id: string;
    country: string;
    kind: 'add' | 'ask-removal' | 'confirm-removal';
    decided_by: string;
    reason: string;
    source: string | null;
    ends_at: Instant | null;
    asked_in: string | null;
    at: Instant;
  };
}
