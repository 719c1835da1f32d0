/**
 * The bank itself: one set of books, one journal, and the rule that binds them.
 *
 * `decide` runs a decision and applies and journals its facts in one synchronous step. Answers wait for `durable()`;
 * so do webhooks, which must not tell of what a crash can still take back.
 */
import type { Clock, Instant, Random } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import type { DecidedAnswer } from './api-once.ts';
import { Books } from './books.ts';
import { type Desk, deskAt } from './desk.ts';
import type { Fact, JournalEntry } from './facts.ts';
import { type Journal, openJournal } from './journal.ts';
import { whatTimeBrings } from './passing-time.ts';
import type { BankEvent } from './records.ts';
import type { UsedKey } from './used-keys.ts';

const TURNED_AWAY_LIMIT = 1000;

export class Bank {
  readonly books: Books;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #secretKey: string;
  #isBroken = false;
  #onEvent: (event: BankEvent) => void = () => undefined;
  /** Cards turned away before their issuer was asked, by number. A count in memory: nothing about them is kept. */
  readonly #turnedAway = new Map<string, number>();

  private constructor(options: BankOptions, books: Books, journal: Journal) {
    this.books = books;
    this.#journal = journal;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#secretKey = options.secretKey;
  }

  /** Opens the bank on its journal. Rejects when the journal is damaged or cannot be written. */
  static async open(options: BankOptions): Promise<Bank> {
    const books = new Books();
    const journal = await openJournal({
      file: options.journalFile,
      replay: (entry) => books.apply(entry),
    });
    return new Bank(options, books, journal);
  }

  get turnedAway(): ReadonlyMap<string, number> {
    return this.#turnedAway;
  }

  noteTurnedAway(cardNumber: string): void {
    if (this.#turnedAway.size >= TURNED_AWAY_LIMIT && !this.#turnedAway.has(cardNumber)) return;
    this.#turnedAway.set(cardNumber, (this.#turnedAway.get(cardNumber) ?? 0) + 1);
  }

  /** Who is told of each new event once it is durable. One listener: the webhook sender. */
  onEvent(listener: (event: BankEvent) => void): void {
    this.#onEvent = listener;
  }

  /** Makes a decision on the books as they are now, and makes its facts true. */
  decide<Outcome>(
    decision: (desk: Desk) => { readonly facts: readonly Fact[]; readonly outcome: Outcome },
  ): Outcome {
    const desk = this.#desk();
    this.#catchUp(desk);
    const { facts, outcome } = decision(desk);
    this.#commit(desk, facts);
    return outcome;
  }

  /** The answer remembered for a key, while its window lasts. */
  usedKey(path: string, key: string): UsedKey | undefined {
    return this.books.usedKey({ path, key, now: this.#clock.now() });
  }

  /** As {@link decide}, and remembers the answer under the key in the same journal entry. */
  decideWithKey(
    used: { readonly path: string; readonly key: string; readonly bodyHash: string },
    decision: (desk: Desk) => DecidedAnswer,
  ): { readonly status: number; readonly answer: string } {
    const desk = this.#desk();
    assert(this.usedKey(used.path, used.key) === undefined, 'a key is decided on once');
    this.#catchUp(desk);
    const { facts, status, body } = decision(desk);
    return this.#orBroken(() => {
      this.books.apply({ at: desk.now, facts: [...facts] });
      const answer = JSON.stringify(body());
      const keyUsed: Fact = { type: 'key_used', ...used, status, answer };
      this.books.apply({ at: desk.now, facts: [keyUsed] });
      this.#write({ at: desk.now, facts: [...facts, keyUsed] });
      return { status, answer };
    });
  }

  /** Brings the books up to the present (payments run out, money comes free), for whoever only looks. */
  refresh(): void {
    const desk = this.#desk();
    this.#catchUp(desk);
  }

  now(): Instant {
    return this.#clock.now();
  }

  /** Resolves once nothing decided so far can be taken back by a crash. Rejects for good once the bank is broken. */
  async durable(): Promise<void> {
    assert(!this.#isBroken, 'the books in memory are the books in the journal');
    await this.#journal.durable();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #desk(): Desk {
    return deskAt({
      books: this.books,
      now: this.#clock.now(),
      random: this.#random,
      secretKey: this.#secretKey,
    });
  }

  /** What time alone changed since somebody last came. */
  #catchUp(desk: Desk): void {
    for (const step of whatTimeBrings) this.#commit(desk, step(desk));
  }

  #commit(desk: Desk, facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    const entry = { at: desk.now, facts: [...facts] };
    this.#orBroken(() => {
      this.books.apply(entry);
      this.#write(entry);
    });
  }

  /**
   * A change that fails half-way leaves books that nobody may be told of. The bank stops answering; a restart rebuilds
   * them from the journal, which holds whole entries only.
   */
  #orBroken<Result>(change: () => Result): Result {
    try {
      return change();
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  #write(entry: JournalEntry): void {
    this.#journal.append(entry);
    for (const fact of entry.facts) {
      if (fact.type === 'event_written') this.#announce(fact.eventId);
    }
  }

  #announce(eventId: string): void {
    const event = this.books.events.get(eventId);
    if (event === undefined) return;
    this.durable().then(
      () => this.#onEvent(event),
      () => undefined,
    );
  }
}

export interface BankOptions {
  readonly journalFile: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly secretKey: string;
}
