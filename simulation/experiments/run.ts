/**
 * `npm run experiments`: invents experiments by the thousand, looks at each of them every single day, and says how often
 * somebody would have been misled, and how often a real difference was found.
 *
 *   npm run experiments              2,000 of each kind
 *   npm run experiments -- 500       as many
 *   npm run experiments -- --json    one line of JSON for each kind
 *
 * It ends with 1 when more false winners came up than 5 % and chance allow.
 */
import { parseArgs } from 'node:util';
import { runTrial, type Trial, type TrialResult } from './trial.ts';
import { PLANTED, SAME } from './trials.ts';

const FIRST_SEED = 1;
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const experiments = Number(positionals[0] ?? '2000');
if (!Number.isInteger(experiments) || experiments < 1 || experiments > 1_000_000) {
  process.stderr.write('Say how many experiments: a whole number from 1 to 1000000.\n');
  process.exit(2);
}

let isWell = true;
if (!values.json) say('Nothing differs. Every winner is a false one; at most 5 % may be.');
for (const trial of SAME) {
  const result = tell(trial, ({ winners, missed, ratioAlarms, commonWinners }) =>
    [
      `${part(winners)} false winners`,
      `${part(missed)} intervals that ever missed the truth`,
      `${part(ratioAlarms)} false alarms of the shares`,
      `${part(commonWinners)} with a common 95 % interval`,
    ].join(', '),
  );
  isWell &&= result.winners <= mostOf(0.05) && result.ratioAlarms <= mostOf(0.001);
}
if (!values.json) say('The variant really brings more.');
for (const trial of PLANTED) {
  const result = tell(
    trial,
    ({ better, medianDay, missed }) =>
      `found in ${part(better)}, half of them by day ${medianDay ?? '-'}; ${part(missed)} intervals ever missed the truth`,
  );
  isWell &&=
    result.better >= (experiments * trial.foundPercent) / 100 - (3 * Math.sqrt(experiments)) / 2;
}
process.exitCode = isWell ? 0 : 1;

function tell(trial: Trial, words: (result: TrialResult) => string): TrialResult {
  if (!values.json) process.stdout.write(`  ${trial.name}: `);
  const result = runTrial(trial, { experiments, from: FIRST_SEED });
  say(values.json ? JSON.stringify({ name: trial.name, ...result }) : words(result));
  return result;
}

/** What a chance p brings at most in all but one of about a thousand runs: the mean and three standard errors. */
function mostOf(p: number): number {
  return Math.ceil(experiments * p + 3 * Math.sqrt(experiments * p * (1 - p)));
}

function part(count: number): string {
  return `${((100 * count) / experiments).toFixed(1)} %`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
