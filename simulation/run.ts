/**
 * `npm run simulate`: lives many seeds and says what it found.
 *
 *   npm run simulate -- --seeds 20000          as many, from where this commit begins, after the corpus
 *   npm run simulate -- --seeds 1000 --from 1  seeds 1 to 1000
 *   npm run simulate -- --seed 4711            one seed, its whole history printed
 *   npm run simulate -- --seconds 300          as many as fit
 *   npm run simulate -- --planted              twenty known mistakes, each put in and found
 *
 * A seed that fails prints the line that replays it and enters the corpus.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { commitHash, firstSeedOf } from './commit.ts';
import { addToCorpus, readCorpus } from './corpus.ts';
import { runCrew } from './crew.ts';
import { Laboratory } from './laboratory.ts';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { huntAll } from './planted/hunt.ts';
import type { SeedReport } from './seed-report.ts';
import { describeWeather, weatherOf } from './weather.ts';

interface Wishes {
  readonly seeds: number | null;
  readonly from: number;
  readonly seed: number | null;
  readonly seconds: number | null;
  readonly processes: number;
  readonly planted: boolean;
}

const DEFAULT_SECONDS = 300;
const COMMIT = commitHash();

const wishes = readWishes();
process.exitCode = await run(wishes);

async function run(asked: Wishes): Promise<number> {
  if (asked.planted) return await hunt(asked);
  return asked.seed === null ? await liveMany(asked) : await liveOne(asked.seed);
}

function readWishes(): Wishes {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      seconds: { type: 'string' },
      processes: { type: 'string' },
      planted: { type: 'boolean', default: false },
    },
  });
  const { planted } = values;
  const most = Math.max(1, Math.min(2, availableParallelism()));
  return {
    planted,
    seeds: values.seeds === undefined ? null : whole(values.seeds, '--seeds'),
    from: values.from === undefined ? firstSeedOf(COMMIT) : whole(values.from, '--from'),
    seed: values.seed === undefined ? null : whole(values.seed, '--seed'),
    seconds: values.seconds === undefined ? null : whole(values.seconds, '--seconds'),
    processes: values.processes === undefined ? most : whole(values.processes, '--processes'),
  };
}

function whole(text: string, option: string): number {
  if (!/^\d{1,12}$/.test(text)) {
    process.stderr.write(`${option} is a whole number.\n`);
    process.exit(2);
  }
  return Number(text);
}

async function hunt({ seeds, seconds }: Wishes): Promise<number> {
  const patience = { seeds: seeds ?? 2000, seconds: seconds ?? 120 };
  print(
    `Twenty known mistakes, one at a time: at most ${patience.seeds} seeds and ${patience.seconds} s each.`,
  );
  const caught = await huntAll(PLANTED_BUGS, patience, print);
  print(`${caught} of ${PLANTED_BUGS.length} planted bugs were found.`);
  return caught === PLANTED_BUGS.length ? 0 : 1;
}

async function liveOne(seed: number): Promise<number> {
  const laboratory = new Laboratory();
  print(`Seed ${seed}: ${describeWeather(weatherOf(seed)) || 'fair weather'}`);
  const report = await laboratory.run({ seed, print });
  const again = await laboratory.run({ seed });
  await laboratory.close();
  const { stops, statements, days, crashes, charges } = report;
  print(
    `\n${days} days, ${stops} stops, ${statements} statements, ${crashes} crashes, ${charges} charges.`,
  );
  print(`History ${report.hash}; a second time ${again.hash}.`);
  for (const { rule, says } of report.breaches) print(`BREACH ${rule}: ${says}`);
  const isRepeatable = report.hash === again.hash;
  if (!isRepeatable) print('BREACH: two runs of one seed differ.');
  return report.breaches.length === 0 && isRepeatable ? 0 : 1;
}

async function liveMany({ seeds, from, seconds, processes }: Wishes): Promise<number> {
  const begun = performance.now();
  const budgetMs = (seconds ?? DEFAULT_SECONDS) * 1000;
  const count = seeds ?? 10_000_000;
  const corpus = readCorpus().map(({ seed }) => seed);
  const fresh = Array.from({ length: Math.min(count, 1_000_000) }, (_, index) => from + index);
  const known = new Set(corpus);
  const sums = { seeds: 0, failed: 0, days: 0, stops: 0, statements: 0, crashes: 0, charges: 0 };
  const heard = (report: SeedReport) => {
    sums.seeds += 1;
    sums.days += report.days;
    sums.stops += report.stops;
    sums.statements += report.statements;
    sums.crashes += report.crashes;
    sums.charges += report.charges;
    if (report.breaches.length === 0) return;
    sums.failed += 1;
    tell(report);
  };
  print(
    `Simulating commit ${commit()}: ${corpus.length} seeds of the corpus, then ${seeds ?? 'as many as fit'} from ${from}, ` +
      `${processes} processes, at most ${Math.round(budgetMs / 1000)} s.`,
  );
  await runCrew({
    seeds: [...corpus, ...fresh.filter((seed) => !known.has(seed))],
    processes,
    goOn: () => (seeds !== null && seconds === null ? true : performance.now() - begun < budgetMs),
    heard,
  });
  const took = (performance.now() - begun) / 1000;
  print(
    `${sums.seeds} seeds in ${took.toFixed(1)} s: ${(sums.seeds / took).toFixed(1)} seeds/s, ` +
      `${Math.round(sums.days / took)} simulated days/s, ${Math.round(sums.statements / took)} statements/s.`,
  );
  print(
    `${sums.days} days, ${sums.stops} stops, ${sums.charges} charges, ${sums.crashes} crashes of the program. ` +
      `${sums.failed === 0 ? 'No seed failed.' : `${sums.failed} seeds FAILED.`}`,
  );
  return sums.failed === 0 ? 0 : 1;
}

function tell(report: SeedReport): void {
  print(`\nSeed ${report.seed} failed (commit ${commit()}):`);
  for (const { rule, says } of report.breaches.slice(0, 5)) print(`  ${rule}: ${says}`);
  print(`  Replay: npm run simulate -- --seed ${report.seed}`);
  const [first] = report.breaches;
  const found = first === undefined ? '' : `${first.rule}: ${withoutIds(first.says)}`;
  addToCorpus({ seed: report.seed, found: found.slice(0, 300) });
}

/** Ids differ with every change of the simulator; the sentence stays readable without them. */
function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…');
}

function commit(): string {
  return COMMIT?.slice(0, 10) ?? 'unknown';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
