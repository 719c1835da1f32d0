/** The SQL of appeals: reading everything that is asked, the revision that tells of a change, and writing one appeal whole. */
import { sql } from 'kysely';
import { type Clock, Instant } from '../calendar/index.ts';
import type { Db, Tx } from '../database/index.ts';
import { assert } from '../problems/index.ts';
import type { Appeal, Variant } from './appeal.ts';
import { UNASSIGNED } from './assignment.ts';
import { languagesReady } from './signed-off.ts';

export type Channel = 'note' | 'frame';

/** Everything the answers are made from, read in one transaction. */
export interface Asking {
  readonly revision: bigint;
  /** Whether a channel may ask: the main switch and its own are on. */
  readonly isOn: (channel: Channel) => boolean;
  readonly appeals: readonly Appeal[];
}

/** The number that grows with every change to appeals, texts and switches. One row, one page. */
export async function readRevision(db: Db | Tx): Promise<bigint> {
  const row = await db.selectFrom('appeal_revision').select('revision').executeTakeFirstOrThrow();
  return row.revision;
}

/** Reads appeals that are not archived, their variants and texts, and the switches, at one moment. */
export async function readAsking(db: Db): Promise<Asking> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const revision = await readRevision(tx);
      const switches = await tx.selectFrom('appeal_switches').selectAll().execute();
      const off = new Set(switches.filter((one) => !one.is_on).map((one) => one.name));
      return {
        revision,
        isOn: (channel) => !off.has('all') && !off.has(channel),
        appeals: await readAppeals(tx),
      };
    });
}

async function readAppeals(tx: Tx): Promise<Appeal[]> {
  const rows = await tx
    .selectFrom('appeals')
    .selectAll()
    .where('status', '<>', 'archived')
    .orderBy('priority')
    .orderBy('id')
    .execute();
  const variants = await tx
    .selectFrom('appeal_variants')
    .selectAll()
    .orderBy('appeal_id')
    .orderBy('position')
    .execute();
  const texts = await tx.selectFrom('appeal_texts').selectAll().orderBy('language').execute();
  return rows.map((row) => {
    const own = variants
      .filter((variant) => variant.appeal_id === row.id)
      .map(
        (variant): Variant => ({
          id: variant.id,
          share: variant.share,
          texts: texts
            .filter((text) => text.appeal_id === row.id && text.variant_id === variant.id)
            .map((text) => ({
              language: text.language,
              speaker: text.speaker,
              lead: text.lead,
              paragraphs: text.paragraphs,
              signedOffBy: text.signed_off_by,
            })),
        }),
      );
    return {
      id: row.id,
      priority: row.priority,
      status: row.status,
      startMs: row.starts_at?.epochMilliseconds ?? null,
      endMs: row.ends_at?.epochMilliseconds ?? null,
      zone: row.zone,
      include: row.include,
      exclude: row.exclude,
      languages: languagesReady(own),
      // Places are filled when the answer is made; until then nothing is known to be missing.
      complete: true,
      calm: row.calm,
      cap: row.cap,
      minStories: row.min_stories,
      maxStories: row.max_stories,
      firstInterval: row.first_interval,
      experimentKey: row.experiment_key,
      variants: own,
    };
  });
}

/**
 * Writes an appeal with its variants and texts, whole: what was there under the id is replaced, in one transaction.
 * The database refuses reversed schedules, caps above the ceiling and texts that are too long.
 */
export async function saveAppeal(
  tx: Tx,
  appeal: Omit<Appeal, 'languages' | 'complete'>,
  clock: Clock,
): Promise<void> {
  const shares = appeal.variants.reduce((sum, variant) => sum + variant.share, 0);
  assert(shares === 100, 'the shares of an appeal add up to a hundred slots');
  const row = {
    status: appeal.status,
    priority: appeal.priority,
    starts_at: instantOrNull(appeal.startMs),
    ends_at: instantOrNull(appeal.endMs),
    zone: appeal.zone,
    include: appeal.include,
    exclude: appeal.exclude,
    calm: appeal.calm,
    cap: appeal.cap,
    min_stories: appeal.minStories,
    max_stories: appeal.maxStories,
    first_interval: appeal.firstInterval,
    experiment_key: appeal.experimentKey,
    changed_at: clock.now(),
  };
  await tx
    .insertInto('appeals')
    .values({ id: appeal.id, ...row })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ ...row, version: sql`appeals.version + 1` }),
    )
    .execute();
  await tx.deleteFrom('appeal_texts').where('appeal_id', '=', appeal.id).execute();
  await tx.deleteFrom('appeal_variants').where('appeal_id', '=', appeal.id).execute();
  for (const [position, variant] of appeal.variants.entries()) {
    await saveVariant(tx, { appealId: appeal.id, position, variant });
  }
}

async function saveVariant(
  tx: Tx,
  options: { readonly appealId: string; readonly position: number; readonly variant: Variant },
): Promise<void> {
  const { appealId, position, variant } = options;
  await tx
    .insertInto('appeal_variants')
    .values({ appeal_id: appealId, id: variant.id, position, share: variant.share })
    .execute();
  if (variant.texts.length === 0) return;
  await tx
    .insertInto('appeal_texts')
    .values(
      variant.texts.map((text) => ({
        appeal_id: appealId,
        variant_id: variant.id,
        language: text.language,
        speaker: text.speaker,
        lead: text.lead,
        paragraphs: text.paragraphs,
        signed_off_by: text.signedOffBy,
      })),
    )
    .execute();
}

/** Turns asking on or off: everything, or one channel. The audit of who did it is the desk's. */
export async function setSwitch(
  db: Db | Tx,
  change: { readonly name: 'all' | Channel; readonly isOn: boolean; readonly reason: string },
  clock: Clock,
): Promise<void> {
  const row = { is_on: change.isOn, reason: change.reason, changed_at: clock.now() };
  await db
    .insertInto('appeal_switches')
    .values({ name: change.name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

/**
 * Whether an appeal and its variant exist or existed; a gift is never counted for one that did not. Readers whom no slot
 * assigned come with a name that is no variant's, and only their appeal is asked about.
 */
export async function knowsAppeal(
  db: Db | Tx,
  mark: { readonly appealId: string; readonly variantId: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('appeal_variants')
    .select('id')
    .where('appeal_id', '=', mark.appealId)
    .$if(mark.variantId !== UNASSIGNED, (query) => query.where('id', '=', mark.variantId))
    .limit(1)
    .executeTakeFirst();
  if (row !== undefined) return true;
  const counted = await db
    .selectFrom('appeal_counts')
    .select('appeal_id')
    .where('appeal_id', '=', mark.appealId)
    .$if(mark.variantId !== UNASSIGNED, (query) => query.where('variant_id', '=', mark.variantId))
    .limit(1)
    .executeTakeFirst();
  return counted !== undefined;
}

function instantOrNull(ms: number | null): Instant | null {
  return ms === null ? null : Instant.fromEpochMilliseconds(ms);
}
