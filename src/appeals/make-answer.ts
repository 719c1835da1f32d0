/**
 * Making the answer of one language: server rules first, then the words, the amounts and the facts the device needs.
 *
 * Pure: everything is handed in. One bad appeal is left out and named; the others go on.
 */
import { direction, translator } from '../language/index.ts';
import {
  amountForm,
  type Currency,
  formatMoney,
  type Money,
  minorPerUnit,
  money,
  packAmountForm,
} from '../money/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { assert } from '../problems/index.ts';
import type { AnswerAppeal, AnswerGiving, AnswerVariant, NoteAnswer, NoteWords } from './answer.ts';
import { AMOUNT_WORDS, LATER_WORDS, LETTER_WORDS } from './answer.ts';
import { type Appeal, type AskInterval, COOLDOWN_DAYS, type VariantText } from './appeal.ts';
import { inOrder, walk } from './choose.ts';
import { filledCopy, isolated, type PlaceValues } from './copy.ts';
import { readMemory } from './device-memory.ts';
import { type Facts, fittingLanguage, RULE_ORDER, SERVER_RULES } from './rules.ts';

export interface AnswerOptions {
  readonly appeals: readonly Appeal[];
  /** A language the interface speaks; the words of the controls are its own. */
  readonly language: string;
  readonly newsroom: Newsroom;
  readonly nowMs: number;
  /** The switches of this channel. */
  readonly asks: boolean;
  /** Whether a live processor takes the newsroom's currency. */
  readonly payable: boolean;
}

/** The answer for readers in a safe place, or `null` where nothing is asked. */
export function makeAnswer(options: AnswerOptions): NoteAnswer | null {
  const { language, newsroom, nowMs } = options;
  const { currency } = newsroom.giving;
  const facts = serverFacts(options);
  const appeals = inOrder(options.appeals)
    .map((appeal) => ({ appeal, variants: filledVariants(appeal, options) }))
    .filter(
      ({ appeal, variants }) =>
        walk({ ...appeal, complete: variants !== null }, facts, SERVER_RULES).failed === null,
    )
    .map(({ appeal, variants }) => answerAppeal({ appeal, variants, newsroom, language }));
  if (appeals.length === 0) return null;
  assert(
    appeals.every(({ endMs }) => endMs === null || endMs > nowMs),
    'an appeal past its end is in no answer',
  );
  return {
    language,
    direction: direction(language),
    newsroom: newsroom.name,
    cooldownDays: COOLDOWN_DAYS,
    appeals,
    giving: answerGiving({ newsroom, currency, language }),
    words: answerWords({ newsroom, language }),
  };
}

