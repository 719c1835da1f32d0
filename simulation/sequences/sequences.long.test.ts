/** As many event sequences as fit into the seconds a test may take; `npm run sequences -- 1000000` plays the million. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { playSeed, playSeeds } from './seeds.ts';
import { playTape, tapeOf, tapes } from './tape.ts';

const BATCH_MS = 10_000;

describe('sets of facts about a gift', () => {
  it('have one final state in every order, and keep the rules after every step', (test) => {
    const begun = performance.now();
    const tally = playSeeds({ from: 1, isEnough: () => performance.now() - begun > BATCH_MS });
    const [failure] = tally.failures;
    assert.equal(failure?.found, undefined, `replay: npm run sequences -- --seed ${failure?.seed}`);
    assert.ok(tally.strict > tally.stories / 2, 'most worlds have one ending');
    test.diagnostic(`${tally.sequences} sequences, ${tally.steps} steps in ${BATCH_MS / 1000} s`);
  });

  it('are the same from a tape, so that a failure can be made small', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      assert.deepEqual(playTape(tapeOf(seed)), playSeed(seed));
    }
    fc.assert(
      fc.property(tapes, (numbers) => assert.equal(playTape(numbers).found, null)),
      { numRuns: 200 },
    );
  });
});

const Found = z.object({ found: z.string().nullable(), tape: z.number() });
const run = promisify(execFile);

describe('the player of sequences', () => {
  for (const [name, file, find, put, found] of [
    [
      'the same charge is not known again',
      'src/giving/settling/decide-settlement.ts',
      '  if (isSameCharge(standing, charge)) return toldAgain(standing, charge);\n',
      '',
      /I13/,
    ],
    [
      'a refund is told before its charge and dropped',
      'src/giving/testing/memory/shell-in-memory.ts',
      'if (booked || fact.chargeRef === null) continue;',
      'if (booked || fact.chargeRef !== null) continue;',
      /waits/,
    ],
    [
      'what is lost is not what was held',
      'src/giving/money-facts/returns.ts',
      '  const open = largest(held - posted.opened, away - awayPosted);',
      '  const open = told.opened - posted.opened;',
      /I7|I13|assertion/,
    ],
  ] as const) {
    it(`notices that ${name}, and makes it small`, async () => {
      const child = join(import.meta.dirname, 'child.ts');
      const { stdout } = await run(process.execPath, [child, JSON.stringify({ file, find, put })]);
      const told = Found.parse(JSON.parse(stdout));
      assert.match(told.found ?? 'nothing was found', found);
      assert.ok(told.tape < 1500, `${told.tape} draws are left`);
    });
  }
});
