/**
 * `npm run crash`: real processes on a real database, killed again and again while people give.
 *
 *   npm run crash -- 2000                        so many cycles
 *   npm run crash -- 300 --database system       on the PostgreSQL of this system instead of the built-in one
 *   npm run crash -- 300 --seed 7                the same victims at the same moments as another run
 *   npm run crash -- 100000 --seconds 3600       as many as fit
 */
import { parseArgs } from 'node:util';
import { runCrash } from './crash.ts';
import { cycleLine, summary } from './report.ts';

const DEFAULT_CYCLES = 60;
const SEEDS = 2 ** 31;

// Whoever started us is gone: our programs end with us, and the database's guardian notices by itself.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

process.exit(
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  }),
);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      seed: { type: 'string' },
      seconds: { type: 'string' },
      database: { type: 'string', default: 'built-in' },
    },
    allowPositionals: true,
  });
  const { database } = values;
  if (database !== 'built-in' && database !== 'system') {
    return refuse('--database is either "built-in" or "system".');
  }
  const cycles = whole(positionals[0] ?? String(DEFAULT_CYCLES));
  const seed = whole(values.seed ?? String(Date.now() % SEEDS));
  const seconds = values.seconds === undefined ? undefined : whole(values.seconds);
  if (cycles === null || seed === null || seconds === null) {
    return refuse('The number of cycles, --seed and --seconds are whole numbers.');
  }
  say(`${cycles} cycles of kill -9, seed ${seed}.`);
  const every = Math.max(1, Math.min(25, Math.floor(cycles / 10)));
  const report = await runCrash({
    cycles,
    seed,
    database,
    waitForLeases: true,
    ...(seconds === undefined ? {} : { seconds }),
    heard: (cycle, crowd) => {
      if (cycle.cycle % every === 0) say(cycleLine(cycle, crowd));
    },
  });
  say(summary(report));
  return report.findings.length === 0 ? 0 : 1;
}

function whole(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
