/**
 * What happens at Stripe while time passes and nobody asks: money is booked, pages expire, refunds end, payouts leave and
 * arrive. It is played in the order of time whenever the fake is asked something, so that no timer is needed.
 */
import { assert } from '../../../problems/index.ts';
import type { FakeBooks } from './books.ts';
import { expireSession } from './checkout.ts';
import { balanceJson } from './money-answers.ts';
import { bookCharge, endPayout, payOut, turnRefund } from './money-moves.ts';

const DAY = 86_400;
/** Payouts leave in the morning. */
const PAYOUT_SECOND = 6 * 3600;
const STEPS_MAX = 20_000;

interface Due {
  readonly at: number;
  readonly act: () => void;
}

export class PassingTime {
  readonly #books: FakeBooks;
  /** Payouts have left up to this moment. */
  #paidOutUntil: number;
  /** Told up to this moment that money became available. */
  #toldUntil: number;

  constructor(books: FakeBooks) {
    this.#books = books;
    this.#paidOutUntil = books.now();
    this.#toldUntil = books.now();
  }

  catchUp(): void {
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const due = this.#next();
      if (due === undefined) return;
      this.#books.at(due.at, due.act);
    }
    assert(false, 'time passes in a bounded number of steps');
  }

  #next(): Due | undefined {
    const books = this.#books;
    const now = books.now();
    const dues: Due[] = [];
    for (const charge of books.charges.values()) {
      if (charge.status === 'succeeded' && charge.lineId === null) {
        dues.push({ at: charge.bookedAt, act: () => bookCharge(books, charge) });
      }
    }
    for (const session of books.sessions.values()) {
      if (session.status === 'open') {
        dues.push({ at: session.expiresAt, act: () => expireSession(books, session) });
      }
    }
    for (const refund of books.refunds.values()) {
      if (refund.turnsAt !== null) {
        dues.push({ at: refund.turnsAt, act: () => turnRefund(books, refund) });
      }
    }
    for (const payout of books.payouts.values()) {
      if (payout.status === 'in_transit') {
        dues.push({ at: payout.arrivalDate, act: () => endPayout(books, payout) });
      }
    }
    for (const { availableOn } of books.lines.values()) {
      if (availableOn > this.#toldUntil) {
        dues.push({ at: availableOn, act: () => this.#tellAvailable(availableOn) });
      }
    }
    if (books.account.payoutSchedule === 'daily') dues.push(this.#nextPayout());
    return dues.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at)[0];
  }

  #tellAvailable(at: number): void {
    this.#toldUntil = at;
    this.#books.tell('balance.available', balanceJson(this.#books));
  }

  #nextPayout(): Due {
    const past = this.#paidOutUntil;
    const today = past - (past % DAY) + PAYOUT_SECOND;
    const at = today > past ? today : today + DAY;
    return {
      at,
      act: () => {
        this.#paidOutUntil = at;
        for (const currency of this.#books.account.settlementCurrencies) {
          payOut(this.#books, currency);
        }
      },
    };
  }
}
