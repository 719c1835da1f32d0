/**
 * The runner must not count wrongly in anybody's favour: what fails, hangs or breaks while loading is a failure.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runTests } from './node-tests.ts';
import type { Screen } from './screen.ts';
import { addTallies, NOTHING, summaryLine } from './tally.ts';

const folder = await mkdtemp(join(tmpdir(), 'tuppence-runner-'));
after(() => rm(folder, { recursive: true }));

/** Runs one test file of this text in the runner and returns its tally and what it showed. */
async function outcome(text: string): Promise<{ tally: string; shown: string }> {
  const file = join(folder, `x${Math.random()}.test.mjs`);
  await writeFile(file, `import { test, describe, before } from 'node:test';\n${text}`);
  const shown: string[] = [];
  const screen: Screen = {
    step: () => ({ progress() {}, end() {} }),
    show: (block) => shown.push(block),
  };
  const group = { name: 'x', files: [file], concurrency: 1, timeoutMs: 3_000 };
  const tally = await runTests(folder, group, screen);
  return { tally: summaryLine(tally), shown: shown.join('\n') };
}

test('passes, failures and skips are counted, and a failure is told once', async () => {
  const { tally, shown } = await outcome(`
    test('good', () => {});
    test('bad', () => { throw new Error('the reason'); });
    test.skip('left out', () => {});
    test.todo('not yet');
    describe('group', () => { test('inner good', () => {}); test('inner bad', async (t) => {
      await t.test('deep', () => { throw new Error('deep reason'); });
    }); });
    console.log('what it printed');
  `);
  assert.equal(tally, '2 passed, 2 failed, 2 skipped');
  assert.match(shown, /✖ bad \(x.*\.test\.mjs:\d+\)\n {4}Error: the reason/);
  assert.match(shown, /✖ deep .*\n {4}Error: deep reason/);
  assert.match(shown, /what it printed/);
});

test('a file that breaks while loading is a failure', async () => {
  const { tally, shown } = await outcome("throw new Error('at load');");
  assert.equal(tally, '0 passed, 1 failed');
  assert.match(shown, /at load/);
});

test('a group whose preparation fails is a failure', async () => {
  const { tally } = await outcome(`
    describe('group', () => { before(() => { throw new Error('no'); }); test('t', () => {}); });
  `);
  assert.match(tally, /^0 passed, [12] failed$/);
});

test('a file that never ends is ended, and is a failure', async () => {
  const { tally, shown } = await outcome(
    `test('good', () => {}); test('t', () => new Promise(() => setInterval(() => {}, 50)));`,
  );
  assert.match(tally, /^[01] passed, 1 failed$/);
  assert.match(shown, /ended with a kill after 3 s/);
});

test('a file that never loads is a failure', async () => {
  const { tally } = await outcome('await new Promise(() => setInterval(() => {}, 50));');
  assert.equal(tally, '0 passed, 1 failed');
});

test('a file that ends itself, with or without an error code, is a failure', async () => {
  const late = await outcome(
    "test('t', () => {}); process.on('exit', () => { process.exitCode = 3; });",
  );
  assert.equal(late.tally, '1 passed, 1 failed');
  const early = await outcome("test('t', () => { process.exit(0); });");
  assert.equal(early.tally, '0 passed, 1 failed');
  assert.match(early.shown, /ended before its tests did/);
});

test('an error that nobody awaited is a failure', async () => {
  const { tally } = await outcome(
    "test('t', () => {}); setTimeout(() => { throw new Error('late'); }, 100);",
  );
  assert.match(tally, /^[01] passed, [12] failed$/);
});

test('files run at once do not mix', async () => {
  const [one, two] = await Promise.all([
    outcome("test('t', () => {}); test('u', () => {});"),
    outcome("test('t', () => { throw new Error('x'); });"),
  ]);
  assert.deepEqual([one?.tally, two?.tally], ['2 passed, 0 failed', '0 passed, 1 failed']);
});

test('what is printed while nothing fails is not shown', async () => {
  const { tally, shown } = await outcome("console.log('chatter'); test('t', () => {});");
  assert.deepEqual({ tally, shown }, { tally: '1 passed, 0 failed', shown: '' });
});

test('tallies add up, and the line names skips only if there are some', () => {
  assert.equal(summaryLine(NOTHING), '0 passed, 0 failed');
  const one = { passed: 3, failed: 1, skipped: 2 };
  assert.equal(summaryLine(addTallies(one, one, NOTHING)), '6 passed, 2 failed, 4 skipped');
});
