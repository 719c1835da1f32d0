import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checkServer, judgeServer } from './durability.ts';
import { testDatabase } from './testing/test-database.ts';

const t = await testDatabase();
after(() => t.close());

const durable = {
  server_version: '18.4',
  server_version_num: '180004',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
};
const judge = (changes: Readonly<Record<string, string>>) =>
  judgeServer(new Map(Object.entries({ ...durable, ...changes })));

test('a durable server gives no cause', () => {
  assert.deepEqual(judge({}), { version: '18.4', refusals: [], warnings: [] });
  assert.deepEqual(judge({ synchronous_commit: 'local' }).warnings, []);
  assert.deepEqual(judge({ synchronous_commit: 'remote_apply' }).warnings, []);
});

test('each setting that loses confirmed gifts is named', () => {
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    const { warnings } = judge({ [name]: 'off' });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', new RegExp(`${name} = off.*power cut.*${name} = on`));
  }
});

test('a server that is too old is refused, the oldest good one is not', () => {
  assert.match(
    judge({ server_version: '14.9', server_version_num: '140009' }).refusals[0] ?? '',
    /PostgreSQL 14\.9; Tuppence needs 15/,
  );
  assert.deepEqual(judge({ server_version_num: '150000' }).refusals, []);
});

test('a managed server that shows none of it is not held against', () => {
  assert.deepEqual(judgeServer(new Map()), { version: 'unknown', refusals: [], warnings: [] });
});

test('a real server is asked: the one of the tests is fast and lossy, and is found out', async (context) => {
  const { refusals, warnings, version } = await checkServer(t.db);
  assert.match(version, /^\d+\.\d+/);
  assert.deepEqual(refusals, []);
  if (warnings.length === 0) return context.skip('the tests were given a durable server');
  assert.equal(warnings.length, 3);
});
