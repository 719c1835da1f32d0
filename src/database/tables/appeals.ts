/** Tables of the appeals feature: see `migrations/0005-appeals.sql`. */
import type { Generated } from 'kysely';
import type { Instant, PlainDate } from '../../calendar/index.ts';

export interface AppealsTables {
  appeals: AppealsTable;
  appeal_variants: AppealVariantsTable;
  appeal_texts: AppealTextsTable;
  appeal_switches: AppealSwitchesTable;
  appeal_revision: AppealRevisionTable;
  appeal_counts: AppealCountsTable;
}

interface AppealsTable {
  id: string;
  status: 'draft' | 'live' | 'paused' | 'archived';
  priority: number;
  starts_at: Instant | null;
  ends_at: Instant | null;
  zone: string;
  include: readonly string[];
  exclude: readonly string[];
  calm: boolean;
  cap: number;
  min_stories: number | null;
  max_stories: number | null;
  first_interval: 'once' | 'month' | 'year';
  experiment_key: string;
  version: Generated<bigint>;
  changed_at: Instant;
}

interface AppealVariantsTable {
  appeal_id: string;
  id: string;
  position: number;
  share: number;
}

interface AppealTextsTable {
  appeal_id: string;
  variant_id: string;
  language: string;
  speaker: string;
  lead: string;
  paragraphs: readonly string[];
  signed_off_by: string | null;
}

interface AppealSwitchesTable {
  name: 'all' | 'note' | 'frame';
  is_on: boolean;
  reason: string;
  changed_at: Instant;
}

interface AppealRevisionTable {
  one: Generated<boolean>;
  revision: bigint;
}

interface AppealCountsTable {
  day: PlainDate;
  appeal_id: string;
  variant_id: string;
  language: string;
  placement: 'story' | 'story-no-slot' | 'frame';
  kind: 'shown' | 'opened' | 'closed' | 'postponed' | 'followed';
  total: bigint;
}
