/**
 * Stories in the database. Every write takes a transaction and ends with one step of `story_revision`, so that processes
 * which keep finished pages notice within a second.
 */
import { type Selectable, sql } from 'kysely';
import type { Instant } from '../calendar/index.ts';
import { type Database, type Db, jsonb, type Tx } from '../database/index.ts';
import type { Byline, Correction, Story, StoryVersion } from './story.ts';

type StoryRow = Selectable<Database['story']>;

/** What lists need: everything but the text. */
export type StoryHead = Omit<Story, 'body' | 'corrections'>;

const HEAD_COLUMNS = [
  'id',
  'source',
  'source_id',
  'slug',
  'language',
  'section',
  'kind',
  'title',
  'summary',
  'byline_policy',
  'byline',
  'tags',
  'status',
  'completeness',
  'original_url',
  'published_at',
  'updated_at',
  'retracted_at',
  'retraction_reason',
  'version',
] as const satisfies readonly (keyof StoryRow)[];

/** The published story or page, or the retracted one, at a slug. Drafts are not found. */
export async function publicStory(db: Db, slug: string): Promise<Story | undefined> {
  const row = await db
    .selectFrom('story')
    .select([...HEAD_COLUMNS, 'body'])
    .where('slug', '=', slug)
    .where('status', '!=', 'draft')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const corrections = await correctionsOf(db, [row.id]);
  return { ...headOf(row), body: row.body, corrections: corrections.get(row.id) ?? [] };
}

/** A story by id, whatever its status, locked until the transaction ends. */
export async function lockStory(tx: Tx, id: string): Promise<Story | undefined> {
  const row = await tx
    .selectFrom('story')
    .select([...HEAD_COLUMNS, 'body'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const corrections = await correctionsOf(tx, [id]);
  return { ...headOf(row), body: row.body, corrections: corrections.get(id) ?? [] };
}

export interface ListOptions {
  readonly section?: string;
  /** Only stories published at or after it. */
  readonly since?: Instant;
  readonly limit: number;
  readonly offset?: number;
}

/** Published whole stories, newest first, without their texts. */
export async function newestStories(db: Db, options: ListOptions): Promise<StoryHead[]> {
  const rows = await listed(db, options).select(HEAD_COLUMNS).execute();
  return rows.map(headOf);
}

/** As {@link newestStories}, with texts and corrections. */
export async function newestStoriesWhole(db: Db, options: ListOptions): Promise<Story[]> {
  const rows = await listed(db, options)
    .select([...HEAD_COLUMNS, 'body'])
    .execute();
  const corrections = await correctionsOf(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    ...headOf(row),
    body: row.body,
    corrections: corrections.get(row.id) ?? [],
  }));
}

function listed(db: Db, options: ListOptions) {
  let query = db
    .selectFrom('story')
    .where('status', '=', 'published')
    .where('completeness', '=', 'full')
    .where('kind', '=', 'story')
    .orderBy('published_at', (order) => order.desc().nullsLast())
    .orderBy('id', 'desc')
    .limit(options.limit)
    .offset(options.offset ?? 0);
  if (options.section !== undefined) query = query.where('section', '=', options.section);
  if (options.since !== undefined) query = query.where('published_at', '>=', options.since);
  return query;
}

export interface ListedCorrection {
  readonly correction: Correction;
  readonly story: Pick<StoryHead, 'slug' | 'title' | 'language'>;
}

/** Corrections and retractions of every public story, newest first. */
export async function newestCorrections(db: Db, limit: number): Promise<ListedCorrection[]> {
  const rows = await db
    .selectFrom('story_correction as correction')
    .innerJoin('story', 'story.id', 'correction.story_id')
    .select([
      'correction.id',
      'correction.made_at',
      'correction.was_wrong',
      'correction.is_right',
      'story.slug',
      'story.title',
      'story.language',
    ])
    .where('story.status', '!=', 'draft')
    .orderBy('correction.made_at', 'desc')
    .orderBy('correction.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    correction: correctionOf(row),
    story: { slug: row.slug, title: row.title, language: row.language },
  }));
}

