/**
 * The short form of `npm run experiments`, with seeds that stay: 200 experiments in which nothing differs, and 40 with a
 * planted difference, in every invented newsroom, each looked at every day.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTrial } from './trial.ts';
import { PLANTED, SAME } from './trials.ts';

const SEED = 20_261_125;

for (const trial of SAME) {
  // The long one would take longer than all others together; `npm run experiments` plays it.
  if (trial.circumstances.days > 60) continue;
  test(`where nothing differs nobody wins more often than promised: ${trial.name}`, () => {
    const experiments = 200;
    const result = runTrial(trial, { experiments, from: SEED });
    // With a true chance of 5 %, 20 or more of 200 come up once in 300 times: 5 % is the promise, 19 the tolerance.
    assert.ok(result.winners <= 19, `${result.winners} false winners of ${experiments}`);
    assert.ok(result.missed <= 19, `${result.missed} intervals missed the truth`);
    // One in a thousand is promised of the shares: three or more of 200 come up once in 900 times.
    assert.ok(result.ratioAlarms <= 2, `${result.ratioAlarms} false alarms of the shares`);
    if (trial.circumstances.amount.name === 'buttons') {
      assert.ok(result.commonWinners > 30, 'the same world does mislead a common interval');
    }
  });
}

for (const trial of PLANTED) {
  test(`a planted difference is found as often as stated: ${trial.name}`, () => {
    const experiments = 40;
    const { better, winners, missed } = runTrial(trial, { experiments, from: SEED });
    const expected = (experiments * trial.foundPercent) / 100;
    // Three standard errors of a binomial at the stated power.
    const tolerance = 3 * Math.sqrt((expected * (100 - trial.foundPercent)) / 100);
    assert.ok(better >= expected - tolerance, `found in ${better} of ${experiments}`);
    assert.equal(winners - better, 0, 'never the wrong one');
    assert.ok(missed <= 7, `${missed} intervals missed the truth`);
  });
}
