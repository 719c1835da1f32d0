/**
 * The choice of how to pay, where the newsroom has more than one way. Nothing is chosen beforehand; who chooses nothing gets
 * the newsroom's first way. What a way means for its supporter beyond a name is said beside it, before they choose.
 */
import type { MessageKey, Translate } from '../../language/index.ts';
import type { Currency } from '../../money/index.ts';
import {
  errorId,
  type FieldProblem,
  fieldError,
  type Html,
  html,
  nothing,
} from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import type { WayToPay } from '../checkout/ways-to-pay.ts';
import type { ProcessorKind } from '../processor.ts';

const WAYS = ['sandbox', 'stripe', 'paypal', 'btcpay'] as const satisfies readonly ProcessorKind[];

/** Whether anybody's text names a way there is; whether it is open now is asked elsewhere. */
export function isWay(text: string): text is ProcessorKind {
  return WAYS.some((way) => way === text);
}

/** What people call it: by what they pay with, not by who is paid for that. */
function nameOf(way: ProcessorKind): MessageKey {
  switch (way) {
    case 'sandbox':
      return 'support.way-practice';
    case 'stripe':
      return 'support.way-card';
    case 'paypal':
      return 'support.way-paypal';
    case 'btcpay':
      return 'support.way-bitcoin';
  }
}

function hintOf(way: ProcessorKind): MessageKey | null {
  switch (way) {
    case 'sandbox':
    case 'stripe':
      return null;
    case 'paypal':
      return 'support.way-paypal-hint';
    case 'btcpay':
      return 'support.way-bitcoin-hint';
  }
}

export interface WaysChoice {
  readonly ways: readonly WayToPay[];
  readonly currency: Currency;
  /** Anybody's text. */
  readonly chosen: string;
  readonly problems: readonly FieldProblem[];
}

/** The fieldset, or nothing where there is no choice and nothing to say about the one way there is. */
export function waysFieldset(choice: WaysChoice, t: Translate): Html {
  const { currency, chosen, problems } = choice;
  const offered = choice.ways.filter(({ currencies }) => currencies.includes(currency));
  const isWrong = problems.some(({ field }) => field === 'way');
  const [only] = offered;
  if (offered.length < 2 && !isWrong) {
    const hint = only === undefined ? null : hintOf(only.kind);
    return hint === null ? nothing : html`<p class="hint">${t(hint)}</p>`;
  }
  assert(new Set(offered.map(({ kind }) => kind)).size === offered.length, 'a way is offered once');
  return html`<fieldset${isWrong ? html` aria-describedby="${errorId('way')}"` : nothing}>
<legend id="way" tabindex="-1">${t('support.way')}</legend>
<p class="hint">${t('support.way-hint')}</p>
${fieldError(problems, 'way')}
<div class="choices">${offered.map(
    ({ kind }) => html`<div class="choice">
<input type="radio" name="way" id="way-${kind}" value="${kind}"${kind === chosen ? html` checked` : nothing}${described(kind)}>
<label for="way-${kind}">${t(nameOf(kind))}</label></div>`,
  )}</div>
${offered.map(({ kind }) => hint(kind, t))}
</fieldset>`;
}

function described(way: ProcessorKind): Html {
  return hintOf(way) === null ? nothing : html` aria-describedby="way-hint-${way}"`;
}

function hint(way: ProcessorKind, t: Translate): Html {
  const key = hintOf(way);
  return key === null ? nothing : html`<p class="hint" id="way-hint-${way}">${t(key)}</p>`;
}
