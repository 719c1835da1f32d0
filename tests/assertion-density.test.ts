/**
 * The money core says what it is certain of: the goal is one assertion in twenty lines of code. Comments, blank lines, tests and their helpers are not counted. A failed one parks the gift it
 * happened in (`src/giving/alarms/park-gift.ts`), so they stay on in production.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isForTests, readSources } from './import-rules/sources.ts';

const LINES_PER_ASSERTION_GOAL = 20;
/**
 * Where the core stands: lines per assertion, as a whole and in the rooms that decide about money. The goal is not reached;
 * until it is, these numbers may only fall.
 */
const WHOLE_MAX = 46;
const ROOMS_MAX: ReadonlyMap<string, number> = new Map([
  ['settling', 23],
  ['money-facts', 29],
  ['pledges', 30],
  ['renewals', 36],
  ['ledger', 46],
]);
interface Count {
  lines: number;
  assertions: number;
}

function countOf(withoutComments: string): Count {
  const code = withoutComments.split('\n').filter((line) => line.trim() !== '');
  const assertions = code.filter((line) => /\b(?:assert|assert[A-Z]\w*|unreachable)\(/.test(line));
  const isDefinition = (line: string): boolean => /\bfunction assert/.test(line);
  return {
    lines: code.length,
    assertions: assertions.filter((line) => !isDefinition(line)).length,
  };
}

function countRooms(): ReadonlyMap<string, Count> {
  const rooms = new Map<string, Count>();
  for (const { path, code } of readSources('src/giving')) {
    if (isForTests(path)) continue;
    const room = /^src\/giving\/([^/]+)\//.exec(path)?.[1] ?? 'giving';
    const { lines, assertions } = countOf(code);
    const sum = rooms.get(room) ?? { lines: 0, assertions: 0 };
    rooms.set(room, { lines: sum.lines + lines, assertions: sum.assertions + assertions });
  }
  return rooms;
}

const per = ({ lines, assertions }: Count): number => lines / Math.max(1, assertions);

describe('assertions in the money core', () => {
  it('become no rarer, as a whole and in each room that decides about money', (test) => {
    const whole: Count = { lines: 0, assertions: 0 };
    for (const [room, count] of [...countRooms()].toSorted()) {
      const told = `${room}: ${count.assertions} in ${count.lines} lines, one in ${per(count).toFixed(1)}`;
      test.diagnostic(told);
      whole.lines += count.lines;
      whole.assertions += count.assertions;
      assert.ok(per(count) <= (ROOMS_MAX.get(room) ?? Number.POSITIVE_INFINITY), told);
    }
    const told = `all: ${whole.assertions} in ${whole.lines} lines, one in ${per(whole).toFixed(1)}; the goal is ${LINES_PER_ASSERTION_GOAL}`;
    test.diagnostic(told);
    assert.ok(per(whole) <= WHOLE_MAX, told);
  });

  it('are counted by lines of code alone', () => {
    assert.deepEqual(countOf('assert(a, "b");\n\n  unreachable(c, "d");\nlet e = 1;'), {
      lines: 3,
      assertions: 2,
    });
  });
});
