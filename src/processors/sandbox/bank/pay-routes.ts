/**
 * The payer's door: the pay page and the issuer's question.
 *
 * A form is answered by where the payment stands **after** the decision, never by what the form hoped for. So a double
 * tap, a reload, the back button and a second tab all end in the same place, and the payment is charged once.
 */
import { Hono } from 'hono';
import { type FormFields, readForm } from '../../../page/index.ts';
import type { Bank } from './bank.ts';
import { answerConfirmation, type CardOutcome, payWithCard } from './decisions.ts';
import { confirmPath, payPath } from './describe.ts';
import type { LostAnswers } from './lost-answers.ts';
import { goTo } from './page-frame.ts';
import { EMPTY_PAY_PAGE, type PayPageState, payPage } from './pay-page.ts';
import type { Payment } from './records.ts';
import {
  confirmationPage,
  missingPage,
  overPage,
  unreadablePage,
  wantedLanguage,
} from './state-pages.ts';
import { TEST_CARDS } from './test-cards.ts';
import { readTypedCard, type TypedCard } from './typed-card.ts';
import { bankWords } from './words.ts';

export function createPayRoutes(options: {
  readonly bank: Bank;
  readonly lostAnswers: LostAnswers;
}): Hono {
  const { bank, lostAnswers } = options;
  const routes = new Hono();
  const find = (id: string): Payment | undefined => {
    bank.refresh();
    return bank.books.payments.get(id);
  };

  routes.get('/pay/:id', (c) => {
    const payment = find(c.req.param('id'));
    if (payment === undefined) return missing(c.req.raw);
    if (payment.state === 'needs_confirmation') return goTo(confirmPath(payment.id));
    return payment.state === 'open' ? payPage(payment, stateAtOpening(payment)) : overPage(payment);
  });

  routes.post('/pay/:id', async (c) => {
    const payment = find(c.req.param('id'));
    if (payment === undefined) return missing(c.req.raw);
    const form = await readForm(c.req.raw);
    if (!form.ok) return unreadable(payment, form.problem);
    const wasPaid = payment.state === 'paid';
    const answer = takeCard(bank, payment, form.fields);
    if (!wasPaid && payment.state === 'paid') lostAnswers.startFor(payment);
    return answer;
  });

  routes.get('/issuer/:id', (c) => {
    const payment = find(c.req.param('id'));
    if (payment === undefined) return missing(c.req.raw);
    if (payment.state === 'open') return goTo(payPath(payment.id));
    return payment.state === 'needs_confirmation' ? confirmationPage(payment) : overPage(payment);
  });

  routes.post('/issuer/:id', async (c) => {
    const payment = find(c.req.param('id'));
    if (payment === undefined) return missing(c.req.raw);
    const form = await readForm(c.req.raw);
    if (!form.ok) return unreadable(payment, form.problem);
    const answer = form.fields.text('answer');
    if (answer !== 'confirm' && answer !== 'refuse') return unreadable(payment, 'BAD_REQUEST');
    bank.decide((desk) => answerConfirmation(desk, payment, answer === 'confirm'));
    return goTo(placeOf(payment, `/issuer/${payment.id}`));
  });
  return routes;
}

/** Reads the card of a form, typed or one of the listed, and pays with it. */
function takeCard(bank: Bank, payment: Payment, fields: FormFields): Response {
  if (payment.state !== 'open') return goTo(placeOf(payment, payPath(payment.id)));
  if (fields.has('use')) {
    const card = TEST_CARDS.find((listed) => listed.id === fields.text('use'));
    if (card === undefined) return unreadable(payment, 'BAD_REQUEST');
    return pay(bank, payment, { cardNumber: card.number, typed: EMPTY_PAY_PAGE.typed });
  }
  const typed: TypedCard = {
    number: fields.text('number'),
    expiry: fields.text('expiry'),
    code: fields.text('code'),
  };
  const reading = readTypedCard(typed, bank.now());
  const kept = { number: typed.number.slice(0, 60), expiry: typed.expiry.slice(0, 60) };
  if (reading.ok) return pay(bank, payment, { cardNumber: reading.cardNumber, typed: kept });
  const words = bankWords(payment.language);
  const problems = reading.problems.map(([field, problem]) => ({
    field,
    message: words.problems[problem],
  }));
  return payPage(payment, { problems, notTaken: null, typed: kept });
}

function pay(
  bank: Bank,
  payment: Payment,
  card: { readonly cardNumber: string; readonly typed: PayPageState['typed'] },
): Response {
  const outcome = bank.decide((desk) => payWithCard(desk, payment, card.cardNumber));
  if (outcome.kind === 'country_refused') bank.noteTurnedAway(card.cardNumber);
  const notTaken = notTakenWords(payment, outcome);
  if (notTaken === null) return goTo(placeOf(payment, payPath(payment.id)));
  const typed = outcome.kind === 'country_refused' ? EMPTY_PAY_PAGE.typed : card.typed;
  return payPage(payment, { problems: [], notTaken, typed });
}

function notTakenWords(payment: Payment, outcome: CardOutcome): string | null {
  const words = bankWords(payment.language);
  switch (outcome.kind) {
    case 'declined':
      return words.declined[outcome.code];
    case 'country_refused':
      return outcome.country === null ? words.countryUnknown : words.countryRefused;
    case 'paid':
    case 'confirm':
    case 'not_open':
      return null;
  }
}

/** A payer who comes back from the issuer without a confirmation is told so. */
function stateAtOpening(payment: Payment): PayPageState {
  if (payment.declineCode !== 'confirmation_refused') return EMPTY_PAY_PAGE;
  const notTaken = bankWords(payment.language).declined.confirmation_refused;
  return { ...EMPTY_PAY_PAGE, notTaken };
}

/** Where the payer belongs now. `overPath` shows what became of a payment that has no way back of its own. */
function placeOf(payment: Payment, overPath: string): string {
  switch (payment.state) {
    case 'open':
      return payPath(payment.id);
    case 'needs_confirmation':
      return confirmPath(payment.id);
    case 'paid':
      return payment.returnUrl ?? overPath;
    case 'declined':
    case 'closed':
    case 'expired':
      return overPath;
  }
}

function unreadable(payment: Payment, problem: 'BODY_TOO_LARGE' | 'BAD_REQUEST'): Response {
  return unreadablePage({ payment, status: problem === 'BODY_TOO_LARGE' ? 413 : 400 });
}

function missing(request: Request): Response {
  return missingPage(wantedLanguage(request));
}
