/**
 * What an import says it did: counts, what was taken out of stories, what was left in the source, and where to look.
 */
import type { Story } from '../story.ts';
import type { ImportedStory } from './imported-story.ts';
import type { ImportSource, SourceFormat } from './source.ts';

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

/** One story's line, for people who asked for every one. */
export function lineOf(
  story: Story,
  outcome: ImportOutcome,
  imported: ImportedStory,
): ImportedLine {
  return {
    outcome,
    title: story.title,
    path: `/story/${story.slug}`,
    status: story.status,
    completeness: story.completeness,
    dropped: imported.dropped,
  };
}

/** Adds up an import while it runs. */
export class ImportCounts {
  readonly #source: ImportSource;
  readonly #options: { readonly isDryRun: boolean };
  readonly #outcomes: Record<ImportOutcome, number> = { new: 0, updated: 0, unchanged: 0 };
  readonly #dropped = new Map<string, number>();
  readonly #firstPaths: string[] = [];
  #published = 0;
  #summaries = 0;
  #undated = 0;
  #total = 0;

  constructor(source: ImportSource, options: { readonly isDryRun: boolean }) {
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
