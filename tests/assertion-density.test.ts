/**
 * The money core says what it is certain of: at least one assertion in twenty lines, in every room of `src/giving` and so
 * as a whole. They stay on in production, because a failed one parks the gift it happened in and rings at the desk
 * (`src/giving/alarms/park-gift.ts`).
 *
 * **What counts as a line.** A line that runs: what is left once Node has blanked the types out (interfaces, type aliases,
 * annotations), without blank lines, comments, lists of imports and exports, and the text of SQL, which the database checks
 * by itself. Braces on a line of their own count, HTML counts. Tests and what only they use are left out. (TigerBeetle, whose
 * habit this is, has one in 19 of all its lines, comments and types among them: that is a stricter count than this one.)
 *
 * **What counts as an assertion.** A call of `assert`, of a function whose name begins with it, or of `unreachable`, and
 * every place that throws an `AssertionFailure` itself.
 */
import assert from 'node:assert/strict';
import { stripTypeScriptTypes } from 'node:module';
import { describe, it } from 'node:test';
import { isForTests, readSources } from './import-rules/sources.ts';

const LINES_PER_ASSERTION_MAX = 20;

interface Count {
  readonly lines: number;
  readonly assertions: number;
}

function countOf(withoutComments: string): Count {
  const running = withoutSql(withoutLists(stripTypeScriptTypes(withoutComments)));
  const lines = running.split('\n').filter((line) => line.trim() !== '');
  const isDefinition = (line: string): boolean => /\bfunction assert/.test(line);
  const assertions = lines.filter(
    (line) =>
      !isDefinition(line) &&
      /\b(?:assert|assert[A-Z]\w*|unreachable)\(|\bnew AssertionFailure\(/.test(line),
  );
  return { lines: lines.length, assertions: assertions.length };
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

/** Imports, and exports that only name what is elsewhere. */
function withoutLists(code: string): string {
  return code.replaceAll(/^(?:import\b|export (?:\*|\{))[^;]*;/gm, blank);
}

/** The text of SQL, with the values in it; the line that begins it stays. */
function withoutSql(code: string): string {
  let text = code;
  for (const { index } of code.matchAll(/\bsql(?:\.\w+)?\s*`/g)) {
    const from = text.indexOf('`', index) + 1;
    const to = endOfTemplate(text, from);
    text = text.slice(0, from) + blank(text.slice(from, to)) + text.slice(to);
  }
  return text;
}

/** Where the template ends whose text begins at `from`: its closing backtick. */
function endOfTemplate(code: string, from: number): number {
  for (let at = from; at < code.length; at += 1) {
    if (code[at] === '\\') at += 1;
    else if (code[at] === '`') return at;
    else if (code.startsWith('${', at)) at = endOfValue(code, at + 2);
  }
  return code.length;
}

function endOfValue(code: string, from: number): number {
  let open = 1;
  for (let at = from; at < code.length; at += 1) {
    if (code[at] === '`') at = endOfTemplate(code, at + 1);
    else if (code[at] === '{') open += 1;
    else if (code[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return code.length;
}

const sumOf = (counts: readonly Count[]): Count => ({
  lines: counts.reduce((sum, { lines }) => sum + lines, 0),
  assertions: counts.reduce((sum, { assertions }) => sum + assertions, 0),
});

function countFiles(): ReadonlyMap<string, readonly (Count & { readonly path: string })[]> {
  const rooms = new Map<string, (Count & { readonly path: string })[]>();
  for (const { path, code } of readSources('src/giving')) {
    if (isForTests(path)) continue;
    const room = /^src\/giving\/([^/]+)\//.exec(path)?.[1] ?? 'giving';
    rooms.set(room, [...(rooms.get(room) ?? []), { path, ...countOf(code) }]);
  }
  return rooms;
}

const per = ({ lines, assertions }: Count): number => lines / Math.max(1, assertions);

describe('assertions in the money core', () => {
  const rooms = countFiles();

  for (const [room, files] of [...rooms].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    it(`are at least one in ${LINES_PER_ASSERTION_MAX} lines: ${room}`, (test) => {
      const sum = sumOf(files);
      const told = `${room}: ${sum.assertions} in ${sum.lines} lines, one in ${per(sum).toFixed(1)}`;
      test.diagnostic(told);
      const poorest = files
        .toSorted((a, b) => b.lines - 20 * b.assertions - (a.lines - 20 * a.assertions))
        .slice(0, 8)
        .map(({ path, lines, assertions }) => `${path} has ${assertions} in ${lines}`);
      assert.ok(per(sum) <= LINES_PER_ASSERTION_MAX, [told, ...poorest].join('\n'));
    });
  }

  it('are many in sum', (test) => {
    const sum = sumOf([...rooms.values()].flat());
    test.diagnostic(`all: ${sum.assertions} in ${sum.lines} lines, one in ${per(sum).toFixed(1)}`);
    assert.ok(sum.lines > 5000, 'the whole core was read');
  });

  it('are counted in lines that run', () => {
    const code = [
      "import { a } from './a.ts';",
      'import {\n  b,\n  type C,\n} from "b";',
      'export { a } from "./a.ts";',
      'interface D {\n  readonly e: string;\n}',
      'type F = {\n  readonly g: string;\n};',
      'assert(a, "b");',
      'unreachable(c, "d");',
      'function assertSound(of: {\n  readonly x: number;\n}) {\n}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
      'const { rows } = await sql<{ n: number }>`\n  select ${of.map((x) => `${x}`)}\n  from gift\n`.execute(db);',
    ].join('\n\n');
    // Two assertions; three lines of the function (its type is blank); the first and the last line of the query.
    assert.deepEqual(countOf(code), { lines: 2 + 3 + 2, assertions: 2 });
  });
});
