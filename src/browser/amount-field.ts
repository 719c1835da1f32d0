/**
 * The open amount field, with the same reader of amounts as the support page and the desk: it never guesses. Two readings
 * are shown as two links; one clear reading goes on to the support page, which says it again before anybody pays.
 */
import type { AnswerGiving, NoteWords } from '../appeals/answer.ts';
import { unpackAmountForm } from '../money/packed-form.ts';
import { readAmount } from '../money/read-amount.ts';
import { element, row } from './elements.ts';

/**
 * @param link makes a link to the support page with an amount (minor units as digits)
 */
export function amountField(
  giving: AnswerGiving,
  words: NoteWords,
  link: (minor: string, label: string) => HTMLElement,
): HTMLElement {
  const [other, give, asked] = words.amount;
  const form = unpackAmountForm(giving.form);
  const said = element('div', { id: 'said', role: 'status' });
  const input = element('input', {
    id: 'other',
    inputmode: 'decimal',
    autocomplete: 'off',
    'aria-describedby': 'said',
    dir: 'ltr',
  });
  return element(
    'form',
    { submit },
    element('label', { for: 'other' }, other),
    row(input, element('button', { class: 'main' }, give)),
    said,
  );

  function submit(event: Event): void {
    event.preventDefault();
    const read = readAmount(input.value, form);
    if (read.ok) {
      link(`${read.minor}`, '').click();
      return;
    }
    const offers = read.error === 'ambiguous' ? read.offers : [];
    const links = offers
      .filter((minor) => minor >= form.min && minor <= form.max)
      .map((minor) => link(`${minor}`, amountText(minor, giving)));
    const isAsked = links.length > 0;
    said.replaceChildren(
      element('p', { class: 'alarm' }, isAsked ? asked : words.errors[read.error]),
      row(...links),
    );
    input.setAttribute('aria-invalid', `${!isAsked}`);
    (links[0] ?? input).focus();
  }
}

/** Minor units as people of the language read them: `$7.50`, `1000 ¥`; no grouping, so no new doubt. */
function amountText(minor: bigint, { pattern, form: { exponent, decimal } }: AnswerGiving): string {
  const digits = `${minor}`.padStart(exponent + 1, '0');
  const units = digits.slice(0, digits.length - exponent);
  const rest = digits.slice(units.length);
  return pattern.replace('#', /[1-9]/.test(rest) ? units + decimal + rest : units);
}
