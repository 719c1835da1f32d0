/** Every letter that the mail server of a seed took, and the people who read it. */
export class Postbox {
  /** How often each letter, by its key, was taken. */
  readonly taken = new Map<string, number>();
  readonly #read: (key: string) => void;

  /** @param read hears of each letter the first time it arrives */
  constructor(read: (key: string) => void) {
    this.#read = read;
  }

  take(key: string): void {
    const before = this.taken.get(key) ?? 0;
    this.taken.set(key, before + 1);
    if (before === 0) this.#read(key);
  }
}
