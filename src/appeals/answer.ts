/**
 * The answer that the server hands to every reader of a class in one language, and that the element draws: appeals in
 * order with the rules the device judges, the words of all variants, ready-made amounts, and the words of the controls.
 *
 * Amounts come formatted, because neither money tables nor `Intl` belong into the element's script. No Node in here.
 */
import type { PackedAmountForm } from '../money/packed-form.ts';
import type { AmountError } from '../money/read-amount.ts';
import type { AskInterval } from './appeal.ts';
import type { DeviceSideAppeal } from './device-rules.ts';
import type { RuleId } from './rules.ts';

export type When = 'evening' | 'month' | 'pay-day' | 'date';

export interface NoteAnswer {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly newsroom: string;
  readonly cooldownDays: number;
  readonly appeals: readonly AnswerAppeal[];
  readonly giving: AnswerGiving;
  readonly words: NoteWords;
}

export interface AnswerAppeal extends DeviceSideAppeal {
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
  /** What the amount parser must know of the open field. */
  readonly form: PackedAmountForm;
}

export interface AnswerAmount {
  /** Minor units as digits. */
  readonly minor: string;
  /** As people of the language read it. */
  readonly text: string;
}

/**
 * Words of the controls, as lists in the order of the constants below: names would be sent to every reader and cost the
 * script more than the words themselves.
 */
export interface NoteWords {
  readonly letter: Words<typeof LETTER_WORDS>;
  readonly later: Words<typeof LATER_WORDS>;
  /** When to be reminded: what the form sends, and its label. */
  readonly whens: readonly (readonly [When, string])[];
  readonly amount: Words<typeof AMOUNT_WORDS>;
  /** How often, in the order in which the choices stand. */
  readonly every: readonly (readonly [AskInterval, string])[];
  /** What is said of an amount that cannot be taken; `ambiguous` where no reading lies within the limits. */
  readonly errors: Readonly<Record<AmountError, string>>;
  /** One short sentence per rule, in the order of the walk, for "Why am I seeing this?". */
  readonly rules: readonly (readonly [RuleId, string])[];
}

type Words<Names extends readonly string[]> = { readonly [At in keyof Names]: string };

/** Each is the message `appeals.<word>`; `{date}` in `quiet` is filled on the device. */
export const LETTER_WORDS = [
  'later',
  'not-now',
  'often',
  'amount',
  'already',
  'why',
  'why-text',
  'forget',
  'forgotten',
  'quiet',
  'quiet-here',
] as const;
export const LATER_WORDS = [
  'when',
  'pay-day-of',
  'date',
  'date-wrong',
  'title',
  'title-neutral',
  'link',
  'remind',
  'back',
  'save',
] as const;
export const AMOUNT_WORDS = ['other', 'give', 'asked'] as const;
