/**
 * The one way in: stories of any source become ours in a single transaction, and a report says what was taken and what was
 * left. Running it again with the same source changes only what changed there.
 *
 * What a source publishes stays published unless it is asked to be held back; what it hides (drafts, private, by password,
 * for members) never becomes public by itself. A story is known again by its id at the source, else by its old path.
 */
import { sql } from 'kysely';
import type { Clock, Instant, Random } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { freeSlug, slugFrom } from '../slug.ts';
import {
  type Correction,
  publish,
  type Story,
  type StoryVersion,
  takeFromSource,
} from '../story.ts';
import {
  insertStory,
  lockStory,
  noteStoriesChanged,
  rememberOldPath,
  updateStory,
} from '../story-store.ts';
import { ImportCounts, type ImportedLine, type ImportReport, lineOf } from './import-report.ts';
import type { ImportedStory } from './imported-story.ts';
import type { ImportSource } from './source.ts';
import {
  bylineOf,
  identityOf,
  importHash,
  languageOf,
  pathOf,
  type SectionNames,
  sectionOf,
  slugOfAddress,
  titleOf,
} from './story-fields.ts';

/** Any constant will do, as long as nothing else of ours locks the same number. */
const IMPORT_LOCK = 727_010_020;

export interface ImportOptions {
  /** False holds everything back as drafts. */
  readonly keepsStatus: boolean;
  /** Reads and reports, and writes nothing. */
  readonly isDryRun: boolean;
  /** For stories whose source states none. */
  readonly fallbackLanguage: string;
  readonly sections: SectionNames;
  /** Hears of each story as it is done. */
  readonly onStory?: (done: ImportedLine) => void;
}

export interface ImportDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
}

/** Imports a source. All of it or, when anything fails, nothing. */
export async function importStories(
  source: ImportSource,
  options: ImportOptions,
  dependencies: ImportDependencies,
): Promise<ImportReport> {
  const counts = new ImportCounts(source, options);
  const rollback = new Error('dry run');
  try {
    await dependencies.db.transaction().execute(async (tx) => {
      const run = await ImportRun.begin({ tx, source, options, dependencies });
      for await (const imported of source.stories()) {
        const line = await run.take(imported);
        counts.add(line, imported);
        options.onStory?.(line);
      }
      if (run.hasWritten) await noteStoriesChanged(tx);
      if (options.isDryRun) throw rollback;
    });
  } catch (error) {
    if (error !== rollback) throw error;
  }
  return counts.report();
}

interface Known {
  readonly id: string;
  readonly hash: string | null;
}

interface RunParts {
  readonly tx: Tx;
  readonly source: ImportSource;
  readonly options: ImportOptions;
  readonly dependencies: ImportDependencies;
}

/** One import while its transaction is open: what is known of this source, and which slugs are taken. */
class ImportRun {
  readonly #parts: RunParts;
  readonly #known: Map<string, Known>;
  readonly #knownPaths: Map<string, string>;
  readonly #slugs: Set<string>;
  hasWritten = false;

  private constructor(
    parts: RunParts,
    existing: { known: Map<string, Known>; knownPaths: Map<string, string>; slugs: Set<string> },
  ) {
    this.#parts = parts;
    this.#known = existing.known;
    this.#knownPaths = existing.knownPaths;
    this.#slugs = existing.slugs;
  }

  static async begin(parts: RunParts): Promise<ImportRun> {
    const { tx, source } = parts;
    // One import at a time: two that read the same slugs as free would both fail at the second one's end.
    // Waiting for a long one may take long.
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`select pg_advisory_xact_lock(${IMPORT_LOCK})`.execute(tx);
    const mine = await tx
      .selectFrom('story')
      .select(['id', 'source_id', 'import_hash', 'original_url'])
      .where('source', '=', source.name)
      .execute();
    const slugs = await tx.selectFrom('story').select('slug').execute();
    return new ImportRun(parts, {
      known: new Map(
        mine.map((row) => [row.source_id ?? '', { id: row.id, hash: row.import_hash }]),
      ),
      knownPaths: new Map(
        mine.flatMap((row) => {
          const path = pathOf(row.original_url);
          return path === null ? [] : [[path, row.source_id ?? '']];
        }),
      ),
      slugs: new Set(slugs.map((row) => row.slug)),
    });
  }

