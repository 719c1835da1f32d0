/**
 * The house has walls: this test reads every import in `src/` and every place that touches the clock, chance, the
 * environment or the network, and compares them with the table. Change the table only together with
 * `docs/architecture.md`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForTests, readSource, readSources, type Source } from './import-rules/sources.ts';
import {
  type Allowance,
  BROWSER_IMPORTS,
  COMPOSERS,
  FEATURES,
  FOUNDATIONS,
  MIDDLE,
  REAL_WORLD,
  REAL_WORLD_ALLOWED,
  TESTING_ALLOWED,
} from './import-rules/table.ts';

const sources = readSources('src').filter((source) => !isForTests(source.path));

/** `src/giving/gift.ts` is in `giving`; a file directly below `src` is in ``. */
const partOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';

const among = (list: readonly string[], part: string): boolean => list.includes(part);

/** Why this import is not allowed, or undefined. */
function objection(from: string, to: string): string | undefined {
  if (isForTests(to)) {
    const allowed = TESTING_ALLOWED.some(({ path, what }) => path === from && what === to);
    return allowed ? undefined : 'only tests may use testing helpers';
  }
  if (to === 'src/main.ts') return 'nothing imports the command line';
  if (!to.startsWith('src/')) {
    return to.startsWith('locales/') ? undefined : 'sources do not reach outside src/';
  }
  const here = partOf(from);
  const there = partOf(to);
  if (here === there) return here === 'processors' ? betweenProcessors(from, to) : undefined;
  if (there === 'browser') return 'browser code is built and served, not imported';
  if (here === '' || among(COMPOSERS, here)) return undefined;
  if (here === 'browser') {
    if (among(['money', 'calendar'], there) || allows(BROWSER_IMPORTS, to)) return undefined;
    return 'not on the list of what may run in a browser';
  }
  if (among(FOUNDATIONS, there)) return undefined;
  if (among(FOUNDATIONS, here)) return 'foundations know only each other';
  if (here === 'processors') {
    return to === 'src/giving/processor.ts'
      ? undefined
      : 'processors know the port and foundations';
  }
  if (among(MIDDLE, here)) return among(MIDDLE, there) ? undefined : 'they know only foundations';
  if (!among(FEATURES, here)) return `the part ${here} is not in the table`;
  if (among(MIDDLE, there)) return undefined;
  if (!among(FEATURES, there)) return 'features know foundations, newsroom, database and features';
  return to === `src/${there}/index.ts` ? undefined : 'another feature only through its index.ts';
}

function betweenProcessors(from: string, to: string): string | undefined {
  const folder = (path: string): string => path.split('/')[2] ?? '';
  if (folder(from) === folder(to)) return undefined;
  return folder(to) === 'common' ? undefined : 'processors do not know each other';
}

const allows = (rows: readonly Allowance[], path: string): boolean =>
  rows.some((row) => (row.path.endsWith('/') ? path.startsWith(row.path) : path === row.path));

test('every import keeps to the table', () => {
  assert.ok(sources.length > 50, 'the sources were not found');
  const found = sources.flatMap((source) =>
    source.imports.flatMap((to) => {
      const reason = objection(source.path, to);
      return reason === undefined ? [] : [`${source.path} imports ${to}: ${reason}`];
    }),
  );
  assert.deepEqual(found, []);
});

test('every part of src is in the table', () => {
  const known = [...FOUNDATIONS, ...MIDDLE, ...FEATURES, ...COMPOSERS, 'browser', 'processors', ''];
  const unknown = new Set(sources.map((source) => partOf(source.path)));
  for (const part of known) unknown.delete(part);
  assert.deepEqual([...unknown], []);
});

