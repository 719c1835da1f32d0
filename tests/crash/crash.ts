/**
 * A run: a whole newsroom comes up, honest people give, and cycle after cycle somebody is killed with `kill -9`. Then it is
 * left in peace, works off what is left, and its books are held against the bank's.
 *
 * The same seed kills the same victims at the same moments and lets the same people give the same amounts. What real
 * processes were doing at that moment is not repeated; so a seed is a good try at a replay, and a failure that it does not
 * bring back has to be told from what was printed.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Chance } from './chance.ts';
import { type CycleReport, type Kind, runCycle } from './cycle.ts';
import type { DatabaseChoice } from './database-server.ts';
import { DRAIN_LIMIT_MS, type Drained, drain } from './drain.ts';
import { type Crowd, gatherCrowd } from './givers.ts';
import { type Newsroom, openNewsroom, programsOf } from './newsroom.ts';
import { judge, stopInOrder, type Verdict } from './verdict.ts';

const PROJECT = join(import.meta.dirname, '../..');
const PEOPLE = 4;
const PLEDGES_MAX = 24;
/** In the last cycles time does not jump, so that the leases of the killed are whole when the drain begins. */
const STILL_CYCLES = 5;

export interface CrashOptions {
  readonly cycles: number;
  readonly seed: number;
  readonly database: DatabaseChoice;
  /** Ends after so many seconds even if cycles are left. */
  readonly seconds?: number;
  /** Whether the drain waits for leases in real time, up to a minute. */
  readonly waitForLeases: boolean;
  readonly heard?: (cycle: CycleReport, crowd: Crowd) => void;
}

export interface CrashReport {
  readonly options: CrashOptions;
  readonly version: string;
  readonly cycles: number;
  readonly tookMs: number;
  readonly kills: Readonly<Partial<Record<Kind, number>>>;
  readonly acknowledged: number;
  readonly resent: number;
  readonly startsMs: readonly number[];
  readonly serverStartsMs: readonly number[];
  readonly drainMs: number;
  readonly verdict: Verdict;
  /** Empty when all is well. */
  readonly findings: readonly string[];
}

export async function runCrash(options: CrashOptions): Promise<CrashReport> {
  const parent = join(PROJECT, '.tuppence', 'crash');
  await mkdir(parent, { recursive: true, mode: 0o755 });
  await sweep(parent);
  const directory = await mkdtemp(join(parent, `${process.pid}-`));
  const chance = (stream: string) => new Chance(options.seed, stream);
  let newsroom: Newsroom | undefined;
  try {
    newsroom = await openNewsroom({
      directory,
      choice: options.database,
      chance: chance('front'),
    });
    return await live(newsroom, options, chance);
  } finally {
    await newsroom?.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function live(
  newsroom: Newsroom,
  options: CrashOptions,
  chance: (stream: string) => Chance,
): Promise<CrashReport> {
  const crowd = gatherCrowd({
    origin: newsroom.front.origin,
    people: PEOPLE,
    pledgesMax: PLEDGES_MAX,
    chance,
  });
  const begunMs = performance.now();
  const cycles = await killInCycles(newsroom, { options, crowd, chance: chance('kills') });
  const tookMs = performance.now() - begunMs;
  const drained = await drain(newsroom, { crowd, waitForLeases: options.waitForLeases });
  const verdict = await judge(newsroom, crowd);
  const stopping = await stopInOrder(newsroom);
  return {
    options,
    version: newsroom.database.version,
    cycles: cycles.length,
    tookMs,
    kills: countKills(cycles),
    acknowledged: crowd.gifts.filter(({ begun }) => begun).length,
    resent: crowd.resent,
    startsMs: programsOf(newsroom).flatMap(({ startsMs }) => startsMs),
    serverStartsMs: newsroom.database.restartsMs,
    drainMs: drained.drainMs,
    verdict,
    findings: [...drainFindings(drained), ...verdict.findings, ...stopping],
  };
}

async function killInCycles(
  newsroom: Newsroom,
  of: { readonly options: CrashOptions; readonly crowd: Crowd; readonly chance: Chance },
): Promise<readonly CycleReport[]> {
  const { options, crowd, chance } = of;
  const until = performance.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
  const done: CycleReport[] = [];
  for (let cycle = 1; cycle <= options.cycles && performance.now() < until; cycle += 1) {
    const timeStandsStill = cycle > options.cycles - STILL_CYCLES;
    const report = await runCycle(newsroom, { cycle, chance, timeStandsStill });
    done.push(report);
    options.heard?.(report, crowd);
  }
  return done;
}

function countKills(cycles: readonly CycleReport[]): Partial<Record<Kind, number>> {
  const kills: Partial<Record<Kind, number>> = {};
  for (const kind of cycles.flatMap(({ killed }) => killed)) kills[kind] = (kills[kind] ?? 0) + 1;
  return kills;
}

function drainFindings({ drainMs, left }: Drained): readonly string[] {
  const late = drainMs > DRAIN_LIMIT_MS ? [`not drained within ${DRAIN_LIMIT_MS / 1_000} s`] : [];
  return [...late, ...left];
}

/** Takes away what a run that was itself killed left behind. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!isAlive(Number(name.split('-')[0]))) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
