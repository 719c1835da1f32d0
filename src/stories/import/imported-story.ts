/**
 * What an importer makes of one item of a source, whatever the format: everything later steps need and nothing of people
 * who commented, logged in or subscribed.
 */
import type { Instant } from '../../calendar/index.ts';
import { type CleanOptions, cleanHtml } from '../clean.ts';
import { withoutAskingCards } from './asking-cards.ts';

/** What the source says about who may see it. Only `published` can become public by itself. */
export type SourceStatus = 'published' | 'draft' | 'withheld';

/** Whether the source gave the whole text or only a taste of it. */
export type Completeness = 'full' | 'summary';

export interface ImportedStory {
  /** What the source calls it: guid, atom:id, rdf:about, JSON id, else its link; '' when there is neither. */
  readonly identity: string;
  readonly title: string | null;
  readonly url: string | null;
  /** Whole seconds, UTC. */
  readonly published: Instant | null;
  readonly updated: Instant | null;
  /** As the source states it; not checked. */
  readonly language: string | null;
  /** Clean; links and pictures with full addresses. */
  readonly bodyHtml: string;
  readonly text: string;
  readonly links: readonly string[];
  readonly images: readonly string[];
  readonly summary: string | null;
  /** Name to print above the story; null when the source names nobody. */
  readonly byline: string | null;
  /** What the source says about naming people, where it says so: `name` when a byline is given. */
  readonly bylinePolicy?: 'name' | 'pseudonym' | 'desk' | 'none';
  readonly corrections?: readonly StatedCorrection[];
  readonly tags: readonly string[];
  readonly section: string | null;
  readonly slug: string | null;
  readonly kind: 'story' | 'page';
  readonly status: SourceStatus;
  readonly completeness: Completeness;
  /** What was left out of this story, in words for people. */
  readonly dropped: readonly string[];
}

/** A correction that the source itself states. */
export interface StatedCorrection {
  readonly madeAt: Instant;
  readonly wasWrong: string;
  readonly isRight: string;
}

/** The parts of a story that come from its body. */
export function bodyParts(
  source: string,
  options: CleanOptions,
): Pick<ImportedStory, 'bodyHtml' | 'text' | 'links' | 'images' | 'dropped'> {
  const cards = withoutAskingCards(source);
  const clean = cleanHtml(cards.html, options);
  const dropped = new Map(clean.dropped);
  if (cards.count > 0) dropped.set('box that asks for something', cards.count);
  return {
    bodyHtml: clean.html,
    text: clean.text,
    links: clean.links,
    images: clean.images,
    dropped: [...dropped].map(([what, count]) => (count === 1 ? what : `${what} (${count})`)),
  };
}

/** Cuts to whole seconds, the precision stories are dated with. */
export function wholeSeconds(instant: Instant | null): Instant | null {
  return instant?.round({ smallestUnit: 'second', roundingMode: 'floor' }) ?? null;
}