/** The next moment at which an appeal starts or ends, so that the answers are made anew then; `null` if none does. */
export function nextBoundaryMs(appeals: readonly Appeal[], nowMs: number): number | null {
  const ahead = appeals
    .flatMap((appeal) => [appeal.startMs, appeal.endMs])
    .filter((moment) => moment !== null)
    .filter((moment) => moment > nowMs);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function serverFacts(options: AnswerOptions): Facts {
  const { newsroom } = options;
  return {
    nowMs: options.nowMs,
    today: 0,
    cooldownDays: COOLDOWN_DAYS,
    server: {
      asks: options.asks,
      // The answer is handed out only after the place of a request was found safe.
      country: 'safe',
      payable: options.payable,
      amounts: newsroom.giving.amounts[newsroom.giving.currency] !== undefined,
    },
    page: {
      kind: 'story',
      section: null,
      tags: [],
      language: options.language,
      appeals: true,
      sensitive: false,
      taken: false,
    },
    device: readMemory(null, 0),
  };
}

/** The variants with all places filled, or `null` if a text is missing or a place cannot be filled. */
function filledVariants(appeal: Appeal, options: AnswerOptions): AnswerVariant[] | null {
  const values: PlaceValues = {
    amount: isolated(fromAmount({ ...options, interval: appeal.firstInterval })),
    currency: options.newsroom.giving.currency,
    newsroom: isolated(options.newsroom.name),
  };
  const language = fittingLanguage(options.language, appeal.languages);
  const filled: AnswerVariant[] = [];
  for (const variant of appeal.variants) {
    const text = variant.texts.find((candidate) => candidate.language === language);
    const words = text === undefined ? null : filledText(text, values);
    if (words === null) return null;
    filled.push({ id: variant.id, share: variant.share, ...words });
  }
  return filled.length === 0 ? null : filled;
}

function filledText(
  text: VariantText,
  values: PlaceValues,
): Pick<AnswerVariant, 'speaker' | 'lead' | 'paragraphs'> | null {
  const speaker = filledCopy(text.speaker, values);
  const lead = filledCopy(text.lead, values);
  const paragraphs = text.paragraphs.map((paragraph) => filledCopy(paragraph, values));
  if (speaker === null || lead === null) return null;
  const whole = paragraphs.filter((paragraph) => paragraph !== null);
  return whole.length === paragraphs.length ? { speaker, lead, paragraphs: whole } : null;
}

function answerAppeal(options: {
  readonly appeal: Appeal;
  readonly variants: readonly AnswerVariant[] | null;
  readonly newsroom: Newsroom;
  readonly language: string;
}): AnswerAppeal {
  const { appeal, variants, language } = options;
  assert(variants !== null, 'an appeal without its words is in no answer');
  const amount = isolated(fromAmount({ ...options, interval: appeal.firstInterval }));
  return {
    id: appeal.id,
    priority: appeal.priority,
    startMs: appeal.startMs,
    endMs: appeal.endMs,
    include: appeal.include,
    exclude: appeal.exclude,
    calm: appeal.calm,
    cap: appeal.cap,
    minStories: appeal.minStories,
    maxStories: appeal.maxStories,
    experimentKey: appeal.experimentKey,
    firstInterval: appeal.firstInterval,
    open: translator(language)(`appeals.open-${appeal.firstInterval}`, { amount }),
    variants,
  };
}

/** The smallest suggested amount of an interval, as people read it; '' where the currency has no amounts. */
function fromAmount(options: {
  readonly newsroom: Newsroom;
  readonly language: string;
  readonly interval: AskInterval;
}): string {
  const { currency, amounts } = options.newsroom.giving;
  const [least] = amounts[currency]?.[options.interval] ?? [];
  return least === undefined ? '' : shown(money(least, currency), options.language);
}

function shown(amount: Money, language: string): string {
  return formatMoney(amount, language, { zeros: 'dropped' });
}

function answerGiving(options: {
  readonly newsroom: Newsroom;
  readonly currency: Currency;
  readonly language: string;
}): AnswerGiving {
  const { newsroom, currency, language } = options;
  const set = newsroom.giving.amounts[currency];
  assert(set !== undefined, 'a currency without amounts is never asked in');
  const list = (interval: AskInterval) =>
    set[interval].map((minor) => ({
      minor: String(minor),
      text: shown(money(minor, currency), language),
    }));
  return {
    currency,
    pattern: shown(money(minorPerUnit(currency), currency), language).replace(/\p{Nd}+/u, '#'),
    intervals: { month: list('month'), once: list('once'), year: list('year') },
    form: packAmountForm(amountForm({ currency, language, min: set.minimum, max: set.maximum })),
  };
}

function answerWords(options: {
  readonly newsroom: Newsroom;
  readonly language: string;
}): NoteWords {
  const { newsroom, language } = options;
  const { currency, amounts } = newsroom.giving;
  const set = amounts[currency];
  assert(set !== undefined, 'a currency without amounts is never asked in');
  const t = translator(language);
  const limit = (minor: bigint) => ({ amount: isolated(shown(money(minor, currency), language)) });
  const words = <Names extends readonly NoteWord[]>(names: Names) =>
    names.map((name) => t(`appeals.${name}`, { currency })) as {
      readonly [At in keyof Names]: string;
    };
  return {
    letter: words(LETTER_WORDS),
    later: words(LATER_WORDS),
    whens: [
      ['evening', t('appeals.evening')],
      ['month', t('appeals.in-month')],
      ['pay-day', t('appeals.pay-day')],
      ['date', t('appeals.on-date')],
    ],
    amount: words(AMOUNT_WORDS),
    every: (['month', 'once', 'year'] as const).map((every) => [every, t(`appeals.${every}`)]),
    errors: {
      empty: t('appeals.error-empty'),
      'not-a-number': t('appeals.error-number'),
      negative: t('appeals.error-number'),
      ambiguous: t('appeals.error-number'),
      'too-many-decimals': t('appeals.error-decimals'),
      'too-small': t('appeals.error-small', limit(set.minimum)),
      'too-large': t('appeals.error-large', limit(set.maximum)),
    },
    rules: RULE_ORDER.map((id) => [id, t(`appeals.rule-${id}`)]),
  };
}

type NoteWord = (typeof LETTER_WORDS | typeof LATER_WORDS | typeof AMOUNT_WORDS)[number];
