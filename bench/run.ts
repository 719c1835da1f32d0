/**
 * `npm run bench`: every budget of the design as a ratio against something that runs beside it in the same minutes, with
 * the absolute figure for the curious.
 *
 *   npm run bench                    everything, some minutes
 *   npm run bench -- giving desk     only these
 *   npm run bench -- --quick         a third of the rounds, to see whether something is badly wrong
 *   npm run bench -- --json          one line of JSON per figure
 *
 * It tells and never judges: a missed budget is said aloud and the exit code stays 0, because a busy machine misses some
 * by itself. Nothing but loopback is spoken to, and what was made is taken away.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canPin } from './child.ts';
import type { Figure, Measure } from './figure.ts';
import { MEASURES } from './measures/all.ts';
import { figureLines, jsonLine, summaryLine } from './report.ts';

const PROJECT = join(import.meta.dirname, '..');
const QUICK_EFFORT = 0.34;

// Whoever started us is gone, or asks us to stop: our servers and their databases notice by themselves and end too.
for (const ending of ['SIGINT', 'SIGTERM', 'disconnect'])
  process.on(ending, () => process.exit(130));
process.channel?.unref();

process.exit(await main());

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !MEASURES.some((measure) => measure.name === name));
  if (unknown.length > 0) {
    const known = MEASURES.map((measure) => `  ${measure.name.padEnd(12)}${measure.about}`);
    process.stderr.write(
      `There is no benchmark "${unknown[0]}". There are:\n${known.join('\n')}\n`,
    );
    return 2;
  }
  const chosen = MEASURES.filter(
    (measure) => positionals.length === 0 || positionals.includes(measure.name),
  );
  const wishes = { json: values.json, effort: values.quick ? QUICK_EFFORT : 1 };
  if (!wishes.json) say(setting());
  const figures: Figure[] = [];
  let broken = 0;
  for (const measure of chosen) {
    try {
      figures.push(...(await runMeasure(measure, wishes)));
    } catch (error) {
      broken += 1;
      process.stderr.write(
        `${measure.name} could not be measured: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
    }
  }
  if (!wishes.json && figures.length > 0) say(`\n${summaryLine(figures)}`);
  return broken === 0 ? 0 : 1;
}

async function runMeasure(
  measure: Measure,
  wishes: { readonly json: boolean; readonly effort: number },
): Promise<readonly Figure[]> {
  // In the checkout and not in the system's folder for temporary files, which is memory on many machines.
  const parent = join(PROJECT, '.tuppence', 'bench');
  await mkdir(parent, { recursive: true, mode: 0o755 });
  await sweep(parent);
  const directory = await mkdtemp(join(parent, `${measure.name}-${process.pid}-`));
  try {
    const figures = await measure.run({
      directory,
      project: PROJECT,
      effort: wishes.effort,
      progress: (line) => process.stderr.write(`  … ${line}\n`),
    });
    for (const figure of figures) {
      say(wishes.json ? jsonLine(figure) : figureLines(figure).join('\n'));
    }
    return figures;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Takes away what a benchmark that was cut off left behind. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(name.split('-')[1]);
    if (!isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function setting(): string {
  const pinned = canPin
    ? 'server and load pinned to a core each'
    : 'not pinned: taskset or a second core is missing';
  return `Node ${process.versions.node}, ${availableParallelism()} cores, ${pinned}.\n`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
