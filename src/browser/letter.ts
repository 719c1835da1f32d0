/**
 * Drawing the letter: a short first state that fits the kept space, and after a tap the whole of it. Every state replaces
 * the last one inside the same section; focus moves only after a tap of the reader.
 */
import type { AnswerAppeal, AnswerVariant, NoteAnswer } from '../appeals/answer.ts';
import type { AskInterval } from '../appeals/appeal.ts';
import { UNASSIGNED } from '../appeals/assignment.ts';
import type { Walk } from '../appeals/choose.ts';
import { CLOSED, quietUntil, YEAR } from '../appeals/quiet.ts';
import { supportLink } from '../appeals/support-link.ts';
import { amountField } from './amount-field.ts';
import { type ToldCount, tell } from './ask.ts';
import { changeDevice, forgetDevice, startOf, today } from './device-store.ts';
import { button, choice, element, group, isolate, row } from './elements.ts';
import { laterPanel } from './later-panel.ts';

export interface LetterOptions {
  readonly answer: NoteAnswer;
  readonly appeal: AnswerAppeal;
  readonly variant: AnswerVariant;
  readonly walks: readonly Walk<AnswerAppeal, string>[];
  readonly count: ToldCount;
}

export function letter({ answer, appeal, variant, walks, count }: LetterOptions): HTMLElement {
  const { words, giving, language } = answer;
  const [
    laterWord,
    notNow,
    often,
    amountWord,
    already,
    why,
    whyText,
    forget,
    forgotten,
    quietWord,
    quietHere,
  ] = words.letter;
  const speaker = element('h2', { id: 'speaker' }, variant.speaker);
  const section = element('section', {
    lang: language,
    dir: answer.direction,
    'aria-labelledby': 'speaker',
  });
  let every: AskInterval = appeal.firstInterval;
  draw(
    paragraph(variant.lead),
    button(
      appeal.open,
      () => {
        tell(count, 'opened');
        open();
      },
      'main',
    ),
    putOff(),
  );
  return section;

  function draw(...parts: Node[]): void {
    section.replaceChildren(speaker, ...parts);
  }

  function putOff(): HTMLElement {
    return row(
      button(laterWord, later),
      button(notNow, () => {
        tell(count, 'closed');
        quiet(quietUntil(CLOSED, today()));
      }),
    );
  }

  function open(): void {
    const amounts = row();
    const pickInterval = (interval: AskInterval) => {
      every = interval;
      amounts.replaceChildren(
        ...giving.intervals[every].map(({ minor, text }) => link(minor, text)),
      );
    };
    pickInterval(every);
    const intervals = words.every.map(([interval, label]) =>
      choice(
        'radio',
        { name: 'every', checked: interval === every, change: () => pickInterval(interval) },
        label,
      ),
    );
    draw(
      paragraph(variant.lead),
      ...variant.paragraphs.map(paragraph),
      group(often, ...intervals),
      group(amountWord, amounts),
      amountField(giving, words, link),
      putOff(),
      button(already, () => quiet(quietUntil(YEAR, today())), 'plain'),
      element(
        'details',
        {},
        element('summary', {}, why),
        paragraph(whyText),
        ...walks.map(trace),
        button(forget, () => {
          forgetDevice();
          say(forgotten);
        }),
      ),
    );
    focusFirst('[checked]');
  }

  /** A plain link to the support page: it carries interval, amount, appeal and variant, and no page or person. */
  function link(amount: string, label: string): HTMLElement {
    return element(
      'a',
      {
        href: supportLink({
          language,
          every,
          currency: giving.currency,
          amount,
          appealId: appeal.id,
          variantId: count.placement === 'story' ? variant.id : UNASSIGNED,
        }),
        click: () => tell(count, 'followed'),
      },
      isolate(label),
    );
  }

  function later(): void {
    draw(
      laterPanel(answer, open, (until, file) => {
        tell(count, 'postponed');
        quiet(until, file);
      }),
    );
    focusFirst('input');
  }

  /** Keeps the quiet time and says what is true: that it is kept, or that this browser keeps nothing. */
  function quiet(until: number, ...more: Node[]): void {
    say(
      changeDevice({ quietUntil: until })
        ? quietWord.replace(
            '{date}',
            startOf(until).toLocaleDateString(language, { dateStyle: 'long', timeZone: 'UTC' }),
          )
        : quietHere,
      ...more,
    );
  }

  function say(text: string, ...more: Node[]): void {
    section.replaceChildren(element('p', { tabindex: '-1' }, text), ...more);
    focusFirst('p');
  }

  function focusFirst(selector: string): void {
    section.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Every rule up to the one that failed; what only the server knows held, or this letter would not be here. */
  function trace({ failed }: { readonly failed: string | null }): HTMLElement {
    const end = words.rules.findIndex(([id]) => id === failed);
    return element(
      'ul',
      {},
      ...words.rules
        .slice(0, end < 0 ? undefined : end + 1)
        .map(([id, text]) => element('li', {}, `${id === failed ? '✗' : '✓'} ${text}`)),
    );
  }
}

function paragraph(text: string): HTMLElement {
  return element('p', {}, text);
}
