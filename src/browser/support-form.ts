/**
 * The support form with script: the pay button says what will be given, choosing a button empties the open field and the
 * other way round, and an amount that can be read in two ways is asked in place. The server reads everything again.
 */
import { formatMoney, type MoneyFormat } from '../money/format-money.ts';
import { money } from '../money/money.ts';
import { readAmount } from '../money/read-amount.ts';
import { readFacts, type SupportFacts } from './support-facts.ts';

export interface SupportForm {
  /** Asks about a doubtful amount instead of sending it. @returns whether it asked */
  readonly askFirst: () => boolean;
}

/** Brings the form to life; null where it lacks what that takes. */
export function enliven(form: HTMLFormElement): SupportForm | null {
  const facts = readFacts(form);
  const other = form.querySelector<HTMLInputElement>('#other');
  const pay = form.querySelector<HTMLButtonElement>('#pay');
  if (facts === null || other === null || pay === null) return null;
  const plainLabel = pay.textContent;
  const asked = document.createElement('div');
  asked.setAttribute('role', 'status');
  other.closest('.field')?.append(asked);

  const amounts = (): HTMLInputElement[] => [
    ...form.querySelectorAll<HTMLInputElement>('input[name^="amount-"]'),
  ];
  const draw = (): void => {
    pay.textContent = payLabel(form, { facts, typed: other.value }) ?? plainLabel;
  };
  form.addEventListener('input', ({ target }) => {
    asked.replaceChildren();
    meantField(form)?.remove();
    if (target === other && other.value !== '') {
      for (const amount of amounts()) amount.checked = false;
    } else if (target instanceof HTMLInputElement && target.name.startsWith('amount-')) {
      other.value = '';
    }
    draw();
  });
  // A page from the browser's own memory comes back with what was chosen, and asks again.
  addEventListener('pageshow', () => {
    meantField(form)?.remove();
    draw();
  });
  draw();

  return {
    askFirst: () => {
      const read = readAmount(other.value, facts.reader);
      if (read.ok || read.error !== 'ambiguous' || meantField(form) !== null) return false;
      const answers = read.offers.map((minor) => answer(form, { minor, facts }));
      asked.replaceChildren(
        styled('p', 'field-error', facts.question),
        styled('div', 'choices equal', ...answers),
      );
      answers[0]?.focus();
      return true;
    },
  };
}

/** A button that sends the form with this reading as the amount. */
function answer(
  form: HTMLFormElement,
  options: { readonly minor: bigint; readonly facts: SupportFacts },
): HTMLButtonElement {
  const { minor, facts } = options;
  const amount = document.createElement('bdi');
  amount.textContent = formatMoney(money(minor, facts.currency), facts.language);
  const button = document.createElement('button');
  button.type = 'button';
  button.append(amount);
  button.addEventListener('click', () => {
    const meant = document.createElement('input');
    meant.type = 'hidden';
    meant.name = 'meant';
    meant.value = String(minor);
    meantField(form)?.remove();
    form.append(meant);
    form.requestSubmit();
  });
  return button;
}

function styled(name: 'p' | 'div', style: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  made.className = style;
  made.append(...children);
  return made;
}

function meantField(form: HTMLFormElement): Element | null {
  return form.querySelector('input[name="meant"]');
}

/** The pay button's words with the amount in them, or null as long as there is no one clear amount. */
function payLabel(
  form: HTMLFormElement,
  options: { readonly facts: SupportFacts; readonly typed: string },
): string | null {
  const { facts, typed } = options;
  const sent = new FormData(form);
  const every = String(sent.get('every'));
  const words = Object.hasOwn(facts.pay, every) ? facts.pay[every] : undefined;
  const minor = clearAmount(typed, { chosen: sent.get(`amount-${every}`), facts });
  if (words === undefined || minor === null) return null;
  const shown: MoneyFormat = { zeros: 'dropped' };
  const amount = formatMoney(money(minor, facts.currency), facts.language, shown);
  const isolated = document.documentElement.dir === 'rtl' ? `\u2068${amount}\u2069` : amount;
  return words.replace('{amount}', () => isolated);
}

function clearAmount(
  typed: string,
  options: { readonly chosen: FormDataEntryValue | null; readonly facts: SupportFacts },
): bigint | null {
  const chosen = typeof options.chosen === 'string' ? BigInt(options.chosen) : null;
  const read = readAmount(typed, options.facts.reader);
  if (!read.ok) return read.error === 'empty' ? chosen : null;
  return chosen === null || chosen === read.minor ? read.minor : null;
}
