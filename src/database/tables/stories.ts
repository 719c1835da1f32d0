/** Tables of the stories feature: see `migrations/0002-stories.sql`. */
import type { Generated } from 'kysely';
import type { Instant } from '../../calendar/index.ts';

export interface StoriesTables {
  story: StoryTable;
  story_version: StoryVersionTable;
  story_correction: StoryCorrectionTable;
  story_old_path: StoryOldPathTable;
  story_revision: StoryRevisionTable;
}

interface StoryTable {
  id: string;
  source: string | null;
  source_id: string | null;
  slug: string;
  language: string;
  section: string | null;
  kind: 'story' | 'page';
  title: string;
  summary: Generated<string>;
  body: string;
  byline_policy: 'name' | 'pseudonym' | 'desk' | 'none';
  byline: string | null;
  tags: Generated<readonly string[]>;
  status: 'draft' | 'published' | 'retracted';
  completeness: Generated<'full' | 'summary'>;
  original_url: string | null;
  published_at: Instant | null;
  updated_at: Instant | null;
  retracted_at: Instant | null;
  retraction_reason: string | null;
  version: Generated<number>;
  import_hash: string | null;
  created_at: Instant;
}

interface StoryVersionTable {
  story_id: string;
  version: number;
  content_hash: string;
  content: unknown;
  made_at: Instant;
}

interface StoryCorrectionTable {
  id: string;
  story_id: string;
  made_at: Instant;
  was_wrong: string;
  is_right: string;
}

interface StoryOldPathTable {
  path: string;
  story_id: string;
}

interface StoryRevisionTable {
  one: Generated<boolean>;
  revision: bigint;
}
