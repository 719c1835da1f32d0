/**
 * One cycle: at a moment that chance chooses somebody is killed, sometimes several at once. The dead come back by
 * themselves while the next cycle begins, so that processes also die while they start, recover or wait for a database that
 * is itself recovering.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { type Newsroom, programsOf } from './newsroom.ts';
import { minutesToNextRenewal } from './next-renewal.ts';

/** Every third cycle the database server is killed. */
const DATABASE_EVERY = 3;
const BANK_PERCENT = 12;
const SECOND_VICTIM_PERCENT = 25;
const MOMENT_MS = { from: 100, to: 700 };
const ALIVE_TIMEOUT_MS = 60_000;

/** The clock goes on under the processes, past their leases: as if one of them had been held up for so long. */
const HELD_UP_PERCENT = 25;
const HELD_UP_MINUTES = { from: 2, to: 30 };
/**
 * Every so often all of the newsroom is killed and stays away until some hours after monthly gifts fell due; much longer,
 * and it would rightly let them go. Days do not pass while somebody lives: a request that is under way for longer than the
 * bank remembers its key exists in no world, and would be charged twice.
 */
const DARK_EVERY = 10;
const LATE_MINUTES = { from: 1, to: 20 * 60 };
/** What a dead process had sent reaches the bank within this time. */
const LAST_WORDS_MS = 300;

export const KINDS = ['web', 'workers', 'bank', 'server', 'postmaster'] as const;
export type Kind = (typeof KINDS)[number];

export interface CycleReport {
  readonly cycle: number;
  readonly killed: readonly Kind[];
}

/** @param options.timeStandsStill near the end, so that leases have to run out by themselves */
export async function runCycle(
  newsroom: Newsroom,
  options: { readonly cycle: number; readonly chance: Chance; readonly timeStandsStill: boolean },
): Promise<CycleReport> {
  const { cycle, chance } = options;
  // Everything is drawn before anything happens: what happens must not change what the next cycle draws.
  const heldUp = chance.percent(HELD_UP_PERCENT);
  const minutes = chance.between(HELD_UP_MINUTES.from, HELD_UP_MINUTES.to);
  const lateMinutes = chance.between(LATE_MINUTES.from, LATE_MINUTES.to);
  const moment = chance.between(MOMENT_MS.from, MOMENT_MS.to);
  const picks = victims(cycle, chance).map((kind) => ({ kind, which: chance.between(0, 1) }));
  await somebodyServesAndWorks(newsroom);
  const timeMoves = !options.timeStandsStill;
  if (timeMoves && heldUp) await newsroom.passTime(minutes);
  await wait(moment);
  if (timeMoves && cycle % DARK_EVERY === 0) {
    return { cycle, killed: await goDark(newsroom, lateMinutes) };
  }
  await Promise.all(picks.map((pick) => killOne(newsroom, pick)));
  return { cycle, killed: picks.map(({ kind }) => kind) };
}

/** Nobody serves or works for a month; then all come back at once, and find the renewals of everybody. */
async function goDark(newsroom: Newsroom, lateMinutes: number): Promise<readonly Kind[]> {
  await newsroom.database.back();
  const programs = [...newsroom.webs, ...newsroom.workers];
  await Promise.all(programs.map((program) => program.pause()));
  await wait(LAST_WORDS_MS);
  const untilDue = await minutesToNextRenewal(newsroom.database.url);
  await newsroom.passTime((untilDue ?? 0) + lateMinutes);
  for (const program of programs) program.resume();
  return [
    ...newsroom.webs.map(() => 'web' as const),
    ...newsroom.workers.map(() => 'workers' as const),
  ];
}

function victims(cycle: number, chance: Chance): readonly Kind[] {
  const own = chance.percent(50) ? 'web' : 'workers';
  const other = own === 'web' ? 'workers' : 'web';
  const whole = chance.percent(67) ? 'server' : 'postmaster';
  const withOther = chance.percent(SECOND_VICTIM_PERCENT);
  const withBank = chance.percent(BANK_PERCENT);
  const first: Kind = cycle % DATABASE_EVERY === 0 ? whole : own;
  return [first, ...(withOther ? ([other] as const) : []), ...(withBank ? ['bank' as const] : [])];
}

async function killOne(
  newsroom: Newsroom,
  { kind, which }: { readonly kind: Kind; readonly which: number },
): Promise<void> {
  switch (kind) {
    case 'web':
      return await newsroom.webs[which]?.kill();
    case 'workers':
      return await newsroom.workers[which]?.kill();
    case 'bank':
      return await newsroom.bank.kill();
    case 'server':
      return await newsroom.database.kill(true);
    case 'postmaster':
      return await newsroom.database.kill(false);
  }
}

/** Killing what is dead proves nothing: the next kill waits until there is somebody of each sort, and a database. */
async function somebodyServesAndWorks(newsroom: Newsroom): Promise<void> {
  await newsroom.database.back();
  const lives = (programs: readonly { readonly told: string | undefined }[]) =>
    programs.some(({ told }) => told !== undefined);
  const until = performance.now() + ALIVE_TIMEOUT_MS;
  while (performance.now() < until) {
    if (lives(newsroom.webs) && lives(newsroom.workers) && lives([newsroom.bank])) return;
    await wait(20);
  }
  throw new Error(
    `for a minute nobody served or worked:\n${programsOf(newsroom)
      .map((program) => program.describe())
      .join('\n')}`,
  );
}
