/**
 * A letter: plain text, neutral wherever a phone, a housemate or a mail host reads without opening it.
 *
 * What shows on a locked screen is the sender, the subject and the first line or two. So the subject comes from a closed
 * list, and every letter opens with the same paragraph, longer than any preview, that names no newsroom, no amount and no
 * topic (safety checks B2, C7.1). Letters can only be made by {@link composeLetter}, so none can forget this. The text is
 * the master and the only form: no HTML, no image, nothing that is fetched. Data of people is put in as text and never
 * read as a template (C7.6).
 */
import { type MessageKey, translator } from '../language/index.ts';
import { assert } from '../problems/index.ts';

/** How much of a letter others may see without opening it. */
export const PREVIEW_CHARACTERS = 200;

/** The closed list of subjects; their words are the same for every newsroom. */
export type LetterSubject = 'receipt' | 'note';

const SUBJECTS: Readonly<Record<LetterSubject, MessageKey>> = {
  receipt: 'letters.subject-receipt',
  note: 'letters.subject-note',
};

declare const composed: unique symbol;

export interface Letter {
  readonly subject: string;
  readonly text: string;
  /** BCP 47 tag of the words. */
  readonly language: string;
  readonly [composed]: true;
}

/**
 * Makes a letter: the neutral opening, then the details, one paragraph each. Empty paragraphs are left out.
 * @param details in the letter's language; they may name amounts and dates, and must say how to stop where money is taken
 */
export function composeLetter(options: {
  readonly subject: LetterSubject;
  readonly language: string;
  readonly details: readonly string[];
}): Letter {
  const t = translator(options.language);
  const opening = t('letters.opening');
  assert(
    [...opening].length >= PREVIEW_CHARACTERS,
    'the neutral opening of a letter is longer than any preview',
  );
  const details = options.details.filter((paragraph) => paragraph.trim() !== '');
  assert(details.length > 0, 'a letter says something');
  const letter = {
    subject: t(SUBJECTS[options.subject]),
    text: `${[opening, ...details].join('\n\n')}\n`,
    language: options.language,
  };
  return letter as Letter;
}
