/**
 * The hash under which a supporter number is kept: slow, and keyed with a secret that is not in the database.
 *
 * Whoever takes the database alone cannot even test a guess; whoever takes the key as well meets scrypt and 115 bits. The
 * same number always gives the same hash, so that it can be looked up by a unique index: there is no salt per row, and
 * none is needed, because numbers are random and never chosen by people.
 *
 * Slow work is also a way to wear a server out, so only a few run at a time, off the main thread, and a line that grows
 * too long is answered with "try again in a few minutes".
 */
import { createHmac, scrypt } from 'node:crypto';
import { assert, Problem } from '../problems/index.ts';
import type { SupporterNumber } from './supporter-number.ts';

/** Hashes one number. Throws `Problem('TOO_MANY_REQUESTS')` when too many are waiting. */
export type HashNumber = (number: SupporterNumber) => Promise<Uint8Array>;

export const PEPPER_BYTES = 32;

const HASH_BYTES = 32;
/** 16 MiB and some 40 ms each: far beyond what 115 bits need, and bearable on a phone-sized server. */
const COST = { N: 2 ** 14, r: 8, p: 1 } as const;
/** Separates this use of the key from any other, and this version from the next. */
const PURPOSE = 'supporter number 1';
/** The pool that hashes also serves files and names; half of its four threads is left to them. */
const AT_ONCE = 2;
/** A second or two of waiting at most. */
const WAITING_LIMIT = 64;

export function createNumberHash(
  pepper: Uint8Array,
  options: { readonly waitingLimit?: number } = {},
): HashNumber {
  const { waitingLimit = WAITING_LIMIT } = options;
  assert(pepper.length === PEPPER_BYTES, 'the key of the number hash has 32 bytes');
  let running = 0;
  const waiting: (() => void)[] = [];

  return async (number) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= waitingLimit) throw new Problem('TOO_MANY_REQUESTS');
      // Whoever finishes hands its place on, so `running` is not counted again here.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await slowHash(pepper, number);
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function slowHash(pepper: Uint8Array, number: SupporterNumber): Promise<Uint8Array> {
  const keyed = createHmac('sha256', pepper).update(PURPOSE).update('\0').update(number).digest();
  return new Promise((resolve, reject) => {
    scrypt(keyed, PURPOSE, HASH_BYTES, COST, (error, hash) => {
      if (error === null) resolve(new Uint8Array(hash));
      else reject(error);
    });
  });
}
