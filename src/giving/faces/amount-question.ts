/**
 * "Which amount did you mean?": every reading as a button, least first, in a form of its own that carries all that was
 * typed. Of its own, because pressing Enter in a field of the main form must never pick a reading.
 */
import { money } from '../../money/index.ts';
import { type Html, html } from '../../page/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { assertOffers } from './assert-shown.ts';
import type { FormContext } from './form-context.ts';
import { amountText, exactAmountText } from './gift-words.ts';
import { isGiftInterval, isMinor } from './support-draft.ts';
import { hiddenFields } from './support-fields.ts';
import type { AmountQuestion } from './support-form.ts';

export const QUESTION_ID = 'question';
/** Readings of one text, and a button beside it. */
const OFFERS_MAX = 6;

export function amountQuestion(options: FormContext & { readonly question: AmountQuestion }): Html {
  const { question, draft, language, t } = options;
  assert(
    question.offers.length >= 1 && question.offers.length <= OFFERS_MAX,
    'a question has answers, few of them',
  );
  assertOffers(question.offers);
  return html`<form class="letter" method="post" action="/support" aria-labelledby="${QUESTION_ID}">
<h2 id="${QUESTION_ID}" tabindex="-1">${t('support.question-title')}</h2>
<p>${why(options)} ${t('support.question-pick')}</p>
${hiddenFields({ draft, language, fields: 'all' })}
<div class="choices equal">${question.offers.map(
    (offer) =>
      html`<button type="submit" name="meant" value="${offer.minor}"><bdi>${exactAmountText(offer, language)}</bdi></button>`,
  )}</div>
</form>`;
}

function why(options: FormContext & { readonly question: AmountQuestion }): string {
  const { question, draft, currency, language, t } = options;
  switch (question.why) {
    case 'typed':
      return t('support.question-typed', { text: draft.other });
    case 'two-amounts': {
      const chosen = isGiftInterval(draft.every) ? draft.chosen[draft.every] : '';
      assert(isMinor(chosen), 'two amounts differ only where a button was chosen');
      return t('support.question-two', {
        chosen: amountText(money(BigInt(chosen), currency), language),
        text: draft.other,
      });
    }
    default:
      return unreachable(question.why, 'why');
  }
}
