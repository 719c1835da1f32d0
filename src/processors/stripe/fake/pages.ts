/**
 * What supporters see at Stripe, as plain forms: the page of a Checkout Session, and the page on which a bank asks whether
 * it is its own card's holder. Tests that need no page call `checkout.ts` and `charging.ts` instead.
 */
import type { FakeBooks } from './books.ts';
import { publishedCard } from './cards.ts';
import { authenticate } from './charging.ts';
import { authenticateOnPage, type PageOutcome, payOnPage } from './checkout.ts';
import type { FakeIntent, FakeSession } from './records.ts';

export interface PageAnswer {
  readonly status: number;
  readonly html: string;
  readonly location?: string;
}

/** The page at this path with what was sent to it; undefined where there is no page. */
export function answerPage(
  books: FakeBooks,
  call: { readonly method: string; readonly path: string; readonly body: string },
): PageAnswer | undefined {
  const [, place, id = ''] = /^\/(c\/pay|3d_secure)\/(\w+)$/.exec(call.path) ?? [];
  const sent = call.method === 'POST' ? new URLSearchParams(call.body) : null;
  if (place === 'c/pay') return checkoutPage(books, books.sessions.get(id), sent);
  if (place === '3d_secure') return bankPage(books, books.intents.get(id), sent);
  return undefined;
}

const GONE: PageAnswer = { status: 410, html: '<p>This page is over.</p>' };

function checkoutPage(
  books: FakeBooks,
  session: FakeSession | undefined,
  sent: URLSearchParams | null,
): PageAnswer {
  if (session?.status !== 'open') return GONE;
  if (sent === null) return form('card', 'Card number');
  const card = publishedCard(sent.get('card') ?? '');
  if (card === undefined) return form('card', 'That is no test card. Card number');
  return afterTry(books, session, payOnPage(books, session.id, card));
}

function afterTry(books: FakeBooks, session: FakeSession, outcome: PageOutcome): PageAnswer {
  switch (outcome) {
    case 'paid':
      return redirect(session.successUrl.replaceAll('{CHECKOUT_SESSION_ID}', session.id));
    case 'needs-holder':
      return redirect(`${books.origin()}/3d_secure/${session.intentId}`);
    case 'declined':
      return form('card', 'Your card was declined. Another card number');
  }
}

function bankPage(
  books: FakeBooks,
  intent: FakeIntent | undefined,
  sent: URLSearchParams | null,
): PageAnswer {
  if (intent?.status !== 'requires_action') return GONE;
  if (sent === null) return form('outcome', 'passed or failed');
  const outcome = sent.get('outcome') === 'passed' ? 'passed' : 'failed';
  if (intent.sessionId !== null) {
    const session = books.session(intent.sessionId);
    return afterTry(books, session, authenticateOnPage(books, session.id, outcome));
  }
  authenticate(books, intent.id, outcome);
  if (intent.returnUrl === null) return { status: 200, html: '<p>Done.</p>' };
  const back = new URL(intent.returnUrl);
  back.searchParams.set('payment_intent', intent.id);
  back.searchParams.set('redirect_status', outcome === 'passed' ? 'succeeded' : 'failed');
  return redirect(back.href);
}

function form(name: string, label: string): PageAnswer {
  return {
    status: 200,
    html: `<!doctype html><title>Pay</title><form method="post"><label>${label} <input name="${name}"></label> <button>Go on</button></form>`,
  };
}

function redirect(location: string): PageAnswer {
  return { status: 303, html: '', location };
}
