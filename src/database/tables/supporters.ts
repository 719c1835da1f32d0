/** Tables of the supporters feature: see `migrations/0004-supporters.sql`. */
import type { Generated } from 'kysely';
import type { Instant } from '../../calendar/index.ts';

export interface SupportersTables {
  supporter_number: SupporterNumberTable;
  contact: ContactTable;
}

interface SupporterNumberTable {
  supporter_id: string;
  number_hash: Uint8Array;
  first_issued_at: Instant;
  asked_at: Instant;
  used: Generated<boolean>;
}

interface ContactTable {
  supporter_id: string;
  sealed: Uint8Array;
  way_out_hash: Uint8Array;
  review_at: Instant;
}
