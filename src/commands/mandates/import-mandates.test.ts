/** The command as a person runs it, beside a world whose supporters gave at one company. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Scratch, scratchFolder } from '../../backup/testing/backed-up-world.ts';
import { FakeProcessor } from '../../giving/testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../../giving/testing/giving-world.ts';
import { nextDue, pledgeBy } from '../../giving/testing/pledge-story.ts';
import { type Ran, runTuppence } from '../testing/run-tuppence.ts';
import { readMandatesArguments } from './import-mandates.ts';

const HEAD = 'old_customer,old_method,new_customer,new_method';

let scratch: Scratch;
let newsroomFile: string;
before(async () => {
  scratch = await scratchFolder();
  newsroomFile = join(scratch.folder, 'newsroom.yaml');
  const demo = join(import.meta.dirname, '..', '..', '..', 'demo', 'newsroom.yaml');
  const entry = '    - { kind: sandbox, account: sandbox-1 }';
  const text = await readFile(demo, 'utf8');
  assert.ok(text.includes(entry));
  const two = '    - { kind: sandbox, account: fake }\n    - { kind: sandbox, account: second }';
  await writeFile(newsroomFile, text.replace(entry, two));
});
after(() => scratch.remove());

async function inTwo(
  story: (world: GivingWorld, second: FakeProcessor) => Promise<void>,
): Promise<void> {
  let second: FakeProcessor | undefined;
  const world = await givingWorld({
    processors: (fake, clock) => {
      second = new FakeProcessor({ clock, accountId: 'second' });
      return [fake, second];
    },
  });
  try {
    assert.ok(second !== undefined);
    await story(world, second);
  } finally {
    await world.close();
  }
}

async function mandates(
  world: GivingWorld,
  list: string,
  ...options: readonly string[]
): Promise<Ran> {
  const file = join(scratch.folder, 'list.csv');
  await writeFile(file, list);
  const { url, clock } = world;
  const place = { url, clock, dataDirectory: join(scratch.folder, 'data'), newsroomFile };
  return await runTuppence(place, [
    'mandates',
    'import',
    file,
    '--from',
    'fake',
    '--to',
    'second',
    ...options,
  ]);
}

async function oldReferences(world: GivingWorld, pledgeId: string): Promise<string> {
  const row = await world.db
    .selectFrom('mandate')
    .innerJoin('pledge', 'pledge.mandate_id', 'mandate.id')
    .select(['customer_ref', 'method_ref'])
    .where('pledge.id', '=', pledgeId)
    .executeTakeFirstOrThrow();
  return `${row.customer_ref},${row.method_ref}`;
}

describe('arguments of mandates', () => {
  for (const argv of [
    [],
    ['export', 'f'],
    ['import'],
    ['import', 'f'],
    ['import', 'f', '--from', 'a'],
    ['import', 'f', 'g', '--from', 'a', '--to', 'b'],
    ['import', 'f', '--from', 'a', '--to', 'a'],
    ['import', 'f', '--from', 'a', '--to', 'b', '--all'],
  ]) {
    it(`${JSON.stringify(argv)} gets a sentence`, () =>
      assert.equal(typeof readMandatesArguments(argv), 'string'));
  }
});

describe('mandates import', () => {
  it('moves what was handed on, says what stays, and charges each pledge once, at its new company', () =>
    inTwo(async (world, second) => {
      const pledges = [await pledgeBy(world), await pledgeBy(world)];
      const olds: string[] = [];
      for (const pledge of pledges) olds.push(await oldReferences(world, pledge));
      const list = `${HEAD}\n${olds[0]},c1,m1\nnobody,none,c2,m2\n${olds[1]},c3,m3\n`;

      const rehearsed = await mandates(world, list, '--rehearse');
      assert.match(rehearsed.printed, /2 would be moved.*nothing was changed/);
      assert.equal(await oldReferences(world, pledges[0] ?? ''), olds[0]);

      const moved = await mandates(world, list);
      assert.equal(moved.code, 1);
      assert.match(moved.printed, /^Line 3 is none of ours/);
      assert.match(moved.printed, /2 moved, 0 stood there already, 1 stay as they are/);
      assert.equal(await oldReferences(world, pledges[1] ?? ''), 'c3,m3');
      for (const secret of ['c1', 'm3', 'nobody', ...olds]) {
        assert.ok(!moved.printed.includes(secret), 'a reference belongs to no report');
      }

      const again = await mandates(world, list.replace('nobody,none,c2,m2\n', ''), '--json');
      assert.equal(again.code, 0);
      assert.deepEqual(JSON.parse(again.printed), {
        kind: 'mandates',
        rehearsed: false,
        moved: 0,
        already: 2,
        unknown: 0,
        dead: 0,
        'in-flight': 0,
        account: 0,
      });

      world.clock.set((await nextDue(world, pledges[0] ?? '')).toString());
      await world.settleDown();
      const charges = (processor: FakeProcessor) =>
        processor.calls.filter((call) => call.startsWith('charge ')).length;
      assert.deepEqual([charges(world.processor), charges(second)], [0, 2]);
    }));

  it('changes nothing when a line is wrong, or an account is not in the newsroom file', () =>
    inTwo(async (world) => {
      const old = await oldReferences(world, await pledgeBy(world));
      const wrong = await mandates(world, `${HEAD}\n${old},c1,m1\n${old},c2`);
      assert.deepEqual([wrong.code, wrong.printed], [2, '']);
      assert.match(wrong.complained, /^Nothing was changed\. Line 3 of the file: it has 3 values/);
      const nowhere = await mandates(world, `${HEAD}\n${old},c1,m1`, '--to', 'elsewhere');
      assert.equal(nowhere.code, 2);
      assert.match(nowhere.complained, /names no account elsewhere/);
    }));
});
