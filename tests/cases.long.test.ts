/**
 * The project's own case tables, put to the product's own functions: what `npm run cases -- tests/cases` prints. Every
 * table must be of a known format and every case must hold.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCases } from '../src/commands/cases.ts';

const FOLDER = join(import.meta.dirname, 'cases');
const FEWEST_CASES = 342;

test('every case of the project’s tables holds', async () => {
  const lines: string[] = [];
  const counts = await runCases({ folder: FOLDER, out: (line) => lines.push(line) });
  const failures = lines.filter((line) => line.startsWith('FAILED'));
  assert.deepEqual(failures, []);
  assert.deepEqual([...counts.unknown, ...counts.broken], []);
  assert.equal(counts.failed, 0);
  assert.ok(counts.cases >= FEWEST_CASES, `${counts.cases} cases ran`);
});
