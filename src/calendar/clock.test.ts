import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millisecondClock } from './clock.ts';

test('a millisecond clock follows the system, back as well as forth, and makes one instant per millisecond', () => {
  let ms = 1_790_000_000_000;
  const clock = millisecondClock(() => ms);
  const first = clock.now();
  assert.equal(first.toString(), '2026-09-21T14:13:20Z');
  assert.equal(clock.now(), first);
  ms += 1;
  assert.equal(clock.now().epochMilliseconds, ms);
  ms -= 5_000;
  assert.equal(clock.now().epochMilliseconds, ms);
});
