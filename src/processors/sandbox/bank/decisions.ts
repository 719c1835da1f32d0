/**
 * The bank's decisions about one payment: functions of the books, the time and a request to the facts that follow.
 *
 * They change nothing. `bank.ts` applies the facts and writes them to the journal without letting another decision in
 * between, so "is it still open?" and "then charge it" are one step however many tabs, taps and retries arrive at once.
 *
 * The order for a card is fixed: field problems first (`typed-card.ts`), then the card's country, and only then its
 * issuer. A refused card leaves no fact about any issuer, and no fact at all about a hosted payment.
 */
import { assert, unreachable } from '../../../problems/index.ts';
import { newPayment } from './books.ts';
import { countryOfCard, isRefusedCountry } from './card-countries.ts';
import type { Desk } from './desk.ts';
import type { Fact } from './facts.ts';
import { feeOf } from './fees.ts';
import { askIssuer, currentCardNumber, type IssuerAnswer } from './issuer.ts';
import type { DeclineCode, EventType, Method, Payment, PaymentOrder } from './records.ts';

export interface Decision<Outcome> {
  readonly facts: readonly Fact[];
  readonly outcome: Outcome;
}

export type CardOutcome =
  | { readonly kind: 'paid' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'declined'; readonly code: DeclineCode }
  | { readonly kind: 'country_refused'; readonly country: string | null }
  | { readonly kind: 'not_open' };

/** The payer gave a card on the pay page. On a payment that is over, or waits for a confirmation, nothing happens. */
export function payWithCard(
  desk: Desk,
  payment: Payment,
  cardNumber: string,
): Decision<CardOutcome> {
  if (payment.state !== 'open' || payment.kind !== 'hosted') {
    return { facts: [], outcome: { kind: 'not_open' } };
  }
  const country = countryOfCard(cardNumber);
  if (isRefusedCountry(country, payment.refusedCountries)) {
    return { facts: [], outcome: { kind: 'country_refused', country } };
  }
  const answer = askIssuer(cardNumber, 'present');
  const facts = [
    sighting(payment, cardNumber, answer),
    ...consequences(desk, { payment, cardNumber, answer }),
  ];
  return { facts, outcome: cardOutcome(answer) };
}

function cardOutcome(answer: IssuerAnswer): CardOutcome {
  switch (answer.kind) {
    case 'approved':
      return { kind: 'paid' };
    case 'confirmation_needed':
      return { kind: 'confirm' };
    case 'declined':
      return { kind: 'declined', code: answer.code };
    default:
      return unreachable(answer, "an issuer's answer");
  }
}

/** The payer answered the issuer's question. Answering twice, or after the payment is over, changes nothing. */
export function answerConfirmation(
  desk: Desk,
  payment: Payment,
  confirmed: boolean,
): Decision<'paid' | 'refused' | 'not_asked'> {
  const cardNumber = payment.cardToConfirm;
  if (payment.state !== 'needs_confirmation' || cardNumber === null) {
    return { facts: [], outcome: 'not_asked' };
  }
  const answer: IssuerAnswer = confirmed
    ? { kind: 'approved' }
    : { kind: 'declined', code: 'confirmation_refused' };
  return {
    facts: [
      { ...sighting(payment, cardNumber, answer), what: 'challenge' },
      ...consequences(desk, { payment, cardNumber, answer }),
    ],
    outcome: confirmed ? 'paid' : 'refused',
  };
}

/** Opens a payment whose payer will come to our page. */
export function openHosted(order: PaymentOrder): readonly Fact[] {
  assert(order.kind === 'hosted' && order.returnUrl !== null, 'a hosted payment has a way back');
  return [{ type: 'payment_opened', order }];
}

/**
 * Opens a payment on a kept method and charges it at once. `method` is `undefined` when the merchant named one that this
 * bank does not hold; that is a decline as well, so that there is a payment to point to. The outcome is the card that was
 * turned away before its issuer was asked, if one was.
 */
