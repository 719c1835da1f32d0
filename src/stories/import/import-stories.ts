/**
 * The one way in: stories of any source become ours in a single transaction, and a report says what was taken and what was
 * left. Running it again with the same source changes only what changed there.
 *
 * What a source publishes stays published unless it is asked to be held back; what it hides (drafts, private, by password,
 * for members) never becomes public by itself. A story is known again by its id at the source, else by its old path.
 */
import { createHash } from 'node:crypto';
import type { Clock, Instant, Random } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { collapse } from '../clean.ts';
import { freeSlug, slugFrom } from '../slug.ts';
import {
  type Byline,
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
import type { ImportedStory } from './imported-story.ts';
import { shortText } from './item.ts';
import type { ImportSource, SourceFormat } from './source.ts';

export interface ImportOptions {
  /** False holds everything back as drafts. */
  readonly keepsStatus: boolean;
  /** Reads and reports, and writes nothing. */
  readonly isDryRun: boolean;
  /** For stories whose source states none. */
  readonly fallbackLanguage: string;
  /** Sections of the newsroom; a category of the source with the same name or id leads there. */
  readonly sections: readonly { readonly id: string; readonly titles: readonly string[] }[];
  /** Hears of each story as it is done. */
  readonly onStory?: (done: ImportedLine) => void;
}

export interface ImportDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
}

export type ImportOutcome = 'new' | 'updated' | 'unchanged';

export interface ImportedLine {
  readonly outcome: ImportOutcome;
  readonly title: string;
  /** Path of its page here. */
  readonly path: string;
  readonly status: Story['status'];
  readonly completeness: Story['completeness'];
  /** What was left out of it, in words for people. */
  readonly dropped: readonly string[];
}

export interface ImportReport {
  readonly format: SourceFormat;
  readonly source: string;
  readonly isDryRun: boolean;
  readonly outcomes: Readonly<Record<ImportOutcome, number>>;
  readonly published: number;
  readonly drafts: number;
  /** Of the published ones, those that are only a taste and are listed nowhere. */
  readonly summaries: number;
  /** Published without a date, because the source gave none that can be read. */
  readonly undated: number;
  /** What was taken out of stories, counted. */
  readonly dropped: ReadonlyMap<string, number>;
  /** What of the source was not taken at all, counted. */
  readonly left: ReadonlyMap<string, number>;
  /** The first addresses, to look at. */
  readonly firstPaths: readonly string[];
}

const FIRST_PATHS = 3;
const TITLE_LENGTH = 400;

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
      section: sectionOf(imported, options),
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

function identityOf(imported: ImportedStory): string {
  if (imported.identity !== '' && imported.identity.length <= 2000) return imported.identity;
  const content = `${imported.identity}\n${imported.title}\n${imported.text}`;
  return `content:${createHash('sha256').update(content).digest('hex')}`;
}

/** Everything that decides what is stored. */
function importHash(imported: ImportedStory, options: ImportOptions): string {
  const { links: _links, images: _images, dropped: _dropped, text: _text, ...stored } = imported;
  const decided = {
    ...stored,
    keepsStatus: options.keepsStatus,
    fallback: options.fallbackLanguage,
  };
  return createHash('sha256').update(JSON.stringify(decided)).digest('hex');
}

function titleOf(imported: ImportedStory): string {
  const title = collapse(imported.title ?? '');
  if (title !== '')
    return title.length <= TITLE_LENGTH
      ? title
      : `${title.slice(0, TITLE_LENGTH - 1).toWellFormed()}…`;
  const words = shortText(imported.text);
  if (words === null) return imported.url ?? '…';
  return words.length <= 80
    ? words
    : `${words
        .slice(0, 80)
        .replace(/\s\S*$/u, '')
        .toWellFormed()}…`;
}

function bylineOf(imported: ImportedStory): Byline {
  const name = collapse(imported.byline ?? '').slice(0, 200);
  const policy = imported.bylinePolicy ?? (name === '' ? 'desk' : 'name');
  if (policy === 'desk' || policy === 'none') return { policy };
  return name === '' ? { policy: 'desk' } : { policy, name };
}

/** A well-formed tag in the usual spelling, or null: `en_US` is `en-US`. */
export function languageOf(stated: string | null): string | null {
  const tag = (stated ?? '').trim().replaceAll('_', '-');
  const match = /^([a-z]{2,3})((?:-[a-z0-9]{2,8})*)$/i.exec(tag);
  if (match === null || tag.length > 35) return null;
  return `${(match[1] ?? '').toLowerCase()}${match[2] ?? ''}`;
}

function sectionOf(imported: ImportedStory, options: ImportOptions): string | null {
  const named = [imported.section, ...imported.tags].map((name) =>
    collapse(name ?? '').toLowerCase(),
  );
  const found = named
    .filter((name) => name !== '')
    .map((name) =>
      options.sections.find(
        ({ id, titles }) => id === name || titles.some((title) => title.toLowerCase() === name),
      ),
    )
    .find((section) => section !== undefined);
  return found?.id ?? null;
}

function slugOfAddress(url: string | null): string | null {
  const last = pathOf(url)?.split('/').filter(Boolean).at(-1) ?? '';
  const words = safeDecode(last).replace(/\.[a-z0-9]{1,5}$/i, '');
  return /\p{L}{3}/u.test(words) ? words : null;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pathOf(url: string | null): string | null {
  const path = url === null ? undefined : URL.parse(url)?.pathname;
  return path === undefined || path === '' || path === '/' ? null : path;
}

function lineOf(story: Story, outcome: ImportOutcome, imported: ImportedStory): ImportedLine {
  return {
    outcome,
    title: story.title,
    path: `/story/${story.slug}`,
    status: story.status,
    completeness: story.completeness,
    dropped: imported.dropped,
  };
}

class ImportCounts {
  readonly #source: ImportSource;
  readonly #options: ImportOptions;
  readonly #outcomes: Record<ImportOutcome, number> = { new: 0, updated: 0, unchanged: 0 };
  readonly #dropped = new Map<string, number>();
  readonly #firstPaths: string[] = [];
  #published = 0;
  #summaries = 0;
  #undated = 0;
  #total = 0;

  constructor(source: ImportSource, options: ImportOptions) {
    this.#source = source;
    this.#options = options;
  }

  add(line: ImportedLine, imported: ImportedStory): void {
    this.#total += 1;
    this.#outcomes[line.outcome] += 1;
    const isPublished = line.status === 'published';
    if (isPublished) this.#published += 1;
    if (isPublished && line.completeness === 'summary') this.#summaries += 1;
    if (isPublished && imported.published === null) this.#undated += 1;
    if (isPublished && this.#firstPaths.length < FIRST_PATHS) this.#firstPaths.push(line.path);
    for (const what of line.dropped) this.#drop(what);
  }

  #drop(what: string): void {
    const match = /^(.*?) \((\d+)\)$/.exec(what);
    const name = match?.[1] ?? what;
    this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + Number(match?.[2] ?? 1));
  }

  report(): ImportReport {
    return {
      format: this.#source.format,
      source: this.#source.name,
      isDryRun: this.#options.isDryRun,
      outcomes: this.#outcomes,
      published: this.#published,
      drafts: this.#total - this.#published,
      summaries: this.#summaries,
      undated: this.#undated,
      dropped: this.#dropped,
      left: this.#source.left,
      firstPaths: this.#firstPaths,
    };
  }
}
