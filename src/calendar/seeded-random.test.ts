import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, SeededRandom } from './index.ts';

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('one seed gives one sequence, another seed another', () => {
  const first = new SeededRandom(1);
  const again = new SeededRandom(1);
  assert.deepEqual(first.bytes(37), again.bytes(37));
  assert.equal(first.uuid(), again.uuid());
  assert.notDeepEqual(new SeededRandom(1).bytes(16), new SeededRandom(2).bytes(16));
  assert.notDeepEqual(new SeededRandom(1).bytes(16), new SeededRandom(2 ** 32 + 1).bytes(16));
});

test('bytes look even', () => {
  const counts = new Array<number>(256).fill(0);
  for (const byte of new SeededRandom(3).bytes(256_000)) counts[byte] = (counts[byte] ?? 0) + 1;
  for (const count of counts) assert.ok(count > 800 && count < 1200, `${count} of about 1000`);
});

test('ids are version 7, unlike each other, and in order of time', () => {
  const random = new SeededRandom(5);
  const ids = Array.from({ length: 2000 }, () => random.uuid());
  for (const id of ids) assert.match(id, UUID_7);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
});

test('with a clock, an id carries its time', () => {
  const clock = new ManualClock('2026-11-25T12:00:00Z');
  const id = new SeededRandom(5, clock).uuid();
  assert.equal(
    Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16),
    clock.now().epochMilliseconds,
  );
});

test('a number below a bound reaches all of them and no other', () => {
  const random = new SeededRandom(9);
  const seen = new Set(Array.from({ length: 500 }, () => random.below(6)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5]);
});
