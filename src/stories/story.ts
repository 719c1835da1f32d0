/**
 * What a story is and what may happen to it.
 *
 * A draft can be changed freely. Once published, a story is changed in the open: a correction says what was wrong and what
 * is right, a retraction leaves the address and takes the text away, and every version that was ever public is kept with its
 * hash, so that nobody (we included) can edit in silence. Functions here are pure: state in, new state out.
 */
import { createHash } from 'node:crypto';
import type { Instant } from '../calendar/index.ts';

export type StoryStatus = 'draft' | 'published' | 'retracted';
export type StoryKind = 'story' | 'page';
/** A summary is only a taste of a story that stands elsewhere: it opens at its address and is listed nowhere. */
export type StoryCompleteness = 'full' | 'summary';

/** Who is named above a story. `desk` prints the newsroom, `none` nobody at all. */
export type Byline =
  | { readonly policy: 'name' | 'pseudonym'; readonly name: string }
  | { readonly policy: 'desk' | 'none' };

export interface Correction {
  readonly id: string;
  readonly madeAt: Instant;
  /** In plain words. */
  readonly wasWrong: string;
  readonly isRight: string;
}

/** Where a story was imported from and what it is called there. */
export interface StorySource {
  readonly source: string;
  readonly sourceId: string;
}

export interface Story {
  /** Time-ordered UUID; the feeds' ids are made of it, so it never changes. */
  readonly id: string;
  readonly origin: StorySource | null;
  readonly slug: string;
  /** BCP 47 tag; the direction follows from it. */
  readonly language: string;
  /** A section of the newsroom file, or none. */
  readonly section: string | null;
  readonly kind: StoryKind;
  readonly title: string;
  readonly summary: string;
  /** Clean HTML. Empty in a retracted story that is shown; the versions keep the text. */
  readonly body: string;
  readonly byline: Byline;
  readonly tags: readonly string[];
  readonly status: StoryStatus;
  readonly completeness: StoryCompleteness;
  /** The address it had where it came from. */
  readonly originalUrl: string | null;
  readonly published: Instant | null;
  /** Last change a reader should know of. */
  readonly updated: Instant | null;
  readonly retraction: { readonly at: Instant; readonly reason: string } | null;
  /** Number of the newest public version; 0 for a draft. */
  readonly version: number;
  readonly corrections: readonly Correction[];
}

/** One version that was public. Without the byline: a name that was taken off must not live on in an archive. */
export interface StoryVersion {
  readonly version: number;
  readonly contentHash: string;
  readonly content: VersionContent;
  readonly madeAt: Instant;
}

export interface VersionContent {
  readonly title: string;
  readonly summary: string;
  readonly language: string;
  readonly body: string;
}

export type StoryRefusal =
  | 'already-published'
  | 'not-published'
  | 'retracted'
  | 'no-title'
  | 'no-words';

export type StoryChange =
  | { readonly ok: true; readonly story: Story; readonly version: StoryVersion | null }
  | { readonly ok: false; readonly refusal: StoryRefusal };

/**
 * Publishes a draft. `publishedAt` is the date readers see: now, the original date of an imported story, or null for an
 * imported one whose source gave none.
 */
export function publish(
  story: Story,
  { publishedAt, now }: { readonly publishedAt: Instant | null; readonly now: Instant },
): StoryChange {
  if (story.status !== 'draft') return { ok: false, refusal: 'already-published' };
  if (story.title.trim() === '') return { ok: false, refusal: 'no-title' };
  return withNewVersion(
    { ...story, status: 'published', published: publishedAt, updated: publishedAt ?? now },
    now,
  );
}

export interface CorrectionInput {
  readonly id: string;
  readonly wasWrong: string;
  readonly isRight: string;
  /** The corrected text; the old one where only the words of the correction are added. */
  readonly title?: string;
  readonly body?: string;
}

/** Corrects a published story: the change and the words that say so go together. */
export function correct(story: Story, input: CorrectionInput, now: Instant): StoryChange {
  if (story.status === 'draft') return { ok: false, refusal: 'not-published' };
  if (story.status === 'retracted') return { ok: false, refusal: 'retracted' };
  const wasWrong = input.wasWrong.trim();
  const isRight = input.isRight.trim();
  if (wasWrong === '' || isRight === '') return { ok: false, refusal: 'no-words' };
  const correction = { id: input.id, madeAt: now, wasWrong, isRight };
  return withNewVersion(
    {
      ...story,
      title: input.title ?? story.title,
      body: input.body ?? story.body,
      updated: now,
      corrections: [...story.corrections, correction],
    },
    now,
  );
}

/** Takes a published story back. Its address stays and says so; its text is in no page, feed or edition any more. */
export function retract(story: Story, reason: string, now: Instant): StoryChange {
  if (story.status === 'draft') return { ok: false, refusal: 'not-published' };
  if (story.status === 'retracted') return { ok: false, refusal: 'retracted' };
  if (reason.trim() === '') return { ok: false, refusal: 'no-words' };
  const retraction = { at: now, reason: reason.trim() };
  return {
    ok: true,
    story: { ...story, status: 'retracted', updated: now, retraction },
    version: null,
  };
}

/**
 * Brings in what a source says now. A draft takes it as it is; a published story takes it as a new version, dated when the
 * source dates it later than before, else now: a change that readers could see is never silent.
 */
export function takeFromSource(
  story: Story,
  fresh: VersionContent & { readonly updated: Instant | null },
  now: Instant,
): { readonly story: Story; readonly version: StoryVersion | null } {
  const { updated, ...content } = fresh;
  if (story.status === 'draft') return { story: { ...story, ...content }, version: null };
  if (story.status === 'retracted') return { story, version: null };
  if (contentHash(content) === contentHash(contentOf(story))) return { story, version: null };
  const before = story.updated ?? now;
  const isLater = updated !== null && updated.epochNanoseconds > before.epochNanoseconds;
  const changed = { ...story, ...content, updated: isLater ? updated : now };
  return withNewVersion(changed, now);
}

function withNewVersion(
  story: Story,
  now: Instant,
): { readonly ok: true; readonly story: Story; readonly version: StoryVersion } {
  const content = contentOf(story);
  const version = story.version + 1;
  return {
    ok: true,
    story: { ...story, version },
    version: { version, contentHash: contentHash(content), content, madeAt: now },
  };
}

export function contentOf(story: Story): VersionContent {
  const { title, summary, language, body } = story;
  return { title, summary, language, body };
}

/** SHA-256 over the fields in a fixed order, each with its length, so that no two contents share one. */
export function contentHash(content: VersionContent): string {
  const hash = createHash('sha256').update('story version 1\n');
  for (const field of [content.title, content.summary, content.language, content.body]) {
    const bytes = Buffer.from(field, 'utf8');
    hash.update(`${bytes.byteLength}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/** The name to print, or null where the desk or nobody stands above the story. */
export function printedName(byline: Byline): string | null {
  return 'name' in byline ? byline.name : null;
}

/** Whether the story stands in lists, feeds and editions. */
export function isListed(story: Pick<Story, 'status' | 'completeness' | 'kind'>): boolean {
  return story.status === 'published' && story.completeness === 'full' && story.kind === 'story';
}
