/**
 * The command line. The one file that reads the environment, the clock and randomness for real, and hands them in.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { millisecondClock, type Random, uuidV7 } from './calendar/index.ts';
import { runCommand } from './commands/run-command.ts';
import type { System } from './commands/system.ts';
import type { Log } from './problems/index.ts';

const clock = millisecondClock(() => Date.now());

const random: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uuid: () => uuidV7({ atMs: clock.now().epochMilliseconds, bytes: randomBytes(10) }),
};

const system: System = {
  environment: process.env,
  clock,
  random,
  log: makeLog(),
  fetch: globalThis.fetch,
  sleep: async (durationMs, signal) => {
    await wait(durationMs, undefined, signal === undefined ? {} : { signal }).catch(
      () => undefined,
    );
  },
  stopSignal: stopSignal(),
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  projectDirectory: join(import.meta.dirname, '..'),
};

process.exit(await runCommand(process.argv.slice(2), system));

/** Ctrl-C, SIGTERM and the end of the process that started us all mean: stop in order. A second Ctrl-C stops at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const ask = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', () => controller.abort());
  process.on('SIGHUP', () => controller.abort());
  if (process.channel !== undefined) {
    process.on('disconnect', () => controller.abort());
    process.channel?.unref();
  }
  return controller.signal;
}

function makeLog(): Log {
  const logger = pino(
    { level: process.env.TUPPENCE_LOG ?? 'warn', base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (event, facts = {}) => logger.info(facts, event),
    warn: (event, facts = {}) => logger.warn(facts, event),
    error: (event, facts = {}) => logger.error(facts, event),
  };
}
