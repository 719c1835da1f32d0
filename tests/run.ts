/**
 * `npm test`: everything, in the order in which it is cheapest to be told of a mistake, and one plain line at the end.
 *
 *   npm test                         everything
 *   npm test -- giving/gift          only test files whose path holds these words
 *   npm test -- --database=system    database tests against the system's PostgreSQL instead of the built-in one
 *
 * With CI=true a missing browser is a failure; otherwise its tests are named as not run.
 */
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../src/database/embedded/index.ts';
import {
  FAST_AND_LOSSY,
  realRandom,
  removeTestServer,
  startTestServer,
  TEST_DATABASE_URL,
} from '../src/database/testing/test-server.ts';
import { type Check, runCheck } from './runner/check.ts';
import { findChromium } from './runner/chromium.ts';
import { findTestFiles } from './runner/files.ts';
import { runTests } from './runner/node-tests.ts';
import { type Screen, terminalScreen } from './runner/screen.ts';
import { addTallies, NOTHING, summaryLine, type Tally } from './runner/tally.ts';

const PROJECT = join(import.meta.dirname, '..');
const FOLDERS = ['src', 'tests', 'simulation', 'bench', 'demo', 'locales'];

const COMPILER = 'node_modules/typescript/bin/tsc';
const CHECKS: readonly Check[] = [
  { name: 'types', script: COMPILER, args: ['--noEmit'] },
  { name: 'types (browser)', script: COMPILER, args: ['--noEmit', '-p', 'src/browser'] },
  { name: 'types (browser tests)', script: COMPILER, args: ['--noEmit', '-p', 'tests'] },
  { name: 'style', script: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '.'] },
];

interface Wishes {
  readonly filters: readonly string[];
  readonly database: 'built-in' | 'system';
  readonly ci: boolean;
}

stopWithOurParent();
process.exit(await main(readWishes(), terminalScreen(process.stdout)));

function readWishes(): Wishes {
  const { values, positionals } = parseArgs({
    options: { database: { type: 'string', default: 'built-in' } },
    allowPositionals: true,
  });
  const { database } = values;
  if (database !== 'built-in' && database !== 'system') {
    process.stderr.write('--database is either "built-in" or "system".\n');
    process.exit(2);
  }
  return { filters: positionals, database, ci: ['true', '1'].includes(process.env.CI ?? '') };
}

async function main(wishes: Wishes, screen: Screen): Promise<number> {
  let total: Tally = NOTHING;
  if (wishes.filters.length === 0) {
    for (const check of CHECKS) total = addTallies(total, await runCheck(PROJECT, check, screen));
  }
  const files = await findTestFiles(PROJECT, FOLDERS, wishes.filters);
  if (wishes.filters.length > 0 && Object.values(files).every((list) => list.length === 0)) {
    screen.show(`There is no test file whose path holds ${wishes.filters.join(' or ')}.`);
    return 1;
  }
  // Whether a change lands must not hang on the luck of a draw; see runner/property-seed.ts.
  if (wishes.ci) process.env.TUPPENCE_SEED ??= '20261125';
  // Hundreds of processes read the same sources: what the first made of them, the others take from disk.
  process.env.NODE_COMPILE_CACHE ??= join(PROJECT, '.tuppence', 'compile-cache');
  // Tests must not touch a database that somebody uses.
  delete process.env.DATABASE_URL;
  const database = await startDatabase(wishes, screen);
  if (database === undefined) return finish(addTallies(total, { ...NOTHING, failed: 1 }), screen);
  const common = { timeoutMs: 300_000 };
  try {
    const plain = { name: 'tests', files: files.plain, concurrency: availableParallelism() };
    if (plain.files.length > 0) {
      total = addTallies(total, await runTests(PROJECT, { ...common, ...plain }, screen));
    }
    const slow = { name: 'slow tests', files: files.slow, concurrency: 1 };
    if (slow.files.length > 0) {
      total = addTallies(total, await runTests(PROJECT, { ...common, ...slow }, screen));
    }
    total = addTallies(total, await browserTests(files.browser, wishes, screen));
  } finally {
    await database.stop();
  }
  return finish(total, screen);
}

function finish(total: Tally, screen: Screen): number {
  screen.show(`\n${summaryLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

/** One server for all test files; undefined (said aloud) when none starts. */
async function startDatabase(
  wishes: Wishes,
  screen: Screen,
): Promise<{ stop(): Promise<unknown> } | undefined> {
  const step = screen.step('database');
  const given = process.env[TEST_DATABASE_URL];
  if (given !== undefined && given !== '') {
    step.end(`ok  the server in ${TEST_DATABASE_URL}`);
    return { stop: async () => {} };
  }
  try {
    const server = await (wishes.database === 'system' ? startSystemServer() : startTestServer());
    process.env[TEST_DATABASE_URL] = server.url;
    step.end(`ok  PostgreSQL ${server.version}`);
    return { stop: () => removeTestServer(server) };
  } catch (error) {
    step.end('FAILED');
    screen.show(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The programs of the system, such as Debian's PostgreSQL 15: the oldest version our SQL promises to run on. */
function startSystemServer() {
  return startEmbeddedPostgres({
    directory: join(PROJECT, '.tuppence', 'test-postgres-system'),
    random: realRandom,
    settings: FAST_AND_LOSSY,
    bundledPackage: null,
  });
}

async function browserTests(
  files: readonly string[],
  wishes: Wishes,
  screen: Screen,
): Promise<Tally> {
  if (files.length === 0) return NOTHING;
  const given = process.env.TUPPENCE_CHROMIUM;
  const browser = await findChromium({ project: PROJECT, screen, given });
  if (browser === undefined) {
    const names = files.map((file) => `  ${relative(PROJECT, file)}`).join('\n');
    screen.show(
      `NOT RUN: no Chromium was found or could be installed, so these ${files.length} files of browser tests were left out:\n${names}\nInstall Chromium, or name one in TUPPENCE_CHROMIUM.`,
    );
    const left = wishes.ci ? 'failed' : 'skipped';
    return { ...NOTHING, [left]: files.length };
  }
  process.env.TUPPENCE_CHROMIUM = browser;
  const group = { name: 'browser tests', files, concurrency: 2, timeoutMs: 600_000 };
  return runTests(PROJECT, group, screen);
}

/** Whoever started us is gone: end too, and with us our servers (their guardians see to it). */
function stopWithOurParent(): void {
  if (process.channel === undefined) return;
  process.on('disconnect', () => process.exit(1));
  process.channel?.unref();
}
