/** What every decision of the bank is made from: the books as they are, the time, and fresh ids. */
import { createHmac } from 'node:crypto';
import type { Instant, Random } from '../../../calendar/index.ts';
import type { Books } from './books.ts';

export interface Desk {
  readonly books: Books;
  readonly now: Instant;
  /** A new id nobody can guess, such as `pay_5f0c…`. */
  newId(prefix: 'pay' | 'ch' | 're' | 'dp' | 'po' | 'bal' | 'evt' | 'pm' | 'cus'): string;
  /** The same text for the same card at this bank, and nothing that leads back to its number without the key. */
  fingerprintOf(cardNumber: string): string;
}

export function deskAt(options: {
  readonly books: Books;
  readonly now: Instant;
  readonly random: Random;
  readonly secretKey: string;
}): Desk {
  const { books, now, random, secretKey } = options;
  return {
    books,
    now,
    newId: (prefix) => `${prefix}_${Buffer.from(random.bytes(16)).toString('hex')}`,
    fingerprintOf: (cardNumber) =>
      createHmac('sha256', secretKey).update(`card ${cardNumber}`).digest('hex').slice(0, 32),
  };
}
