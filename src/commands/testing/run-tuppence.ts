/** One command of Tuppence as a person runs it, inside this process, on a test's database and clock. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type ManualClock, SeededRandom } from '../../calendar/index.ts';
import { runCommand } from '../run-command.ts';
import type { System } from '../system.ts';

export interface CommandPlace {
  /** The database. */
  readonly url: string;
  readonly clock: ManualClock;
  readonly dataDirectory: string;
  /** The demo's when left out. */
  readonly newsroomFile?: string;
  readonly environment?: System['environment'];
}

export interface Ran {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

/** Runs it; a request to anywhere fails the test. */
export async function runTuppence(place: CommandPlace, argv: readonly string[]): Promise<Ran> {
  const printed: string[] = [];
  const complained: string[] = [];
  const silent = () => {};
  const system: System = {
    environment: {
      DATABASE_URL: place.url,
      TUPPENCE_DATA: place.dataDirectory,
      PORT: '0',
      ...(place.newsroomFile === undefined ? {} : { TUPPENCE_NEWSROOM: place.newsroomFile }),
      ...place.environment,
    },
    clock: place.clock,
    random: new SeededRandom(argv.length, place.clock),
    log: { info: silent, warn: silent, error: silent },
    fetch: async () => assert.fail('no request may be made'),
    sleep: async () => {
      await new Promise((resolve) => setImmediate(resolve));
    },
    stopSignal: new AbortController().signal,
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    projectDirectory: join(import.meta.dirname, '..', '..', '..'),
  };
  const code = await runCommand(argv, system);
  return { code, printed: printed.join('\n'), complained: complained.join('\n') };
}
