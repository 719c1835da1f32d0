/**
 * What every importer offers to the one pipeline: a name, stories one at a time, and a count of what it left alone.
 */
import type { ImportedStory } from './imported-story.ts';

export type SourceFormat = 'rss' | 'atom' | 'json-feed' | 'wordpress' | 'ghost' | 'markdown';

export interface ImportSource {
  readonly format: SourceFormat;
  /** Stable name of where the stories come from; together with a story's identity it never doubles. */
  readonly name: string;
  /** Stories one at a time; may be asked for once. */
  stories(): AsyncIterable<ImportedStory> | Iterable<ImportedStory>;
  /** What is in the source and was not taken, by a word for people; complete when `stories` has ended. */
  readonly left: ReadonlyMap<string, number>;
}

/** Why a whole source was refused. */
export type ImportRefusalReason =
  | 'encoding'
  | 'doctype'
  | 'too-large'
  | 'too-deep'
  | 'format'
  | 'front-matter';

const WORDS: Readonly<Record<ImportRefusalReason, string>> = {
  encoding:
    'The file is not in the encoding it says it is in. Save it as UTF-8, or correct its declaration, and import it again.',
  doctype:
    'The file declares a document type of its own, which can be used to attack a reader of it. Remove the DOCTYPE with its declarations and import it again.',
  'too-large': 'The file, or one story in it, is larger than an import takes.',
  'too-deep': 'The file nests its elements deeper than any story needs.',
  format:
    'This is none of the formats Tuppence reads: RSS, Atom, JSON Feed, WordPress (WXR), Ghost JSON, Markdown.',
  'front-matter':
    'The front matter of a Markdown file must be YAML between two lines of three hyphens; code in it is never run.',
};

export class ImportRefusal extends Error {
  readonly reason: ImportRefusalReason;

  constructor(reason: ImportRefusalReason, detail = '') {
    super(detail === '' ? WORDS[reason] : `${WORDS[reason]} (${detail})`);
    this.name = 'ImportRefusal';
    this.reason = reason;
  }
}

/** Counts things by name. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string, count = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }
}

/** A document as bytes, from the beginning each time it is called. */
export type OpenBytes = () => AsyncIterable<Uint8Array>;
