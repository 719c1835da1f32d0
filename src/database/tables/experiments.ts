/** Tables of the experiments: see `migrations/0018-experiments.sql`. Both are only ever added to. */
import type { Instant, PlainDate } from '../../calendar/index.ts';

export interface ExperimentsTables {
  experiment: ExperimentTable;
  experiment_step: ExperimentStepTable;
}

interface ExperimentTable {
  key: string;
  appeal_id: string;
  definition: string;
  definition_hash: Uint8Array;
  created_at: Instant;
}

interface ExperimentStepTable {
  experiment_key: string;
  n: number;
  state: 'draft' | 'running' | 'stopped' | 'decided';
  day: PlainDate | null;
  variant_id: string | null;
  by: string;
  reason: string;
  at: Instant;
}
