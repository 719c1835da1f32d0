/** What a run says to people: a line now and then, and a summary at the end. */
import type { CrashReport } from './crash.ts';
import { type CycleReport, KINDS } from './cycle.ts';
import type { Crowd } from './givers.ts';

const FINDINGS_SHOWN = 12;

export function cycleLine({ cycle, killed }: CycleReport, crowd: Crowd): string {
  const given = crowd.gifts.filter(({ thanked }) => thanked).length;
  return `  cycle ${cycle}: ${killed.join(' and ')} killed; ${given} gifts thanked for, ${crowd.resent} requests sent again`;
}

export function summary(report: CrashReport): string {
  const { options, verdict, kills, findings } = report;
  const perMinute = (report.cycles * 60_000) / report.tookMs;
  const killed = KINDS.map((kind) => `${kind} ${kills[kind] ?? 0}`).join(', ');
  return [
    `${report.cycles} cycles on PostgreSQL ${report.version} in ${seconds(report.tookMs)} (${perMinute.toFixed(0)} a minute), seed ${options.seed}.`,
    `  kill -9:      ${killed}`,
    `  gifts:        ${report.acknowledged} acknowledged, ${report.resent} requests sent again, ${verdict.settled} settled (${verdict.renewals} of them renewals), ${verdict.charges} charges at the bank`,
    `  lost:         ${verdict.lost}`,
    `  doubled:      ${verdict.doubled}`,
    `  letters:      ${verdict.letters}, ${verdict.lettersRepeated} came again with the same message id`,
    `  starts:       processes ${meanMax(report.startsMs)}; database ${meanMax(report.serverStartsMs)}`,
    `  drained in:   ${seconds(report.drainMs)}${options.waitForLeases ? '' : ' (leases ended by moving the clock on)'}`,
    '  kill -9 keeps the cache of the operating system: this proves crash atomicity, not fsync.',
    ...(findings.length === 0 ? ['Nothing lost, nothing doubled.'] : failure(report)),
  ].join('\n');
}

function failure({ findings, options }: CrashReport): readonly string[] {
  return [
    `FAILED: ${findings.length} findings.`,
    ...findings.slice(0, FINDINGS_SHOWN).map((finding) => `  - ${finding}`),
    `Try again with: npm run crash -- ${options.cycles} --seed ${options.seed} --database ${options.database}`,
    'The seed chooses the same victims and moments; what real processes do in between it cannot repeat.',
  ];
}

function meanMax(figures: readonly number[]): string {
  if (figures.length === 0) return 'none';
  const mean = figures.reduce((sum, ms) => sum + ms, 0) / figures.length;
  return `${figures.length}, mean ${mean.toFixed(0)} ms, max ${Math.max(...figures).toFixed(0)} ms`;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
