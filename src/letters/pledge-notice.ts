/**
 * A notice about a pledge: how things stand at the moment it is written, not what once made us write it. A notice that
 * waited in the outbox while its pledge was stopped says that the pledge is stopped.
 */
import type { PlainDate } from '../calendar/index.ts';
import { formatDate, translator } from '../language/index.ts';
import { formatMoney, type Money } from '../money/index.ts';
import { composeLetter, type Letter } from './letter.ts';
import { listOfDates } from './receipt.ts';

export interface PledgeFacts {
  readonly language: string;
  readonly money: Money;
  readonly standing: PledgeStanding;
  readonly manageUrl: string;
}

export type PledgeStanding =
  | { readonly state: 'active'; readonly nextDates: readonly PlainDate[] }
  | { readonly state: 'paused'; readonly until: PlainDate }
  | { readonly state: 'past_due' }
  | { readonly state: 'stopped' }
  | { readonly state: 'lapsed' };

export function pledgeNotice(facts: PledgeFacts): Letter {
  const t = translator(facts.language);
  return composeLetter({
    subject: 'note',
    language: facts.language,
    details: [standingSentence(facts), t('letters.stop', { address: facts.manageUrl })],
  });
}

function standingSentence({ language, money, standing }: PledgeFacts): string {
  const t = translator(language);
  const shown = formatMoney(money, language);
  switch (standing.state) {
    case 'active':
      return t('letters.notice-active', {
        money: shown,
        dates: listOfDates(standing.nextDates, language),
      });
    case 'paused':
      return t('letters.notice-paused', {
        money: shown,
        date: formatDate(standing.until, language),
      });
    case 'past_due':
      return t('letters.notice-past-due', { money: shown });
    case 'stopped':
      return t('letters.notice-stopped');
    case 'lapsed':
      return t('letters.notice-lapsed', { money: shown });
  }
}
