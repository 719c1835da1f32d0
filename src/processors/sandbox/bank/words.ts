/**
 * The words of the bank's pages for payers, in English, Russian and Arabic. The bank is another company's machine, so it
 * keeps its words here and not in the newsroom's locale files.
 */
import { type InterfaceLanguage, interfaceLanguage } from '../../../language/index.ts';
import type { DeclineCode } from './records.ts';
import type { TestCardId } from './test-cards.ts';
import type { CardFieldProblem } from './typed-card.ts';
import { arabic } from './words/ar.ts';
import { english } from './words/en.ts';
import { russian } from './words/ru.ts';

interface Rhythms {
  readonly once: string;
  readonly month: string;
  readonly year: string;
  /** Several months at once: `{span}` says how many. */
  readonly months: string;
}

export interface BankWords {
  readonly banner: string;
  readonly error: string;
  readonly thereIsAProblem: string;
  readonly payTo: string;
  readonly amount: string;
  readonly howOften: string;
  readonly often: Rhythms;
  /** The button and the heading; `{amount}` is already drawn for the language. */
  readonly pay: Rhythms;
  /** What is agreed to when the card is kept. */
  readonly keeps: Omit<Rhythms, 'once'>;
  /** For `{span}` of several months. */
  readonly spans: Readonly<Record<'2' | '3' | '6' | '12', string>>;
  readonly number: string;
  readonly expiry: string;
  readonly expiryHint: string;
  readonly code: string;
  readonly codeHint: string;
  readonly problems: Readonly<Record<CardFieldProblem, string>>;
  readonly testCards: string;
  readonly testCardsHint: string;
  readonly useCard: string;
  readonly cards: Readonly<Record<TestCardId, string>>;
  readonly cancel: string;
  readonly notTaken: string;
  readonly declined: Readonly<Record<DeclineCode, string>>;
  readonly countryRefused: string;
  readonly countryUnknown: string;
  readonly confirmTitle: string;
  readonly confirmText: string;
  readonly confirm: string;
  readonly refuse: string;
  readonly paidTitle: string;
  readonly paidText: string;
  readonly closedTitle: string;
  readonly closedText: string;
  readonly expiredTitle: string;
  readonly expiredText: string;
  readonly declinedTitle: string;
  readonly missingTitle: string;
  readonly missingText: string;
  readonly unreadableTitle: string;
  readonly unreadableText: string;
  readonly troubleTitle: string;
  readonly troubleText: string;
  readonly back: string;
  readonly mayClose: string;
}

const WORDS: Readonly<Record<InterfaceLanguage, BankWords>> = {
  en: english,
  ru: russian,
  ar: arabic,
};

/** The words for a BCP 47 tag; English where there are none. */
export function bankWords(language: string): BankWords {
  return WORDS[interfaceLanguage(language)];
}