/** Retracted stories, newest retraction first. */
export async function retractedStories(db: Db, limit: number): Promise<StoryHead[]> {
  const rows = await db
    .selectFrom('story')
    .select(HEAD_COLUMNS)
    .where('status', '=', 'retracted')
    .orderBy('retracted_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(headOf);
}

/** The slug of the public story that once had this path, here or where it came from. */
export async function slugOfOldPath(db: Db, path: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('story_old_path')
    .innerJoin('story', 'story.id', 'story_old_path.story_id')
    .select('story.slug')
    .where('story_old_path.path', '=', path)
    .where('story.status', '!=', 'draft')
    .executeTakeFirst();
  return row?.slug;
}

/** Rises with every change to any story. */
export async function storyRevision(db: Db): Promise<bigint> {
  const row = await db.selectFrom('story_revision').select('revision').executeTakeFirstOrThrow();
  return row.revision;
}

/** Tells every process that stories changed. The last step of each writing transaction. */
export async function noteStoriesChanged(tx: Tx): Promise<void> {
  await tx.updateTable('story_revision').set({ revision: sql<bigint>`revision + 1` }).execute();
}

export interface StoryWrite {
  readonly story: Story;
  /** The version to add to the history, when one became public. */
  readonly version: StoryVersion | null;
  /** Hash of what an import brought; null for stories written here. */
  readonly importHash: string | null;
  readonly now: Instant;
}

/** Writes a new story. The slug must be free. */
export async function insertStory(tx: Tx, write: StoryWrite): Promise<void> {
  const { story } = write;
  await tx
    .insertInto('story')
    .values({
      ...columnsOf(story),
      id: story.id,
      import_hash: write.importHash,
      created_at: write.now,
    })
    .execute();
  await insertHistory(tx, write);
}

/** Writes what changed of a story, adds its version and its new corrections. */
export async function updateStory(tx: Tx, write: StoryWrite): Promise<void> {
  const columns = columnsOf(write.story);
  const importHash = write.importHash === null ? {} : { import_hash: write.importHash };
  await tx
    .updateTable('story')
    .set({ ...columns, ...importHash })
    .where('id', '=', write.story.id)
    .execute();
  await insertHistory(tx, write);
}

async function insertHistory(tx: Tx, { story, version }: StoryWrite): Promise<void> {
  if (version !== null) {
    await tx
      .insertInto('story_version')
      .values({
        story_id: story.id,
        version: version.version,
        content_hash: version.contentHash,
        content: jsonb(version.content),
        made_at: version.madeAt,
      })
      .execute();
  }
  if (story.corrections.length > 0) {
    await tx
      .insertInto('story_correction')
      .values(
        story.corrections.map((correction) => ({
          id: correction.id,
          story_id: story.id,
          made_at: correction.madeAt,
          was_wrong: correction.wasWrong,
          is_right: correction.isRight,
        })),
      )
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

/** Remembers a path under which the story could be found before. The first story of a path keeps it. */
export async function rememberOldPath(
  tx: Tx,
  { path, storyId }: { readonly path: string; readonly storyId: string },
): Promise<void> {
  await tx
    .insertInto('story_old_path')
    .values({ path, story_id: storyId })
    .onConflict((conflict) => conflict.column('path').doNothing())
    .execute();
}

function columnsOf(story: Story) {
  return {
    source: story.origin?.source ?? null,
    source_id: story.origin?.sourceId ?? null,
    slug: story.slug,
    language: story.language,
    section: story.section,
    kind: story.kind,
    title: story.title,
    summary: story.summary,
    body: story.body,
    byline_policy: story.byline.policy,
    byline: 'name' in story.byline ? story.byline.name : null,
    tags: story.tags,
    status: story.status,
    completeness: story.completeness,
    original_url: story.originalUrl,
    published_at: story.published,
    updated_at: story.updated,
    retracted_at: story.retraction?.at ?? null,
    retraction_reason: story.retraction?.reason ?? null,
    version: story.version,
  };
}

function headOf(row: Pick<StoryRow, (typeof HEAD_COLUMNS)[number]>): StoryHead {
  return {
    id: row.id,
    origin:
      row.source === null || row.source_id === null
        ? null
        : { source: row.source, sourceId: row.source_id },
    slug: row.slug,
    language: row.language,
    section: row.section,
    kind: row.kind,
    title: row.title,
    summary: row.summary,
    byline: bylineOf(row),
    tags: row.tags,
    status: row.status,
    completeness: row.completeness,
    originalUrl: row.original_url,
    published: row.published_at,
    updated: row.updated_at,
    retraction:
      row.retracted_at === null || row.retraction_reason === null
        ? null
        : { at: row.retracted_at, reason: row.retraction_reason },
    version: row.version,
  };
}

function bylineOf(row: Pick<StoryRow, 'byline_policy' | 'byline'>): Byline {
  if (row.byline_policy === 'desk' || row.byline_policy === 'none') {
    return { policy: row.byline_policy };
  }
  return { policy: row.byline_policy, name: row.byline ?? '' };
}

async function correctionsOf(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Correction[]>> {
  const found = new Map<string, Correction[]>();
  if (ids.length === 0) return found;
  const rows = await db
    .selectFrom('story_correction')
    .selectAll()
    .where('story_id', 'in', ids)
    .orderBy('made_at')
    .orderBy('id')
    .execute();
  for (const row of rows) {
    const list = found.get(row.story_id) ?? [];
    list.push(correctionOf(row));
    found.set(row.story_id, list);
  }
  return found;
}

function correctionOf(row: {
  readonly id: string;
  readonly made_at: Instant;
  readonly was_wrong: string;
  readonly is_right: string;
}): Correction {
  return { id: row.id, madeAt: row.made_at, wasWrong: row.was_wrong, isRight: row.is_right };
}
