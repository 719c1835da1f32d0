/**
 * Words for people, from one message file per language in `locales/`.
 *
 * A message is text with `{name}` places, or an object of plural forms (`one`, `few`, `many`, `other` …, chosen by the
 * number in `{count}`). A message that a language lacks is taken from English, and a test lists such gaps; a key that
 * English lacks does not compile.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import english from '../../locales/en.json' with { type: 'json' };
import { assert } from '../problems/index.ts';

export type MessageKey = keyof typeof english;
export type MessageValues = Readonly<Record<string, string | number | bigint>>;
export type Translate = (key: MessageKey, values?: MessageValues) => string;

const pluralForms = z.partialRecord(
  z.enum(['zero', 'one', 'two', 'few', 'many', 'other']),
  z.string(),
);
const messageFile = z.record(z.string(), z.union([z.string(), pluralForms]));
type Messages = z.infer<typeof messageFile>;

/** Languages with a message file. The interface falls back to English elsewhere; stories may be in any language. */
export const INTERFACE_LANGUAGES = ['en', 'ru', 'ar'] as const;
export type InterfaceLanguage = (typeof INTERFACE_LANGUAGES)[number];

const messages = new Map<InterfaceLanguage, Messages>(
  INTERFACE_LANGUAGES.map((language) => {
    const file = new URL(`../../locales/${language}.json`, import.meta.url);
    return [language, messageFile.parse(JSON.parse(readFileSync(file, 'utf8')))];
  }),
);

const translators = new Map<InterfaceLanguage, Translate>(
  INTERFACE_LANGUAGES.map((language) => [language, makeTranslator(language)]),
);

/**
 * The interface language for a BCP 47 tag: the tag shortened from the right until we have it, else English.
 * @example interfaceLanguage('ar-EG') // 'ar'
 */
export function interfaceLanguage(tag: string): InterfaceLanguage {
  let rest = tag.toLowerCase();
  while (rest !== '') {
    const found = INTERFACE_LANGUAGES.find((language) => language === rest);
    if (found !== undefined) return found;
    rest = rest.includes('-') ? rest.slice(0, rest.lastIndexOf('-')) : '';
  }
  return 'en';
}

/** The translate function of a language (see {@link interfaceLanguage}). */
export function translator(tag: string): Translate {
  const translate = translators.get(interfaceLanguage(tag));
  assert(translate !== undefined, 'every interface language has a translator');
  return translate;
}

function makeTranslator(language: InterfaceLanguage): Translate {
  const plurals = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const message = messages.get(language)?.[key] ?? messages.get('en')?.[key];
    assert(message !== undefined, `English has the message ${key}`);
    return fill(
      typeof message === 'string' ? message : pluralForm(message, plurals, values),
      values,
    );
  };
}

function pluralForm(
  forms: z.infer<typeof pluralForms>,
  plurals: Intl.PluralRules,
  values: MessageValues,
): string {
  const form = forms[plurals.select(Number(values.count ?? 0))] ?? forms.other;
  assert(form !== undefined, 'a plural message has the form "other"');
  return form;
}

function fill(text: string, values: MessageValues): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : String(value);
  });
}
