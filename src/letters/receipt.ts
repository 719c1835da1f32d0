/**
 * The receipt of one settled gift: what was taken, when, what follows, and how to stop. Card schemes expect it after every
 * charge of a repeating gift.
 *
 * It takes facts instead of a gift, so that letters know nothing of giving; whoever composes the two writes the sentence in
 * between (`supporters/letter-renderers.ts`).
 */
import type { PlainDate } from '../calendar/index.ts';
import { formatDate, translator } from '../language/index.ts';
import { formatMoney, type Money } from '../money/index.ts';
import { composeLetter, type Letter } from './letter.ts';

export interface ReceiptFacts {
  readonly language: string;
  readonly money: Money;
  /** The day the money was taken, in the supporter's zone. */
  readonly date: PlainDate;
  /** What a person quotes when they write to the newsroom. */
  readonly reference: string;
  /** What the bank statement says. */
  readonly statementText: string;
  readonly interval: 'once' | 'month' | 'year';
  /** Several months that were paid together; `null` for most. */
  readonly span: {
    readonly months: number;
    readonly monthly: Money;
    readonly from: PlainDate;
  } | null;
  /** How many months the pledge collects at once from now on. */
  readonly everyMonths: number;
  /** The next days on which money will be taken; empty when the pledge was stopped or paused meanwhile. */
  readonly nextDates: readonly PlainDate[];
  /** The pledge was stopped after this payment had been sent. */
  readonly stopped: boolean;
  /** Where to look, change and stop. */
  readonly manageUrl: string;
}

export function receiptLetter(facts: ReceiptFacts): Letter {
  const t = translator(facts.language);
  const lines = [
    t('letters.receipt-amount', { money: formatMoney(facts.money, facts.language) }),
    ...spanLines(facts),
    t('letters.receipt-date', { date: formatDate(facts.date, facts.language) }),
    t('letters.receipt-reference', { reference: facts.reference }),
    t('letters.receipt-statement', { statement: facts.statementText }),
  ];
  const stop = facts.interval === 'once' ? 'letters.stop-once' : 'letters.stop';
  return composeLetter({
    subject: 'receipt',
    language: facts.language,
    details: [lines.join('\n'), whatFollows(facts), t(stop, { address: facts.manageUrl })],
  });
}

function spanLines({ span, language }: ReceiptFacts): readonly string[] {
  if (span === null) return [];
  const values = {
    count: span.months,
    from: formatDate(span.from, language),
    monthly: formatMoney(span.monthly, language),
  };
  return [translator(language)('letters.receipt-span', values)];
}

function whatFollows(facts: ReceiptFacts): string {
  const t = translator(facts.language);
  if (facts.stopped) return t('letters.receipt-stopped');
  const dates = listOfDates(facts.nextDates, facts.language);
  switch (facts.interval) {
    case 'once':
      return t('letters.receipt-once');
    case 'month':
      if (dates === '') return '';
      return facts.everyMonths === 1
        ? t('letters.receipt-month', { dates })
        : t('letters.receipt-months', { dates, count: facts.everyMonths });
    case 'year':
      return dates === '' ? '' : t('letters.receipt-year', { dates });
  }
}

/** Days in a sentence, in the language's own comma. */
export function listOfDates(dates: readonly PlainDate[], language: string): string {
  const comma = language.toLowerCase().startsWith('ar') ? '، ' : ', ';
  return dates.map((date) => formatDate(date, language)).join(comma);
}