export function chargeMethod(
  desk: Desk,
  order: PaymentOrder,
  method: Method | undefined,
): Decision<{ readonly turnedAway: string | null }> {
  assert(order.kind === 'mandate', 'only mandate payments are charged without a page');
  const payment = newPayment(order, desk.now);
  const opened: Fact = { type: 'payment_opened', order };
  const outcome = { turnedAway: null };
  if (method === undefined) {
    return { facts: [opened, ...notTaken(desk, payment, 'mandate_unknown')], outcome };
  }
  const cardNumber = currentCardNumber(method.cardNumber);
  const country = countryOfCard(cardNumber);
  if (isRefusedCountry(country, order.refusedCountries)) {
    const code = country === null ? 'country_unknown' : 'country_refused';
    const facts = [opened, ...notTaken(desk, payment, code)];
    return { facts, outcome: { turnedAway: cardNumber } };
  }
  const answer = askIssuer(cardNumber, 'absent');
  const facts = [
    opened,
    sighting(payment, cardNumber, answer),
    ...consequences(desk, { payment, cardNumber, answer }),
  ];
  return { facts, outcome };
}

/** Makes a payment that is not over unusable. */
export function closePayment(desk: Desk, payment: Payment): readonly Fact[] {
  if (payment.state !== 'open' && payment.state !== 'needs_confirmation') return [];
  return [
    { type: 'payment_closed', paymentId: payment.id },
    event(desk, payment, 'payment.closed'),
  ];
}

/** Ends every payment whose time has run out. Called before anything else is decided or shown. */
export function expirePayments(desk: Desk): readonly Fact[] {
  return desk.books
    .overduePayments(desk.now)
    .flatMap((payment): Fact[] => [
      { type: 'payment_expired', paymentId: payment.id },
      event(desk, payment, 'payment.expired'),
    ]);
}

function consequences(
  desk: Desk,
  asked: { readonly payment: Payment; readonly cardNumber: string; readonly answer: IssuerAnswer },
): readonly Fact[] {
  const { payment, cardNumber, answer } = asked;
  switch (answer.kind) {
    case 'approved':
      return paid(desk, payment, cardNumber);
    case 'declined':
      return notTaken(desk, payment, answer.code);
    case 'confirmation_needed':
      return [
        { type: 'confirmation_asked', paymentId: payment.id, cardNumber },
        // A payer on the page sees the question anyway; only an absent one has to be told by the merchant.
        ...(payment.kind === 'mandate' ? [event(desk, payment, 'payment.needs_action')] : []),
      ];
    default:
      return unreachable(answer, "an issuer's answer");
  }
}

function paid(desk: Desk, payment: Payment, cardNumber: string): readonly Fact[] {
  const country = countryOfCard(cardNumber);
  return [
    {
      type: 'payment_paid',
      paymentId: payment.id,
      chargeId: desk.newId('ch'),
      cardNumber,
      country,
      balanceId: desk.newId('bal'),
      feeMinor: feeOf(payment.amountMinor),
      keptMethod: keptMethod(desk, payment, cardNumber),
    },
    event(desk, payment, 'payment.succeeded'),
  ];
}

function keptMethod(desk: Desk, payment: Payment, cardNumber: string): Method | null {
  if (payment.keepMandate === null) return null;
  const { supporterId } = payment.references;
  return {
    id: desk.newId('pm'),
    customerId: desk.books.customerOf(supporterId) ?? desk.newId('cus'),
    supporterId,
    cardNumber,
    fingerprint: desk.fingerprintOf(cardNumber),
    interval: payment.keepMandate,
  };
}

function notTaken(desk: Desk, payment: Payment, code: DeclineCode): readonly Fact[] {
  const final = payment.kind === 'mandate';
  return [
    { type: 'card_not_taken', paymentId: payment.id, code, final },
    ...(final ? [event(desk, payment, 'payment.declined')] : []),
  ];
}

function sighting(
  payment: Payment,
  cardNumber: string,
  answer: IssuerAnswer,
): Extract<Fact, { type: 'issuer_saw' }> {
  return {
    type: 'issuer_saw',
    cardNumber,
    what: 'authorisation',
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    statementText: payment.statementText,
    outcome: answer.kind === 'declined' ? answer.code : answer.kind,
  };
}

/** @param payment `null` for an event about the balance */
export function event(
  desk: Desk,
  payment: { readonly id: string } | null,
  eventType: EventType,
): Fact {
  const paymentId = payment?.id ?? null;
  return { type: 'event_written', eventId: desk.newId('evt'), eventType, paymentId };
}
