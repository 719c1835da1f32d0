/** One command of Tuppence as a person runs it, inside this process, on a test's database and clock. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, SeededRandom } from '../../calendar/index.ts';
import { runCommand } from '../run-command.ts';
import type { System } from '../system.ts';

const SHORT_SLEEP_MS = 50;

export interface CommandPlace {
  /** The database. */
  readonly url: string;
  readonly clock: Clock;
  readonly dataDirectory: string;
  /** The demo's when left out. */
  readonly newsroomFile?: string;
  readonly environment?: System['environment'];
  /** Left out: any request fails the test. */
  readonly fetch?: typeof fetch;
  readonly seed?: number;
}

export interface Ran {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

/** Runs it; a request to anywhere fails the test. */
export async function runTuppence(place: CommandPlace, argv: readonly string[]): Promise<Ran> {
  const terminal = new Terminal();
  const code = await runCommand(argv, systemOf(place, terminal));
  return { code, printed: terminal.printed.join('\n'), complained: terminal.complained.join('\n') };
}

/** All that a person at the terminal, and whoever reads the logs, gets to see. */
export class Terminal {
  readonly printed: string[] = [];
  readonly complained: string[] = [];
  readonly logged: string[] = [];

  get everything(): string {
    return [...this.printed, ...this.complained, ...this.logged].join('\n');
  }
}

export interface RunningTuppence {
  readonly terminal: Terminal;
  /** Asks it to stop, as Ctrl-C does, and waits for its end. @returns the exit code */
  stop(): Promise<number>;
}

/** Starts a command that runs until it is stopped; resolves once it has said something that fits `isReady`. */
export async function startTuppence(
  place: CommandPlace,
  argv: readonly string[],
  isReady: RegExp,
): Promise<RunningTuppence> {
  const terminal = new Terminal();
  const controller = new AbortController();
  const system = { ...systemOf(place, terminal), sleep: realSleep, stopSignal: controller.signal };
  let isOver = false;
  const ended = runCommand(argv, system).finally(() => {
    isOver = true;
  });
  while (!isReady.test(terminal.everything)) {
    assert.ok(!isOver, `it ended: ${terminal.everything}`);
    await realSleep(20);
  }
  return {
    terminal,
    async stop() {
      controller.abort();
      return await ended;
    },
  };
}

async function realSleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  await wait(durationMs, undefined, options).catch(() => undefined);
}

function systemOf(place: CommandPlace, terminal: Terminal): System {
  const log = (event: string, facts: Record<string, unknown> = {}) => {
    terminal.logged.push(JSON.stringify({ event, ...facts }));
  };
  return {
    environment: {
      DATABASE_URL: place.url,
      TUPPENCE_DATA: place.dataDirectory,
      PORT: '0',
      ...(place.newsroomFile === undefined ? {} : { TUPPENCE_NEWSROOM: place.newsroomFile }),
      ...place.environment,
    },
    clock: place.clock,
    random: new SeededRandom(place.seed ?? 1, place.clock),
    log: { info: log, warn: log, error: log },
    fetch: place.fetch ?? (async () => assert.fail('no request may be made')),
    // Long enough in all that another test's transaction on the same server comes to its end.
    sleep: () => wait(SHORT_SLEEP_MS),
    stopSignal: new AbortController().signal,
    print: (line) => terminal.printed.push(line),
    complain: (line) => terminal.complained.push(line),
    projectDirectory: join(import.meta.dirname, '..', '..', '..'),
  };
}
