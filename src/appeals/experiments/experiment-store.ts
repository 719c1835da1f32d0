/** The SQL of experiments: written once, read back against its hash, and the counters of its whole days. */
import { sql } from 'kysely';
import type { Instant, PlainDate } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import {
  canonical,
  type Definition,
  definitionHash,
  EXPERIMENT_STATES,
  type ExperimentState,
  readDefinition,
} from './experiment.ts';

export interface ExperimentStep {
  readonly state: ExperimentState;
  /** The first whole day that counts (running), or the last (stopped). */
  readonly day: PlainDate | null;
  readonly variantId: string | null;
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}

export interface KeptExperiment {
  readonly definition: Definition;
  /** In order; the last one is the state. */
  readonly steps: readonly ExperimentStep[];
}

/** Every experiment, newest first. Throws where the kept bytes do not fit their hash: then nothing they say counts. */
export async function readExperiments(db: Db | Tx): Promise<readonly KeptExperiment[]> {
  const rows = await db
    .selectFrom('experiment')
    .select(['key', 'definition', 'definition_hash'])
    .orderBy('created_at', 'desc')
    .orderBy('key')
    .execute();
  const steps = await db
    .selectFrom('experiment_step')
    .selectAll()
    .orderBy('experiment_key')
    .orderBy('n')
    .execute();
  return rows.map((row) => {
    const definition = readDefinition(row.definition);
    assert(definition.key === row.key, 'a definition is kept under its key');
    assert(
      definitionHash(definition).equals(row.definition_hash),
      'a definition is what was written down',
    );
    const own = steps
      .filter((step) => step.experiment_key === row.key)
      .map(({ state, day, variant_id, by, reason, at }) => ({
        state,
        day,
        variantId: variant_id,
        by,
        reason,
        at,
      }));
    assert(own.length > 0, 'an experiment is at least a draft');
    return { definition, steps: own };
  });
}

/**
 * Writes a definition down. @returns whether it stands as handed in: `changed` when another one stands under its key,
 * which is refused and stays.
 */
export async function writeDefinition(
  tx: Tx,
  options: { readonly definition: Definition; readonly at: Instant },
): Promise<'written' | 'same' | 'changed'> {
  const { definition, at } = options;
  const hash = definitionHash(definition);
  const made = await tx
    .insertInto('experiment')
    .values({
      key: definition.key,
      appeal_id: definition.appealId,
      definition: canonical(definition),
      definition_hash: hash,
      created_at: at,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key')
    .executeTakeFirst();
  if (made !== undefined) return 'written';
  const kept = await tx
    .selectFrom('experiment')
    .select('definition_hash')
    .where('key', '=', definition.key)
    .executeTakeFirstOrThrow();
  return hash.equals(kept.definition_hash) ? 'same' : 'changed';
}

/** Adds a state. The database refuses one that does not follow the last, and the same one twice. */
export async function writeStep(
  tx: Tx,
  options: { readonly key: string; readonly step: ExperimentStep },
): Promise<void> {
  const { key, step } = options;
  await tx
    .insertInto('experiment_step')
    .values({
      experiment_key: key,
      n: EXPERIMENT_STATES.indexOf(step.state) + 1,
      state: step.state,
      day: step.day,
      variant_id: step.variantId,
      by: step.by,
      reason: step.reason,
      at: step.at,
    })
    .execute();
}

/** Nobody else starts or stops an experiment until this transaction ends; reading goes on. */
export async function lockExperiments(tx: Tx): Promise<void> {
  await sql`lock table experiment_step in share row exclusive mode`.execute(tx);
}

export interface AskCounts {
  readonly variantId: string;
  readonly asks: bigint;
  readonly closed: bigint;
  readonly postponed: bigint;
}

/**
 * What was counted per variant on the days `from` to `to`, both included. Only readers whom a slot assigned: frames and
 * devices without storage always see the control and are left out, as are previews, which count nowhere.
 */
export async function readAskCounts(
  db: Db,
  range: { readonly appealId: string; readonly from: PlainDate; readonly to: PlainDate },
): Promise<readonly AskCounts[]> {
  const { rows } = await sql<{ id: string; asks: bigint; closed: bigint; postponed: bigint }>`
    select variant_id as id,
      coalesce(sum(total) filter (where kind = 'shown'), 0)::bigint as asks,
      coalesce(sum(total) filter (where kind = 'closed'), 0)::bigint as closed,
      coalesce(sum(total) filter (where kind = 'postponed'), 0)::bigint as postponed
    from appeal_counts
    where appeal_id = ${range.appealId} and placement = 'story'
      and day >= ${range.from} and day <= ${range.to}
    group by variant_id
  `.execute(db);
  return rows.map(({ id, ...counts }) => ({ variantId: id, ...counts }));
}