test('the table says no where it must', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['src/money/money.ts', 'src/newsroom/index.ts'],
    ['src/database/migrate.ts', 'src/giving/index.ts'],
    ['src/giving/gift.ts', 'src/web/app.ts'],
    ['src/giving/gift.ts', 'src/desk/index.ts'],
    ['src/giving/gift.ts', 'src/letters/outbox.ts'],
    ['src/giving/gift.ts', 'src/processors/sandbox/index.ts'],
    ['src/giving/gift.ts', 'src/database/testing/test-database.ts'],
    ['src/processors/stripe/stripe.ts', 'src/giving/index.ts'],
    ['src/processors/stripe/stripe.ts', 'src/database/index.ts'],
    ['src/processors/stripe/stripe.ts', 'src/processors/paypal/paypal.ts'],
    ['src/processors/common/call-json.ts', 'src/processors/stripe/stripe.ts'],
    ['src/processors/stripe/stripe.ts', 'src/processors/stripe/fake/books.ts'],
    ['src/browser/exit.ts', 'src/giving/index.ts'],
    ['src/web/app.ts', 'src/browser/exit.ts'],
    ['src/web/app.ts', 'src/main.ts'],
    ['src/web/app.ts', 'bench/run.ts'],
  ];
  for (const [from, to] of refused) assert.ok(objection(from, to), `${from} may import ${to}`);
  const allowed: readonly (readonly [string, string])[] = [
    ['src/money/money.ts', 'src/problems/index.ts'],
    ['src/giving/gift.ts', 'src/letters/index.ts'],
    ['src/giving/gift.ts', 'src/database/index.ts'],
    ['src/processors/stripe/stripe.ts', 'src/giving/processor.ts'],
    ['src/processors/stripe/stripe.ts', 'src/processors/common/call-json.ts'],
    ['src/web/app.ts', 'src/giving/index.ts'],
  ];
  for (const [from, to] of allowed) assert.equal(objection(from, to), undefined);
});

test('what runs in a browser needs neither Node nor a package', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<Source>();
  const walk = (source: Source | undefined): void => {
    if (source === undefined || reached.has(source)) return;
    reached.add(source);
    for (const path of valueImports(source)) walk(byPath.get(path));
  };
  for (const source of sources) if (partOf(source.path) === 'browser') walk(source);
  const found = [...reached].flatMap((source) =>
    valuePackages(source).map((name) => `${source.path} imports ${name}`),
  );
  assert.deepEqual(found, []);
});

/** Imports that are still there when the types are gone. */
function valueImports(source: Source): readonly string[] {
  return readSource(source.path, withoutTypeImports(source.code)).imports;
}

function valuePackages(source: Source): readonly string[] {
  return readSource(source.path, withoutTypeImports(source.code)).packages;
}

function withoutTypeImports(code: string): string {
  return code.replaceAll(/\b(?:import|export)\s+type\b[^;]*;/g, '');
}

test('the clock, chance, the environment and the network are touched only where the table says', () => {
  const used = new Set<Allowance>();
  const found: string[] = [];
  for (const { path, code } of sources) {
    for (const [what, pattern] of Object.entries(REAL_WORLD)) {
      if (!pattern.test(code)) continue;
      const row = REAL_WORLD_ALLOWED.find(
        (candidate) =>
          allows([candidate], path) && (candidate.what === '*' || candidate.what === what),
      );
      if (row === undefined) found.push(`${path} uses ${what}`);
      else used.add(row);
    }
  }
  assert.deepEqual(found, []);
  const idle = REAL_WORLD_ALLOWED.filter((row) => !used.has(row));
  assert.deepEqual(idle, [], 'rows that allow what nobody does');
});

test('the patterns find what they are for, and comments are no code', () => {
  const touches = (code: string): readonly string[] =>
    Object.entries(REAL_WORLD)
      .filter(([, pattern]) => pattern.test(readSource('x.ts', code).code))
      .map(([what]) => what);
  assert.deepEqual(touches('const now = Date.now();'), ['Date.now']);
  assert.deepEqual(touches('await fetch(url)'), ['fetch']);
  assert.deepEqual(touches('  fetch(url, { method });'), ['fetch']);
  assert.deepEqual(touches('  fetch(request: Request): Response;\n  fetch(request) {\n'), []);
  assert.deepEqual(touches('await options.fetch(url); this.#fetch(url); prefetch(url);'), []);
  assert.deepEqual(touches('// new Date() is not used\n/* Math.random() */'), []);
  assert.deepEqual(touches("const url = 'http://x/'; setTimeout(work, 5);"), ['setTimeout']);
  const source = readSource(
    'src/a/b.ts',
    "import {\n  x,\n} from '../c/d.ts';\nimport './e.ts';\nexport * from './f.ts';\nawait import('./g.ts');\n// from './no.ts'\nimport fs from 'node:fs';",
  );
  assert.deepEqual(source.imports, ['src/c/d.ts', 'src/a/e.ts', 'src/a/f.ts', 'src/a/g.ts']);
  assert.deepEqual(source.packages, ['node:fs']);
});
