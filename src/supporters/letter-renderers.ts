/**
 * From a gift or a pledge to the letter about it: the one place that knows both giving and letters.
 *
 * A letter is written from what is true when it leaves. A receipt whose gift is not settled, a notice of a pledge that
 * never began and anything about a supporter who asked to be forgotten are not needed any more.
 */
import {
  type GiftView,
  type Giving,
  type PledgeView,
  returnSentences,
  thanksAddress,
} from '../giving/index.ts';
import {
  type LetterRecipient,
  type LetterRenderer,
  type PledgeStanding,
  pledgeNotice,
  type ReceiptFacts,
  receiptLetter,
  returnLetter,
} from '../letters/index.ts';
import type { Contacts } from './contact-store.ts';
import { wayOutPath } from './way-out.ts';

export interface LetterRenderersDependencies {
  readonly giving: Pick<Giving, 'giftView' | 'pledgeView' | 'supporterView' | 'returnsOf'>;
  readonly contacts: Pick<Contacts, 'open' | 'release'>;
  /** What a supporter's bank statement says. */
  readonly statementText: string;
  /** Where readers reach us, without a slash at the end. */
  readonly publicOrigin: () => string;
}

export interface SupporterLetterRenderers {
  readonly receipt: LetterRenderer;
  readonly 'pledge-notice': LetterRenderer;
  readonly return: LetterRenderer;
}

export function createLetterRenderers(deps: LetterRenderersDependencies): SupporterLetterRenderers {
  return {
    async receipt(giftId) {
      const gift = await deps.giving.giftView(giftId);
      if (gift === undefined || gift.settledAt === null || gift.supporterId === null) {
        return 'not-needed';
      }
      const supporter = await deps.giving.supporterView(gift.supporterId);
      if (supporter === undefined) return 'not-needed';
      const { language, zone } = supporter;
      const letter = receiptLetter({
        language,
        money: gift.money,
        date: gift.settledAt.toZonedDateTimeISO(zone).toPlainDate(),
        reference: gift.reference,
        statementText: deps.statementText,
        interval: gift.interval,
        span: spanOf(gift),
        everyMonths: gift.pledge?.collectEveryMonths ?? 1,
        nextDates: gift.pledge?.nextDates ?? [],
        stopped: wasStopped(gift),
        manageUrl: `${deps.publicOrigin()}/manage`,
      });
      return { letter, recipient: recipient(deps, gift.supporterId) };
    },
    async 'pledge-notice'(ref) {
      // About one gift of a pledge, or about the pledge as a whole.
      const gift = await deps.giving.giftView(ref);
      const pledge = await deps.giving.pledgeView(gift?.pledge?.pledgeId ?? ref);
      if (pledge === undefined || pledge.supporterId === null) return 'not-needed';
      const supporter = await deps.giving.supporterView(pledge.supporterId);
      if (supporter === undefined) return 'not-needed';
      const { language } = supporter;
      const standing = standingOf(pledge, gift, (about) => giftUrl(deps, about, language));
      if (standing === 'nothing-to-say') return 'not-needed';
      const letter = pledgeNotice({
        language,
        // What is to be paid now, which may be for several months.
        money: gift?.money ?? pledge.collected,
        standing,
        manageUrl: `${deps.publicOrigin()}/manage`,
      });
      return { letter, recipient: recipient(deps, pledge.supporterId) };
    },
    async return(giftId) {
      const gift = await deps.giving.giftView(giftId);
      if (gift === undefined || gift.supporterId === null) return 'not-needed';
      const supporter = await deps.giving.supporterView(gift.supporterId);
      if (supporter === undefined) return 'not-needed';
      const { language } = supporter;
      const returns = (await deps.giving.returnsOf([giftId])).get(giftId);
      const sentences = returnSentences(gift, returns, supporter);
      if (sentences.length === 0) return 'not-needed';
      const letter = returnLetter({
        language,
        reference: gift.reference,
        sentences,
        isRepeating: (gift.pledge?.nextDates.length ?? 0) > 0,
        manageUrl: `${deps.publicOrigin()}/manage`,
      });
      return { letter, recipient: recipient(deps, gift.supporterId) };
    },
  };
}

function spanOf(gift: GiftView): ReceiptFacts['span'] {
  const { coversPeriods: months, moneyOfPeriod: monthly, pledge } = gift;
  return months === 1 || pledge === null ? null : { months, monthly, from: pledge.dueDate };
}

/** The gift's own page, with its key. Opening it changes nothing. */
function giftUrl(deps: LetterRenderersDependencies, gift: GiftView, language: string): string {
  return deps.publicOrigin() + thanksAddress(gift, language);
}

function wasStopped(gift: GiftView): boolean {
  return gift.pledge !== null && gift.pledge.state === 'cancelled';
}

function standingOf(
  pledge: PledgeView,
  gift: GiftView | undefined,
  urlOf: (about: GiftView) => string,
): PledgeStanding | 'nothing-to-say' {
  switch (pledge.state) {
    case 'cancelled':
      return { state: 'stopped' };
    case 'lapsed':
      return { state: 'lapsed' };
    case 'awaiting_first':
    case 'active':
    case 'past_due':
    case 'paused':
      break;
  }
  // What made us write may be over by now: the gift arrived after all, or its period was skipped.
  if (gift === undefined) return 'nothing-to-say';
  if (gift.state === 'due') return moveOf(pledge, urlOf(gift));
  if (gift.state !== 'collecting') return 'nothing-to-say';
  if (gift.stateForPeople === 'needs-confirmation') {
    return { state: 'needs-confirmation', giftUrl: urlOf(gift) };
  }
  if (pledge.paidByLink) return { state: 'by-link', giftUrl: urlOf(gift) };
  if (pledge.state === 'past_due') return { state: 'past-due', giftUrl: urlOf(gift) };
  // Where somebody may have paid a moment ago, nobody is asked to pay.
  return gift.stateForPeople === 'waiting' ? moveOf(pledge, urlOf(gift)) : 'nothing-to-say';
}

function moveOf(pledge: PledgeView, giftUrl: string): PledgeStanding | 'nothing-to-say' {
  if (pledge.move === 'no') return 'nothing-to-say';
  return { state: 'move', isNeeded: pledge.move === 'needed', giftUrl };
}

function recipient(deps: LetterRenderersDependencies, supporterId: string): LetterRecipient {
  return {
    async open() {
      const contact = await deps.contacts.open(supporterId);
      if (contact === null) return null;
      const unsubscribeUrl = deps.publicOrigin() + wayOutPath(contact.wayOut);
      return { address: contact.address, unsubscribeUrl };
    },
    async release() {
      await deps.contacts.release(supporterId);
    },
  };
}
