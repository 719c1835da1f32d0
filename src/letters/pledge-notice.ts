/**
 * A notice about a pledge: how things stand at the moment it is written, not what once made us write it. A notice that
 * waited in the outbox while its pledge was stopped says that the pledge is stopped.
 */
import { translator } from '../language/index.ts';
import { formatMoney, type Money } from '../money/index.ts';
import { composeLetter, type Letter } from './letter.ts';

export interface PledgeFacts {
  readonly language: string;
  /** What is collected each time. */
  readonly money: Money;
  readonly standing: PledgeStanding;
  /** Where to look, change and stop. */
  readonly manageUrl: string;
}

export type PledgeStanding =
  /** The bank waits for the supporter; `giftUrl` leads to where they confirm. */
  | { readonly state: 'needs-confirmation'; readonly giftUrl: string }
  /** A payment did not go through and is tried again; at `giftUrl` they may pay it themselves. */
  | { readonly state: 'past-due'; readonly giftUrl: string }
  /** Nothing is taken by itself: its day has come, and it can be paid at `giftUrl`. */
  | { readonly state: 'by-link'; readonly giftUrl: string }
  /** We leave the company that charges it, or were dropped by it: at `giftUrl` the next gift is paid elsewhere. */
  | { readonly state: 'move'; readonly isNeeded: boolean; readonly giftUrl: string }
  | { readonly state: 'stopped' }
  | { readonly state: 'lapsed' };

export function pledgeNotice(facts: PledgeFacts): Letter {
  const t = translator(facts.language);
  const isOver = facts.standing.state === 'stopped' || facts.standing.state === 'lapsed';
  const ways = isOver ? 'letters.stop-once' : 'letters.stop';
  return composeLetter({
    subject: 'note',
    language: facts.language,
    details: [standingSentence(facts), t(ways, { address: facts.manageUrl })],
  });
}

function standingSentence({ language, money, standing }: PledgeFacts): string {
  const t = translator(language);
  const shown = formatMoney(money, language);
  switch (standing.state) {
    case 'needs-confirmation':
      return t('letters.notice-confirm', { money: shown, address: standing.giftUrl });
    case 'past-due':
      return t('letters.notice-past-due', { money: shown, address: standing.giftUrl });
    case 'by-link':
      return t('letters.notice-by-link', { money: shown, address: standing.giftUrl });
    case 'move': {
      const key = standing.isNeeded ? 'letters.notice-move-needed' : 'letters.notice-move-wished';
      return t(key, { money: shown, address: standing.giftUrl });
    }
    case 'stopped':
      return t('letters.notice-stopped');
    case 'lapsed':
      return t('letters.notice-lapsed', { money: shown });
  }
}
