/**
 * The answer that the server hands to every reader of a class in one language, and that the element draws: appeals in
 * order with the rules the device judges, the words of all variants, ready-made amounts, and the words of the controls.
 *
 * Amounts come formatted, because neither money tables nor `Intl` belong into the element's script. No Node in here.
 */
import type { AppealRules, AskInterval } from './appeal.ts';
import type { RuleId } from './rules.ts';

export interface NoteAnswer {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly newsroom: string;
  /** After this moment (milliseconds since 1970) the answer is no longer shown; `null` for as long as the page is open. */
  readonly untilMs: number | null;
  readonly cooldownDays: number;
  readonly appeals: readonly AnswerAppeal[];
  readonly giving: AnswerGiving;
  readonly words: NoteWords;
}

export type DeviceRules = Pick<
  AppealRules,
  | 'id'
  | 'priority'
  | 'startMs'
  | 'endMs'
  | 'include'
  | 'exclude'
  | 'calm'
  | 'cap'
  | 'minStories'
  | 'maxStories'
>;

export interface AnswerAppeal extends DeviceRules {
  readonly experimentKey: string;
  readonly firstInterval: AskInterval;
  /** The first button: "Support us monthly from $2". */
  readonly open: string;
  /** The first is the control. */
  readonly variants: readonly AnswerVariant[];
}

export interface AnswerVariant {
  readonly id: string;
  readonly share: number;
  readonly speaker: string;
  readonly lead: string;
  readonly paragraphs: readonly string[];
}

export interface AnswerGiving {
  readonly currency: string;
  /** One unit of the currency as people write it, with `#` for the number: `$#`, `# €`. */
  readonly pattern: string;
  readonly intervals: Readonly<Record<AskInterval, readonly AnswerAmount[]>>;
  readonly form: AnswerAmountForm;
}

export interface AnswerAmount {
  /** Minor units as digits. */
  readonly minor: string;
  /** As people of the language read it. */
  readonly text: string;
}

/** What the amount parser must know of the open field; limits are digits of minor units, words are joined by spaces. */
export interface AnswerAmountForm {
  readonly exponent: number;
  readonly wholeUnitsOnly: boolean;
  readonly groupsWith: string;
  readonly decimal: string;
  readonly own: string;
  readonly other: string;
  readonly min: string;
  readonly max: string;
}

/** Words of the controls; `{date}` in `quiet` is filled on the device. */
export type NoteWords = Readonly<Record<NoteWord, string>> & {
  /** One short sentence per rule, for "Why am I seeing this?". */
  readonly rules: Readonly<Record<RuleId, string>>;
};

/** Each word is the message `appeals.<word>`. */
export const NOTE_WORDS = [
  'later',
  'not-now',
  'often',
  'month',
  'once',
  'year',
  'amount',
  'other',
  'give',
  'asked',
  'error-empty',
  'error-number',
  'error-decimals',
  'error-small',
  'error-large',
  'already',
  'why',
  'why-text',
  'forget',
  'forgotten',
  'back',
  'when',
  'evening',
  'pay-day',
  'pay-day-of',
  'in-month',
  'on-date',
  'date',
  'date-wrong',
  'title',
  'title-neutral',
  'link',
  'remind',
  'quiet',
  'quiet-here',
  'save',
] as const;
export type NoteWord = (typeof NOTE_WORDS)[number];
