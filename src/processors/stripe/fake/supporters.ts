/** What supporters do at Stripe without us: the card fields of our own page turn a card into a ConfirmationToken. */
import type { FakeBooks } from './books.ts';
import { CANARY_NAME } from './canaries.ts';
import type { FakeCard } from './cards.ts';

/** "Expires after 12 hours" (docs.stripe.com/api/confirmation_tokens). */
const TOKEN_SECONDS = 12 * 3600;

/** As `stripe.createConfirmationToken` in a browser. @returns its id, which is all that our page sends */
export function typeCard(books: FakeBooks, card: FakeCard): string {
  const id = books.newId('ctoken_1');
  books.tokens.set(id, {
    id,
    created: books.now(),
    expiresAt: books.now() + TOKEN_SECONDS,
    card,
    billing: { name: CANARY_NAME, email: null, line1: null, country: null },
    returnUrl: null,
    keepFor: null,
    usedFor: null,
  });
  return id;
}
