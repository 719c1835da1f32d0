/**
 * The order in which records changed last: what a listing with a cursor goes by. A record that changes again moves to
 * the end, so whoever reads on from a cursor meets it again and misses nothing.
 */
export interface Changing {
  /** Number of its last change, growing through all records of one log. */
  change: number;
}

export class ChangeLog<Record extends Changing> {
  /** Which record each change was about: change n stands at n - 1. */
  readonly #log: Record[] = [];

  touch(record: Record): void {
    this.#log.push(record);
    record.change = this.#log.length;
  }

  /** Records that changed after a cursor, by their last change, oldest first. Reads only what changed since. */
  after(change: number, limit: number): { page: readonly Record[]; more: boolean } {
    const page: Record[] = [];
    for (let index = change; index < this.#log.length; index += 1) {
      const record = this.#log[index];
      if (record?.change !== index + 1) continue;
      if (page.length === limit) return { page, more: true };
      page.push(record);
    }
    return { page, more: false };
  }
}
