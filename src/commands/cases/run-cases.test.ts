import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { casesCommand, runCases } from '../cases.ts';

async function withFolder(
  files: Readonly<Record<string, unknown>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tuppence-cases-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const amount = (id: string, text: string, expect: unknown) => ({
  id,
  note: 'a note',
  given: { text, currency: 'EUR', language: 'de' },
  expect,
});

async function run(folder: string, json = false) {
  const lines: string[] = [];
  const counts = await runCases({ folder, out: (line) => lines.push(line), json });
  return { counts, lines };
}

const system = () => {
  const said: string[] = [];
  const say = (line: string) => {
    said.push(line);
  };
  return { said, print: say, complain: say };
};

test('a table is told by its content, in any folder; a failing case is said with both sides', async () => {
  const files = {
    'deep/any-name.json': {
      about: {},
      cases: [
        amount('a-1', '2,50', { minor: '250' }),
        amount('a-2', '\u200e5 €', { minor: '501' }),
      ],
    },
  };
  await withFolder(files, async (folder) => {
    const { counts, lines } = await run(folder);
    assert.deepEqual(counts, {
      tables: 1,
      cases: 2,
      passed: 1,
      failed: 1,
      unknown: [],
      broken: [],
    });
    assert.deepEqual(lines, [
      'FAILED  deep/any-name.json a-2 (a note): expected {"minor":"501"}, got {"minor":"500"}',
      'deep/any-name.json: 1 of 2 passed (amounts)',
      '1 tables; 2 cases: 1 passed, 1 failed',
    ]);
    assert.equal(await casesCommand([folder], system()), 1);
  });
});

test('output is ASCII, so that no mark can hide in it', async () => {
  const files = { 'a.json': { about: {}, cases: [amount('a-1', '5', { minor: '\u202e5' })] } };
  await withFolder(files, async (folder) => {
    const { lines } = await run(folder);
    assert.match(lines[0] ?? '', /expected \{"minor":"\\u202e5"\}/);
  });
});

test('unknown formats are named, broken files fail, inputs of cases are neither', async () => {
  const files = {
    'unknown.json': { about: {}, cases: [{ id: 'x', given: { kind: 'other' }, expect: 1 }] },
    'broken.json': '{',
    'feeds/input.json': '{ broken on purpose',
    'feeds/case.json': {
      about: '',
      cases: [
        {
          id: 'f-1',
          note: '',
          given: { file: 'input.json', fetched_from: null, content_type: null },
          expect: { error: 'format' },
        },
      ],
    },
    'no-table.json': { version: 1 },
  };
  await withFolder(files, async (folder) => {
    const { counts } = await run(folder);
    assert.deepEqual(counts, {
      tables: 1,
      cases: 1,
      passed: 1,
      failed: 0,
      unknown: ['unknown.json'],
      broken: ['broken.json'],
    });
    assert.equal(await casesCommand([folder], system()), 1);
  });
});

test('a case that cannot be read, and one at which the product throws, have failed', async () => {
  const calendar = (id: string, given: unknown) => ({ id, note: '', given, expect: {} });
  const files = {
    'calendar.json': {
      about: {},
      cases: [
        calendar('c-1', { kind: 'due', anchor: '2026-01-31', unit: 'month', n: -1 }),
        calendar('c-2', { kind: 'due', anchor: '2026-01-31', unit: 'week', n: 1 }),
      ],
    },
  };
  await withFolder(files, async (folder) => {
    const { lines } = await run(folder, true);
    const [threw, unread, table, total] = lines.map((line) => JSON.parse(line));
    assert.match(threw.got.threw, /assertion failed/);
    assert.deepEqual(unread.got, { unreadable: 'no case of the format calendar' });
    assert.deepEqual(table, {
      type: 'table',
      file: 'calendar.json',
      format: 'calendar',
      cases: 2,
      passed: 0,
      failed: 2,
    });
    assert.equal(total.type, 'total');
  });
});

test('the command wants one folder that is there and holds a table', async () => {
  assert.equal(await casesCommand([], system()), 2);
  assert.equal(await casesCommand(['a', 'b'], system()), 2);
  const missing = system();
  assert.equal(await casesCommand(['/no/such/folder'], missing), 2);
  assert.deepEqual(missing.said, ['There is no folder /no/such/folder.']);
  await withFolder({}, async (folder) => {
    assert.equal(await casesCommand([folder], system()), 1);
  });
  const good = { 'a.json': { about: {}, cases: [amount('a-1', '5', { minor: '500' })] } };
  await withFolder(good, async (folder) => {
    assert.equal(await casesCommand([folder, '--json'], system()), 0);
  });
});
