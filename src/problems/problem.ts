/**
 * A problem is an error that a person meets: it has a code for machines, and sentences for people.
 *
 * Every problem answers the three questions somebody with two dollars at stake asks: what happened, did money move,
 * what do I do now. The sentences are message keys, because readers meet them in their own language; a problem never
 * carries what a person typed, a name, an address or a processor's raw answer, so it can be logged as it is.
 *
 * Where a caller must decide what to do next, return a result value instead; throw a problem where nobody below the
 * HTTP edge (or the command line) can do anything about it.
 */
import { PROBLEMS, type ProblemCode } from './catalogue.ts';

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;

  constructor(code: ProblemCode, options: { cause?: unknown } = {}) {
    super(`${code}: ${PROBLEMS[code].happened}`, options);
    this.name = 'Problem';
    this.code = code;
    this.status = PROBLEMS[code].status;
  }
}
