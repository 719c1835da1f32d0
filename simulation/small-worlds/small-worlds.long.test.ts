/** Every state of the small worlds; and that the search notices what it is there to notice. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Mutation } from '../planted/mutate.ts';
import { explore } from './explore.ts';
import { explorePledge, PLEDGE_WORLDS, pledgeBeginning, SOUND_PLEDGE } from './pledge-world.ts';
import { beginning, SOUND, WORLDS, type WorldOptions } from './world.ts';

const GIVING = 'src/giving';
const DECISION = `${GIVING}/settling/decide-settlement.ts`;
const ATTEMPT = `${GIVING}/attempt.ts`;

describe('a gift with two attempts, and everything that can happen to it', () => {
  // The largest, a third of a million states, is for `npm run small-worlds`.
  for (const faults of WORLDS.slice(0, -1)) {
    it(`holds the rules in every state, and finds rest from each: ${JSON.stringify(faults)}`, (test) => {
      const { states, steps, atRest, found } = explore(beginning(faults), SOUND);
      test.diagnostic(`${states} states, ${steps} steps, ${atRest} at rest`);
      assert.equal(found, null);
      assert.ok(states > 10_000 && states < 1_000_000 && atRest > 10);
    });
  }
});

describe('a pledge with two periods, renewals, payments by hand and a cancel', () => {
  // With a crash or a lost message it is four and six times as large: for `npm run small-worlds`.
  for (const faults of PLEDGE_WORLDS.slice(0, 1)) {
    it(`takes money once per period and finds rest from every state: ${JSON.stringify(faults)}`, (test) => {
      const { states, steps, atRest, found } = explorePledge(pledgeBeginning(faults), SOUND_PLEDGE);
      test.diagnostic(`${states} states, ${steps} steps, ${atRest} at rest`);
      assert.equal(found, null);
      assert.ok(states > 10_000 && atRest > 10);
    });
  }

  for (const [name, weakness, found] of [
    [
      'nobody takes back or holds up what was planned when the promise ended',
      { asksPledge: false, takesBack: false },
      /I8/,
    ],
    [
      'what was planned when the promise ended stays planned',
      { takesBack: false },
      /no way to rest/,
    ],
    ['a page is opened beside a charge under way', { oneLive: false }, /attempt_one_live|twice/],
  ] as const) {
    it(`is noticed when ${name}`, () => {
      const start = pledgeBeginning({ crashes: 0, losses: 0 });
      const told = explorePledge(start, { ...SOUND_PLEDGE, ...weakness });
      assert.match(told.found ?? 'nothing was found', found);
    });
  }
});

interface Weakness {
  readonly name: string;
  readonly mutations: readonly Mutation[];
  readonly options?: WorldOptions;
  readonly found: RegExp;
  /** Liveness is asked once every state is known, so a smaller world will do. */
  readonly repeats?: number;
}

const without = (file: string, find: string): Mutation => ({ file, find, put: '' });

const WEAKNESSES: readonly Weakness[] = [
  {
    name: 'the same charge is not known again',
    mutations: [
      without(
        DECISION,
        '  if (isSameCharge(standing, charge)) return toldAgain(standing, charge);\n',
      ),
    ],
    found: /called for nothing/,
  },
  {
    name: 'nobody asks whether a charge is in the books before it settles a gift',
    mutations: [without(DECISION, '    !standing.posted &&\n')],
    found: /I2: a charge is in the books once/,
  },
  {
    name: 'money that does not fit is booked each time it is told',
    mutations: [
      {
        file: DECISION,
        find: '...(posted ? feeEffects(charge) : chargeEffects(gift, charge, 90))',
        put: '...(posted ? chargeEffects(gift, charge, 90) : chargeEffects(gift, charge, 90))',
      },
    ],
    found: /ledger_transfer_cause/,
  },
  {
    name: 'a gift is settled twice',
    mutations: [
      without(DECISION, "    gift.state !== 'settled' &&\n"),
      without(DECISION, ' &&\n    !standing.anotherSucceeded'),
      without(DECISION, "  assert(gift.state !== 'settled', 'a gift settles once');\n"),
    ],
    found: /attempt_one_success/,
  },
  {
    name: 'any amount settles a gift',
    mutations: [without(DECISION, '    equalMoney(gift.money, charge.succeeded.money) &&\n')],
    found: /booked with its own amount/,
  },
  {
    name: 'nobody is told of money that does not fit',
    mutations: [
      without(
        DECISION,
        "      alarm(gift.state === 'settled' ? 'unmatched' : 'hold', gift, charge),\n",
      ),
    ],
    found: /nobody was told/,
  },
  {
    name: 'there is no receipt',
    mutations: [without(DECISION, "      { do: 'receipt' },\n")],
    found: /I10/,
  },
  {
    name: 'the rank of an attempt may fall',
    mutations: [
      {
        file: ATTEMPT,
        find: '  if (!isLive(state)) return stay(standing);\n  switch (evidence.state) {',
        put: '  switch (evidence.state) {',
      },
    ],
    found: /rank of an attempt never falls|a try ends once/,
  },
  {
    name: 'a page that expired stays alive',
    mutations: [
      {
        file: ATTEMPT,
        find: "    case 'expired':\n      return { ...to('expired'), effect: 'try-ended' };",
        put: "    case 'expired':\n      return stay(standing);",
      },
    ],
    found: /no way to rest/,
    repeats: 0,
  },
  {
    name: 'what is decided on was read before the lock was taken',
    mutations: [],
    options: { readsUnderLock: false, isAtomic: true },
    found: /I12|fell|moved the attempt under our lock|would refuse/,
  },
  {
    name: 'every write is committed by itself',
    mutations: [],
    options: { readsUnderLock: true, isAtomic: false },
    found: /I2|I10|I12/,
  },
];

const Found = z.object({ found: z.string().nullable(), states: z.number(), met: z.number() });
const run = promisify(execFile);

async function exploreWeakened({
  mutations,
  options,
  repeats,
}: Weakness): Promise<z.infer<typeof Found>> {
  const task = {
    mutations,
    faults: { crashes: options?.isAtomic === false ? 1 : 0, repeats: repeats ?? 1, losses: 0 },
    options: options ?? SOUND,
  };
  const child = join(import.meta.dirname, 'child.ts');
  const { stdout } = await run(process.execPath, [child, JSON.stringify(task)]);
  return Found.parse(JSON.parse(stdout));
}

describe('the search', () => {
  for (const weakness of WEAKNESSES) {
    it(`notices that ${weakness.name}`, async () => {
      const { found, met } = await exploreWeakened(weakness);
      assert.equal(met, weakness.mutations.length);
      assert.match(found ?? 'nothing was found', weakness.found);
    });
  }
});
