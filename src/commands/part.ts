/**
 * Which part of a newsroom one process runs: everything (as `npm start` does), or only the pages, or only the work behind
 * them. Any number of processes of each part may share one database: work is leased row by row, and a process that dies is
 * overtaken when its leases run out.
 */
import { parseArgs } from 'node:util';

export type Part = 'everything' | 'web' | 'workers';

/** Reads `--only web` or `--only workers`. Throws an error that says what can be asked for. */
export function readPart(argv: readonly string[]): Part {
  const { only } = readArguments(argv);
  switch (only) {
    case undefined:
      return 'everything';
    case 'web':
    case 'workers':
      return only;
    default:
      throw new Error(`--only is either "web" or "workers", not "${only}".`);
  }
}

function readArguments(argv: readonly string[]): { readonly only?: string | undefined } {
  try {
    return parseArgs({ args: [...argv], options: { only: { type: 'string' } } }).values;
  } catch {
    throw new Error('start takes no words but --only web and --only workers.');
  }
}

/** What the database's list of sessions calls the process. */
export function applicationNameOf(part: Part): string {
  return part === 'everything' ? 'tuppence' : `tuppence ${part}`;
}
