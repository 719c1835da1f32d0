import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type DeviceMemory,
  readMemory,
  shortName,
  viewsOf,
  withView,
  writeMemory,
} from './device-memory.ts';

const TODAY = 20_782;
const EMPTY = readMemory(null, TODAY);

const soundMemories = fc.record<DeviceMemory>({
  quietUntil: fc.option(fc.integer({ min: 0, max: TODAY + 400 })),
  lastAppeal: fc.option(fc.integer({ min: 0, max: TODAY })),
  stories: fc.integer({ min: 0, max: 9999 }),
  slot: fc.option(fc.integer({ min: 0, max: 99 })),
  slotDay: fc.integer({ min: TODAY - 90, max: TODAY }),
  views: fc.array(
    fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: TODAY - 29, max: TODAY })),
    { maxLength: 40 },
  ),
});

test('what is written is short ASCII and is read back, but for the oldest views', () => {
  fc.assert(
    fc.property(soundMemories, (memory) => {
      const text = writeMemory(memory);
      assert.ok(text.length <= 200);
      assert.match(text, /^[\x20-\x7e]*$/);
      const read = readMemory(text, TODAY);
      const { views, ...rest } = memory;
      assert.deepEqual({ ...read, views: [] }, { ...rest, views: [] });
      assert.deepEqual(read.views, views.slice(views.length - read.views.length));
      // Enough of them for the default cap of three appeals.
      assert.ok(read.views.length >= Math.min(views.length, 12));
    }),
  );
});

test('whatever was kept, reading never throws and gives sound parts', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .array(fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(null)))
      .map((parts) => JSON.stringify([1, ...parts])),
    fc.tuple(soundMemories, fc.nat(), fc.string({ maxLength: 2 })).map(([memory, at, junk]) => {
      const text = writeMemory(memory);
      const cut = at % text.length;
      return text.slice(0, cut) + junk + text.slice(cut + 1);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const memory = readMemory(text, TODAY);
      const { quietUntil, lastAppeal, stories, slot, views } = memory;
      assert.ok(quietUntil === null || (quietUntil >= 0 && quietUntil <= TODAY + 400));
      assert.ok(lastAppeal === null || (lastAppeal >= 0 && lastAppeal <= TODAY));
      assert.ok(Number.isInteger(stories) && stories >= 0 && stories <= 9999);
      assert.ok(slot === null || (slot >= 0 && slot <= 99));
      assert.ok(views.every(([name, day]) => name >= 0 && day > TODAY - 30 && day <= TODAY));
      assert.deepEqual(readMemory(writeMemory(memory), TODAY), memory, 'sound stays sound');
    }),
  );
});

test('each part is dropped for itself', () => {
  const read = (...parts: unknown[]) => readMemory(JSON.stringify([1, ...parts]), TODAY);
  assert.equal(read(TODAY + 401).quietUntil, null);
  assert.equal(read('NaN').quietUntil, null);
  assert.equal(read(-5).quietUntil, null);
  assert.equal(read(20_790.5).quietUntil, null);
  assert.equal(read(TODAY + 400).quietUntil, TODAY + 400);
  assert.equal(read(TODAY + 5, TODAY + 1).lastAppeal, null);
  assert.equal(read(TODAY + 5, TODAY + 1).quietUntil, TODAY + 5, 'the rest stays');
  assert.equal(read(null, null, -1).stories, 0);
  assert.equal(read(null, null, 0, 100, TODAY).slot, null);
  assert.equal(read(null, null, 0, 7, TODAY - 91).slot, null, 'a slot is kept for 90 days');
  assert.equal(read(null, null, 0, 7, TODAY - 90).slot, 7);
  const views = read(null, null, 0, null, null, [
    [5, TODAY - 30],
    [5, TODAY - 29],
    ['x', TODAY],
  ]).views;
  assert.deepEqual(views, [[5, TODAY - 29]]);
});

test('another version, too long a text and no list start anew', () => {
  assert.deepEqual(readMemory('[2,20800]', TODAY), EMPTY);
  assert.deepEqual(readMemory(`[1,20800${' '.repeat(200)}]`, TODAY), EMPTY);
  assert.deepEqual(readMemory('{"0":1}', TODAY), EMPTY);
  assert.deepEqual(readMemory('null', TODAY), EMPTY);
});

test('a true view counts for the cap of its appeal and for the cool-down of all', () => {
  const seen = withView(withView(EMPTY, 'letter', TODAY - 3), 'letter', TODAY);
  assert.equal(viewsOf(seen, 'letter'), 2);
  assert.equal(viewsOf(seen, 'another'), 0);
  assert.equal(seen.lastAppeal, TODAY);
});

test('the text names no appeal', () => {
  const text = writeMemory(withView(EMPTY, 'stop-the-dam', TODAY));
  assert.doesNotMatch(text, /dam/);
  assert.ok(shortName('stop-the-dam') < 10_000);
});
