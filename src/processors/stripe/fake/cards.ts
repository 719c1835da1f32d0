/**
 * Stripe's published test cards and test payment methods, as far as they matter here, with what each of them does
 * (docs.stripe.com/testing). A card of any country, made up ones included, is made by {@link cardFrom}.
 */
import { assert } from '../../../problems/index.ts';

export interface CardDecline {
  /** Of the error and of the charge. */
  readonly code: string;
  readonly declineCode: string | null;
  readonly adviceCode: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later' | null;
}

export interface CardHabits {
  readonly declines: CardDecline | null;
  /**
   * `unless-set-up`: off session not once it was set up for that; `set-up-already`: never off session, always on session.
   */
  readonly authentication: 'never' | 'always' | 'unless-set-up' | 'set-up-already';
  readonly refunds: 'at-once' | 'pending' | 'fail-later';
  readonly dispute: { readonly reason: string; readonly isInquiry: boolean } | null;
  /** Money at once in the available balance. */
  readonly isBypassingPending: boolean;
  /** Radar's own rule blocks it: it never reaches the network. */
  readonly isHighestRisk: boolean;
}

export interface FakeCard extends CardHabits {
  readonly brand: string;
  readonly last4: string;
  /** `null`: Stripe does not tell. */
  readonly country: string | null;
  readonly fingerprint: string;
  readonly wallet: 'apple_pay' | 'google_pay' | 'link' | null;
}

const USUAL: CardHabits = {
  declines: null,
  authentication: 'never',
  refunds: 'at-once',
  dispute: null,
  isBypassingPending: false,
  isHighestRisk: false,
};

const declined = (
  declineCode: string,
  adviceCode: CardDecline['adviceCode'] = 'try_again_later',
): Partial<CardHabits> => ({ declines: { code: 'card_declined', declineCode, adviceCode } });

interface Row {
  readonly number: string;
  readonly method: string;
  readonly country?: string;
  readonly habits?: Partial<CardHabits>;
}

const ROWS: readonly Row[] = [
  { number: '4242424242424242', method: 'pm_card_visa' },
  {
    number: '4000000000000002',
    method: 'pm_card_visa_chargeDeclined',
    habits: declined('generic_decline'),
  },
  {
    number: '4000000000009995',
    method: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    habits: declined('insufficient_funds'),
  },
  {
    number: '4000000000009987',
    method: 'pm_card_visa_chargeDeclinedLostCard',
    habits: declined('lost_card', 'do_not_try_again'),
  },
  {
    number: '4000000000009979',
    method: 'pm_card_visa_chargeDeclinedStolenCard',
    habits: declined('stolen_card', 'do_not_try_again'),
  },
  {
    number: '4000000000000069',
    method: 'pm_card_chargeDeclinedExpiredCard',
    habits: {
      declines: { code: 'expired_card', declineCode: null, adviceCode: 'do_not_try_again' },
    },
  },
  {
    number: '4000000000000127',
    method: 'pm_card_chargeDeclinedIncorrectCvc',
    habits: {
      declines: { code: 'incorrect_cvc', declineCode: null, adviceCode: 'confirm_card_data' },
    },
  },
  {
    number: '4000000000000119',
    method: 'pm_card_chargeDeclinedProcessingError',
    habits: {
      declines: { code: 'processing_error', declineCode: null, adviceCode: 'try_again_later' },
    },
  },
  {
    number: '4000000000006975',
    method: 'pm_card_visa_chargeDeclinedVelocityLimitExceeded',
    habits: declined('card_velocity_exceeded'),
  },
  {
    number: '4000000000000341',
    method: 'pm_card_chargeCustomerFail',
    habits: declined('generic_decline'),
  },
  { number: '4100000000000019', method: 'pm_card_radarBlock', habits: { isHighestRisk: true } },
  {
    number: '4000002500003155',
    method: 'pm_card_authenticationRequiredOnSetup',
    country: 'FR',
    habits: { authentication: 'unless-set-up' },
  },
  {
    number: '4000002760003184',
    method: 'pm_card_authenticationRequired',
    country: 'DE',
    habits: { authentication: 'always' },
  },
  {
    number: '4000003800000446',
    method: 'pm_card_authenticationRequiredSetupForOffSession',
    country: 'IT',
    habits: { authentication: 'set-up-already' },
  },
  {
    number: '4000008260003178',
    method: 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    country: 'GB',
    habits: { authentication: 'always', ...declined('insufficient_funds') },
  },
  {
    number: '4000000000000077',
    method: 'pm_card_bypassPending',
    habits: { isBypassingPending: true },
  },
  { number: '4000000000007726', method: 'pm_card_pendingRefund', habits: { refunds: 'pending' } },
  { number: '4000000000005126', method: 'pm_card_refundFail', habits: { refunds: 'fail-later' } },
  {
    number: '4000000000000259',
    method: 'pm_card_createDispute',
    habits: { dispute: { reason: 'fraudulent', isInquiry: false } },
  },
  {
    number: '4000000000002685',
    method: 'pm_card_createDisputeProductNotReceived',
    habits: { dispute: { reason: 'product_not_received', isInquiry: false } },
  },
  {
    number: '4000000000001976',
    method: 'pm_card_createDisputeInquiry',
    habits: { dispute: { reason: 'fraudulent', isInquiry: true } },
  },
  { number: '4000002760000016', method: 'pm_card_de', country: 'DE' },
  { number: '4000002500000003', method: 'pm_card_fr', country: 'FR' },
  { number: '4000008260000000', method: 'pm_card_gb', country: 'GB' },
  { number: '4000001120000005', method: 'pm_card_by', country: 'BY' },
];

function cardOfRow({ number, country = 'US', habits = {} }: Row): FakeCard {
  return {
    ...USUAL,
    ...habits,
    brand: 'visa',
    last4: number.slice(-4),
    country,
    fingerprint: `Fp${number.slice(-10)}`,
    wallet: null,
  };
}

/** The card of a published number or payment method; undefined for any other. */
export function publishedCard(numberOrMethod: string): FakeCard | undefined {
  const plain = numberOrMethod.replaceAll(/\s/g, '');
  const row = ROWS.find(({ number, method }) => number === plain || method === plain);
  return row === undefined ? undefined : cardOfRow(row);
}

/** The card of a published number or payment method, with what a test wants to be otherwise. */
export function cardFrom(published: string, changes: Partial<FakeCard> = {}): FakeCard {
  const card = publishedCard(published);
  assert(card !== undefined, 'Stripe publishes this card or method');
  return { ...card, ...changes };
}
