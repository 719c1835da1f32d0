/**
 * The randomness port, for the same reason as the clock: ids and keys made from a seed can be replayed. Only `main.ts`
 * makes the real one, from the operating system.
 */
export interface Random {
  /** `length` bytes nobody can guess. */
  bytes(length: number): Uint8Array;
  /** A new UUID (version 7 layout: time-ordered, so indexes stay local). */
  uuid(): string;
}
