/**
 * Assertions that stay on in production (TigerBeetle's habit): a programmer's certainty that turned out false.
 *
 * An assertion is never about what somebody typed or what a processor answered; those are values. A failed one parks
 * the gift or ends the request it happened in, never the process.
 */

export class AssertionFailure extends Error {
  constructor(message: string) {
    super(`assertion failed: ${message}`);
    this.name = 'AssertionFailure';
  }
}

/** Throws {@link AssertionFailure} unless `condition` holds. `message` states what must be true and holds no data of a person. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** For the branch of an exhaustive switch that the types say cannot be reached. */
export function unreachable(value: never, what: string): never {
  throw new AssertionFailure(`${what} has no case for ${String(value)}`);
}
