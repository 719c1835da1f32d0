import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../calendar/index.ts';
import { Problem } from '../problems/index.ts';
import { createNumberHash } from './number-hash.ts';
import { makeSupporterNumber } from './supporter-number.ts';

const random = new SeededRandom(11);
const pepper = random.bytes(32);
const number = makeSupporterNumber(random);

test('the same number and key give the same hash; another key or number another', async () => {
  const hash = createNumberHash(pepper);
  const first = await hash(number);
  assert.equal(first.length, 32);
  assert.deepEqual(await hash(number), first);
  assert.deepEqual(await createNumberHash(pepper)(number), first);
  assert.notDeepEqual(await hash(makeSupporterNumber(random)), first);
  assert.notDeepEqual(await createNumberHash(random.bytes(32))(number), first);
});

test('the hash does not hold up the main thread', async () => {
  let turns = 0;
  let isDone = false;
  const counted = new Promise<void>((resolve) => {
    const turn = (): void => {
      turns += 1;
      if (isDone) resolve();
      else setImmediate(turn);
    };
    turn();
  });
  await createNumberHash(pepper)(number);
  isDone = true;
  await counted;
  assert.ok(turns > 10, `the loop went on turning (${turns} times)`);
});

test('a line that grows too long is turned away, and everybody in it is served', async () => {
  const hash = createNumberHash(pepper, { waitingLimit: 6 });
  const all = await Promise.allSettled(Array.from({ length: 12 }, () => hash(number)));
  const refused = all.filter((one) => one.status === 'rejected');
  // Two at work and six in line.
  assert.equal(refused.length, 4);
  for (const one of all.slice(0, 8)) assert.equal(one.status, 'fulfilled');
  for (const one of refused) {
    assert.ok(one.reason instanceof Problem && one.reason.code === 'TOO_MANY_REQUESTS');
  }
  // Places were given back: the next one is served at once.
  assert.equal((await hash(number)).length, 32);
});
