/**
 * One format of case tables: how to tell its cases from others, and how to put one to the product's own function. Each
 * format has a small adapter in this folder, which translates names and decides nothing.
 */
import type { z } from 'zod';

export interface CaseContext {
  /** Folder of the table, for cases that name a file beside it. */
  readonly folder: string;
  /** What the case expects, for formats whose expectation asks questions ("must contain"). */
  readonly expected: unknown;
}

export interface CaseFormat {
  readonly name: string;
  /** Whether `given` is a case of this format. */
  accepts(given: unknown): boolean;
  /** What the product makes of `given`, in the words of the format. */
  run(given: unknown, context: CaseContext): Promise<unknown>;
}

export function caseFormat<Given>(options: {
  readonly name: string;
  readonly given: z.ZodType<Given>;
  readonly run: (given: Given, context: CaseContext) => unknown;
}): CaseFormat {
  return {
    name: options.name,
    accepts: (given) => options.given.safeParse(given).success,
    run: async (given, context) => options.run(options.given.parse(given), context),
  };
}
