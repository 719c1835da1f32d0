/**
 * The cards this bank plays with. Any other number is refused at the field: nobody shall type a real card here.
 *
 * A number is 400000, the issuer's country as three digits (see `card-countries.ts`), two digits that say how its issuer
 * behaves, four free digits and a check digit. So every behaviour exists in every country, and a tester can make more
 * cards than the ones listed.
 */
import { assert } from '../../../problems/index.ts';

export const BEHAVIOURS = {
  '00': 'pays',
  '01': 'declined',
  '02': 'issuer_unavailable',
  '03': 'insufficient_funds',
  '04': 'confirms',
  '05': 'lost',
  '06': 'expired',
  '07': 'declines_renewals',
  '08': 'confirms_renewals',
  '09': 'answer_lost',
  '10': 'reissued_abroad',
  '11': 'disputed',
} as const;
export type Behaviour = (typeof BEHAVIOURS)[keyof typeof BEHAVIOURS];

const PREFIX = '400000';
const LENGTH = 16;

export interface TestCard {
  readonly id: TestCardId;
  readonly number: string;
  /** As people read it: groups of four. */
  readonly shown: string;
}

const LISTED = {
  pays: { country: '276', behaviour: '00' },
  declined: { country: '276', behaviour: '01' },
  unavailable: { country: '276', behaviour: '02' },
  insufficient: { country: '276', behaviour: '03' },
  confirms: { country: '276', behaviour: '04' },
  lost: { country: '276', behaviour: '05' },
  expired: { country: '276', behaviour: '06' },
  declinesRenewals: { country: '276', behaviour: '07' },
  confirmsRenewals: { country: '276', behaviour: '08' },
  answerLost: { country: '276', behaviour: '09' },
  russia: { country: '643', behaviour: '00' },
  belarus: { country: '112', behaviour: '00' },
  unknownCountry: { country: '000', behaviour: '00' },
  reissuedAbroad: { country: '276', behaviour: '10' },
  disputed: { country: '276', behaviour: '11' },
} as const;
export type TestCardId = keyof typeof LISTED;

/** The listed cards, in the order the pay page shows them. */
export const TEST_CARDS: readonly TestCard[] = Object.keys(LISTED)
  .filter((id): id is TestCardId => id in LISTED)
  .map((id) => {
    const number = cardNumber(LISTED[id]);
    return { id, number, shown: showCardNumber(number) };
  });

/** The listed card of an id. */
export function testCard(id: TestCardId): TestCard {
  const card = TEST_CARDS.find((listed) => listed.id === id);
  assert(card !== undefined, 'every listed id has a card');
  return card;
}

/** Builds a number of this bank. `free` (four digits) makes different cards of one kind. */
export function cardNumber(kind: {
  readonly country: string;
  readonly behaviour: keyof typeof BEHAVIOURS;
  readonly free?: string;
}): string {
  const digits = `${PREFIX}${kind.country}${kind.behaviour}${kind.free ?? '0000'}`;
  assert(/^\d{15}$/.test(digits), 'a card number has 15 digits before its check digit');
  for (const check of '0123456789') {
    if (hasValidCheckDigit(digits + check)) return digits + check;
  }
  assert(false, 'one of ten check digits fits');
}

/** How the issuer of this card behaves, `null` when the number is none of this bank's. */
export function behaviourOf(number: string): Behaviour | null {
  if (number.length !== LENGTH || !number.startsWith(PREFIX)) return null;
  const code = number.slice(9, 11);
  return isBehaviourCode(code) ? BEHAVIOURS[code] : null;
}

function isBehaviourCode(code: string): code is keyof typeof BEHAVIOURS {
  return Object.hasOwn(BEHAVIOURS, code);
}

/** The check-digit rule of ISO/IEC 7812 (Luhn). */
export function hasValidCheckDigit(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const doubled = index % 2 === 1 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export function showCardNumber(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}
