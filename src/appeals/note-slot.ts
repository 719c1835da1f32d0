/**
 * The place at a story's end. It says nothing to somebody who searches a phone: no word that asks, no price, no name of
 * a payment company, in neither text nor markup nor addresses; the same bytes for every reader in every country.
 *
 * The strut keeps the height of the first state without any style, so nothing moves when the element draws or stays
 * silent. Readers without script get a frame of fixed height, last on the page.
 */
import { translator } from '../language/index.ts';
import { type Html, html, nothing } from '../page/index.ts';

/** Height in CSS pixels that is kept; the element's first state fits into it from 320 px on. */
export const NOTE_HEIGHT = 248;
/** Height of the frame, whose letter stands open. */
export const FRAME_HEIGHT = 680;

export interface NoteSlotOptions {
  /** The page's language. */
  readonly language: string;
  /** What the element compares with an appeal's lists, on the device. */
  readonly section?: string;
  readonly tags?: readonly string[];
  /** A sensitive story takes only calm letters; without script it takes none. */
  readonly sensitive?: boolean;
}

export function noteSlot(options: NoteSlotOptions): Html {
  const { language, section, tags = [], sensitive = false } = options;
  const title = translator(language)('appeals.frame-title');
  return html`<tuppence-note lang="${language}"${section === undefined ? nothing : html` section="${section}"`}${tags.length === 0 ? nothing : html` tags="${tags.join(' ')}"`}${sensitive ? html` calm` : nothing}><svg display="block" width="1" height="${NOTE_HEIGHT}" aria-hidden="true"></svg></tuppence-note>
<script type="module" src="/note.js" async></script>${
    sensitive
      ? nothing
      : html`
<noscript><iframe src="/note/frame/${language}" title="${title}" width="100%" height="${FRAME_HEIGHT}"></iframe></noscript>`
  }`;
}

/**
 * For the thanks page: the device stays quiet as after a gift, and nothing is drawn. It writes what "three months" or
 * "a year" writes, so the device does not tell a supporter from anybody else.
 */
export function quietMark(interval: 'once' | 'month' | 'year'): Html {
  const span = interval === 'once' ? 'three-months' : 'year';
  return html`<tuppence-note quiet="${span}" hidden></tuppence-note><script type="module" src="/note.js" async></script>`;
}
