/**
 * What a card's issuer answers. The issuer is the payer's own bank: once it is asked, it knows who pays whom, which is
 * why nothing in this bank calls {@link askIssuer} before the card's country was checked.
 */
import { assert, unreachable } from '../../../problems/index.ts';
import type { DeclineCode } from './records.ts';
import { behaviourOf, cardNumber } from './test-cards.ts';

export type IssuerAnswer =
  | { readonly kind: 'approved' }
  | { readonly kind: 'declined'; readonly code: DeclineCode }
  | { readonly kind: 'confirmation_needed' };

/** `present`: the payer typed the card just now. `absent`: the merchant charges a kept card. */
export type PayerPresence = 'present' | 'absent';

const APPROVED: IssuerAnswer = { kind: 'approved' };

export function askIssuer(number: string, payer: PayerPresence): IssuerAnswer {
  const behaviour = behaviourOf(number);
  assert(behaviour !== null, 'only numbers of this bank reach an issuer');
  switch (behaviour) {
    case 'pays':
    case 'answer_lost':
    case 'reissued_abroad':
    case 'disputed':
      return APPROVED;
    case 'declined':
      return { kind: 'declined', code: 'card_declined' };
    case 'issuer_unavailable':
      return { kind: 'declined', code: 'issuer_unavailable' };
    case 'insufficient_funds':
      return { kind: 'declined', code: 'insufficient_funds' };
    case 'lost':
      return { kind: 'declined', code: 'lost_card' };
    case 'expired':
      return { kind: 'declined', code: 'expired_card' };
    case 'confirms':
      return payer === 'present' ? { kind: 'confirmation_needed' } : APPROVED;
    case 'declines_renewals':
      return payer === 'present' ? APPROVED : { kind: 'declined', code: 'insufficient_funds' };
    case 'confirms_renewals':
      return payer === 'present' ? APPROVED : { kind: 'confirmation_needed' };
    default:
      return unreachable(behaviour, 'a card behaviour');
  }
}

/**
 * The card a kept method stands for today. Banks replace cards and processors follow; one test card is replaced by a
 * card from Russia, so that a renewal meets a country the first payment did not.
 */
export function currentCardNumber(number: string): string {
  return behaviourOf(number) === 'reissued_abroad'
    ? cardNumber({ country: '643', behaviour: '00', free: number.slice(11, 15) })
    : number;
}