  async take(imported: ImportedStory): Promise<ImportedLine> {
    const now = this.#parts.dependencies.clock.now();
    const sourceId = this.#sourceIdOf(imported);
    const hash = importHash(imported, this.#parts.options);
    const known = this.#known.get(sourceId);
    if (known === undefined) return this.#insert(imported, { sourceId, hash, now });
    const stored = await lockStory(this.#parts.tx, known.id);
    if (stored === undefined) return this.#insert(imported, { sourceId, hash, now });
    if (known.hash === hash) return lineOf(stored, 'unchanged', imported);
    return this.#update(stored, imported, { hash, now });
  }

  /** The source's own id; where that is new but the address is known, the id it had before (a feed that moved to https). */
  #sourceIdOf(imported: ImportedStory): string {
    const identity = identityOf(imported);
    if (this.#known.has(identity)) return identity;
    const path = pathOf(imported.url);
    return (path === null ? undefined : this.#knownPaths.get(path)) ?? identity;
  }

  async #insert(
    imported: ImportedStory,
    { sourceId, hash, now }: { sourceId: string; hash: string; now: Instant },
  ): Promise<ImportedLine> {
    const { tx, source } = this.#parts;
    const draft = this.#draftOf(imported, { source: source.name, sourceId });
    const { story, version } = this.#withStatus(draft, imported, now);
    await insertStory(tx, { story, version, importHash: hash, now });
    await this.#rememberPath(imported, story);
    this.#slugs.add(story.slug);
    this.#known.set(sourceId, { id: story.id, hash });
    this.hasWritten = true;
    return lineOf(story, 'new', imported);
  }

  async #update(
    stored: Story,
    imported: ImportedStory,
    { hash, now }: { hash: string; now: Instant },
  ): Promise<ImportedLine> {
    const fresh = this.#draftOf(imported, stored.origin);
    const taken = takeFromSource(
      stored,
      {
        title: fresh.title,
        summary: fresh.summary,
        language: fresh.language,
        body: fresh.body,
        updated: imported.updated,
      },
      now,
    );
    const story: Story = {
      ...taken.story,
      tags: fresh.tags,
      completeness: fresh.completeness,
      originalUrl: fresh.originalUrl,
      section: stored.section ?? fresh.section,
      // A name that was taken off here does not come back from there.
      byline: stored.byline.policy === 'name' ? fresh.byline : stored.byline,
      corrections: mergedCorrections(stored.corrections, fresh.corrections),
    };
    const isNowPublic = stored.status === 'draft' && this.#isPublic(imported);
    const change = isNowPublic
      ? this.#withStatus(story, imported, now)
      : { story, version: taken.version };
    await updateStory(this.#parts.tx, { ...change, importHash: hash, now });
    await this.#rememberPath(imported, change.story);
    this.hasWritten = true;
    return lineOf(change.story, 'updated', imported);
  }

  #isPublic(imported: ImportedStory): boolean {
    return this.#parts.options.keepsStatus && imported.status === 'published';
  }

  #withStatus(
    draft: Story,
    imported: ImportedStory,
    now: Instant,
  ): { story: Story; version: StoryVersion | null } {
    if (!this.#isPublic(imported)) return { story: draft, version: null };
    const change = publish(draft, { publishedAt: imported.published, now });
    if (!change.ok) return { story: draft, version: null };
    const updated = lastChange(change.story, imported);
    return { story: { ...change.story, updated }, version: change.version };
  }

  #draftOf(imported: ImportedStory, origin: Story['origin']): Story {
    const { options, dependencies } = this.#parts;
    const title = titleOf(imported);
    const wished = slugFrom({
      words: imported.slug ?? slugOfAddress(imported.url) ?? title,
      fallback: `${origin?.source} ${origin?.sourceId}`,
    });
    return {
      id: dependencies.random.uuid(),
      origin,
      slug: freeSlug(wished, (candidate) => this.#slugs.has(candidate)),
      language: languageOf(imported.language) ?? options.fallbackLanguage,
      section: sectionOf(imported, options.sections),
      kind: imported.kind,
      title,
      summary: imported.summary ?? '',
      body: imported.bodyHtml,
      byline: bylineOf(imported),
      tags: imported.tags.slice(0, 50).map((tag) => tag.slice(0, 100)),
      status: 'draft',
      completeness: imported.completeness,
      originalUrl: imported.url === null || imported.url.length > 2000 ? null : imported.url,
      published: imported.published,
      updated: imported.updated,
      retraction: null,
      version: 0,
      corrections: (imported.corrections ?? []).map((correction) => ({
        ...correction,
        id: dependencies.random.uuid(),
      })),
    };
  }

  async #rememberPath(imported: ImportedStory, story: Story): Promise<void> {
    const path = pathOf(imported.url);
    if (path === null || path === '/' || path.length > 1000) return;
    await rememberOldPath(this.#parts.tx, { path, storyId: story.id });
  }
}

/** The newest of: publication, a stated change, the last correction. */
function lastChange(story: Story, imported: ImportedStory): Instant | null {
  const dates = [imported.updated, ...story.corrections.map((correction) => correction.madeAt)];
  return dates.reduce(
    (latest, date) =>
      date !== null && (latest === null || date.epochNanoseconds > latest.epochNanoseconds)
        ? date
        : latest,
    story.updated,
  );
}

/** Corrections that are already known keep their id. */
function mergedCorrections(
  known: readonly Correction[],
  fresh: readonly Correction[],
): readonly Correction[] {
  const words = (correction: Correction) => `${correction.wasWrong}\n${correction.isRight}`;
  const knownWords = new Set(known.map(words));
  return [...known, ...fresh.filter((correction) => !knownWords.has(words(correction)))];
}
