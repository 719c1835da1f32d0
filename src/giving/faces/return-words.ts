/**
 * What became of the money of a gift after it arrived, in sentences for the person who made it: the same on the page of the
 * gift, in the overview, in the receipt and in a letter. What a bank does is told without a word of blame.
 */
import { formatInstantDay, type MessageKey, translator } from '../../language/index.ts';
import type { Money } from '../../money/index.ts';
import type { GiftReturns } from '../acts/gift-returns.ts';
import type { HeldMoney } from '../acts/held-money.ts';
import type { GiftView } from '../giving.ts';
import { exactAmountText } from './gift-words.ts';

/** One sentence per thing that happened; none for a gift that is whole. */
export function returnSentences(
  gift: Pick<GiftView, 'money' | 'reference'>,
  returns: GiftReturns | undefined,
  place: { readonly language: string; readonly zone: string },
): readonly string[] {
  if (returns === undefined) return [];
  const { language, zone } = place;
  if (returns.nothingCame) return [translator(language)('thanks.nothing-came')];
  const { givenBack, takenBack, onItsWay, heldByBank, couldNotBeSent, lastAt } = returns;
  const t = translator(language);
  const date = lastAt === null ? '' : formatInstantDay({ instant: lastAt, zone, language });
  const sentences: string[] = [];
  if (givenBack.minor > 0n) {
    const key = givenBack.minor >= gift.money.minor ? 'thanks.returned' : 'thanks.returned-part';
    sentences.push(t(key, { amount: exactAmountText(givenBack, language), date }));
  }
  if (onItsWay.minor > 0n) {
    sentences.push(t('thanks.returning', { amount: exactAmountText(onItsWay, language) }));
  }
  if (couldNotBeSent) {
    sentences.push(t('thanks.return-failed', { reference: gift.reference }));
  }
  if (takenBack.minor > 0n) {
    sentences.push(t('thanks.taken-back', { amount: exactAmountText(takenBack, language) }));
  }
  if (heldByBank.minor > 0n) sentences.push(t('thanks.bank-looks'));
  return [...sentences, ...heldSentences(returns.held, language)];
}

/** What became of money that did not fit the gift. */
function heldSentences(held: readonly HeldMoney[], language: string): readonly string[] {
  const t = translator(language);
  const told = (key: MessageKey, money: Money): readonly string[] =>
    money.minor === 0n ? [] : [t(key, { amount: exactAmountText(money, language) })];
  return held.flatMap(({ accepted, sentBack, onItsWay, waiting }) => [
    ...told('thanks.held-waits', waiting),
    ...told('thanks.held-returning', onItsWay),
    ...told('thanks.held-returned', sentBack),
    ...told('thanks.held-accepted', accepted),
  ]);
}
