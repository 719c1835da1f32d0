/**
 * Writing together what comes at the same time. Everybody who hands something in waits until it is on disk; but what came
 * while one batch was being written is the next batch, so a busy evening costs a commit per some hundred rows instead of
 * one each, and somebody who comes alone waits for nobody. There is no timer.
 *
 * - Two batches are under way at most: while the disk works for one, the other is sent. The second starts only when some
 *   wait for it, as many as is said. Where a statement costs much before its first row, one large batch is cheaper than
 *   two small ones; and where one batch is held up, only those in it are.
 * - Nobody is answered before the commit of their own batch, and everybody is answered.
 * - A row that the database does not take falls on itself alone: its batch, of which nothing was written, is written again
 *   one by one. Only when the database cannot be reached does everybody hear the same.
 * - As many wait as is said; more are refused at once (`UNAVAILABLE`, a 503), because an answer that comes too late is
 *   worse than one that says so.
 *
 * What is written must bear being in one statement with its neighbours. Two batches may hold rows with one key, here or in
 * another process, so a write puts its rows in one order; otherwise two of them could wait for each other.
 */
import { assert, Problem } from '../problems/index.ts';
import { isDatabaseUnreachable } from './unreachable.ts';

const BATCHES_AT_ONCE = 2;
const BATCH_MAX = 500;

export interface BatcherOptions<Item, Answer> {
  /** Writes all or nothing, in one commit. @returns an answer for each, in the order in which they were handed in */
  readonly write: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** As many wait before a second batch starts beside the first. */
  readonly secondFrom: number;
  /** Items that may wait for their batch; those of the batches under way do not count. */
  readonly waitingMax: number;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly done: (answer: Answer) => void;
  readonly failed: (error: unknown) => void;
}

export class Batcher<Item, Answer> {
  readonly #write: BatcherOptions<Item, Answer>['write'];
  readonly #secondFrom: number;
  readonly #waitingMax: number;
  #waiting: Waiting<Item, Answer>[] = [];
  #underWay = 0;

  constructor(options: BatcherOptions<Item, Answer>) {
    assert(options.waitingMax > 0, 'a queue has room for somebody');
    assert(options.secondFrom >= 1, 'a batch has at least one row');
    assert(options.secondFrom <= options.waitingMax, 'a second batch can start');
    this.#write = options.write;
    this.#secondFrom = options.secondFrom;
    this.#waitingMax = options.waitingMax;
  }

  /** Resolves when the item is on disk, to what its write says of it; rejects when it may not be. */
  add(item: Item): Promise<Answer> {
    if (this.#waiting.length >= this.#waitingMax) {
      return Promise.reject(new Problem('UNAVAILABLE'));
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ item, done, failed });
      this.#goOn();
    });
  }

  #goOn(): void {
    while (this.#mayStart()) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      this.#underWay += 1;
      void this.#answer(batch).finally(() => {
        this.#underWay -= 1;
        assert(this.#underWay >= 0, 'a batch ends once');
        this.#goOn();
      });
    }
  }

  #mayStart(): boolean {
    if (this.#underWay >= BATCHES_AT_ONCE) return false;
    return this.#waiting.length >= (this.#underWay === 0 ? 1 : this.#secondFrom);
  }

  /** Never rejects: everybody who waits is told. */
  async #answer(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    assert(batch.length > 0 && batch.length <= BATCH_MAX, 'a batch is bounded');
    try {
      const answers = await this.#write(batch.map(({ item }) => item));
      assert(answers.length === batch.length, 'a write answers everybody');
      // Checked to be as many, so each has one; the type of an array does not know.
      for (const [at, answer] of answers.entries()) batch[at]?.done(answer);
    } catch (error) {
      if (batch.length === 1 || isDatabaseUnreachable(error)) {
        for (const { failed } of batch) failed(error);
        return;
      }
      await this.#oneByOne(batch);
    }
  }

  async #oneByOne(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    for (const [at, { item, done, failed }] of batch.entries()) {
      try {
        const [answer, ...others] = await this.#write([item]);
        assert(answer !== undefined && others.length === 0, 'a write answers everybody');
        done(answer);
      } catch (error) {
        failed(error);
        // Each would wait for a connection in vain.
        if (!isDatabaseUnreachable(error)) continue;
        for (const rest of batch.slice(at + 1)) rest.failed(error);
        return;
      }
    }
  }
}
