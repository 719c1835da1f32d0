import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Problem } from '../problems/index.ts';
import { Batcher } from './batcher.ts';

/** A write that lies open until the test ends it. */
class Held {
  readonly batches: { items: readonly number[]; end: () => void; fail: (error: Error) => void }[] =
    [];

  readonly write = (items: readonly number[]): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      this.batches.push({
        items,
        end: () => resolve(items.map((item) => `kept ${item}`)),
        fail: reject,
      });
    });

  batch(at: number) {
    const batch = this.batches[at];
    assert.ok(batch !== undefined, `batch ${at} was begun`);
    return batch;
  }
}

const breathe = () => new Promise((resolve) => setImmediate(resolve));
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => from + at);

function batcherOf(held: Pick<Held, 'write'>, options = {}): Batcher<number, string> {
  return new Batcher({ secondFrom: 1, waitingMax: 10_000, ...options, write: held.write });
}

function away(): Error {
  return Object.assign(new Error('connection lost'), { code: '08006' });
}

describe('writing together', () => {
  it('lets nobody wait who comes alone, and answers only when their own batch is written', async () => {
    const held = new Held();
    const batcher = batcherOf(held);
    const answered: string[] = [];
    const adding = numbers(0, 5).map((item) =>
      batcher.add(item).then((answer) => answered.push(answer)),
    );
    await breathe();
    assert.deepEqual(
      held.batches.map(({ items }) => items),
      [[0], [1]],
    );
    assert.deepEqual(answered, []);
    held.batch(1).end();
    await breathe();
    assert.deepEqual(answered, ['kept 1']);
    assert.deepEqual(held.batch(2).items, [2, 3, 4]);
    held.batch(0).end();
    held.batch(2).end();
    await Promise.all(adding);
    assert.deepEqual(
      answered.toSorted(),
      numbers(0, 5).map((item) => `kept ${item}`),
    );
  });

  it('begins a second batch only when as many wait as was said', async () => {
    const held = new Held();
    const batcher = batcherOf(held, { secondFrom: 3 });
    const adding = numbers(0, 3).map((item) => batcher.add(item));
    await breathe();
    assert.deepEqual(
      held.batches.map(({ items }) => items),
      [[0]],
    );
    adding.push(batcher.add(3));
    await breathe();
    assert.deepEqual(
      held.batches.map(({ items }) => items),
      [[0], [1, 2, 3]],
    );
    adding.push(...numbers(4, 20).map((item) => batcher.add(item)));
    await breathe();
    assert.equal(held.batches.length, 2, 'never a third');
    held.batch(0).end();
    held.batch(1).end();
    await breathe();
    held.batch(2).end();
    assert.equal((await Promise.all(adding)).length, 20);
  });

  it('writes at most five hundred together', async () => {
    const sizes: number[] = [];
    const batcher = batcherOf({
      write: async (items) => {
        sizes.push(items.length);
        return items.map(String);
      },
    });
    await Promise.all(numbers(0, 1203).map((item) => batcher.add(item)));
    assert.equal(Math.max(...sizes), 500);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      1203,
    );
  });

  it('lets what cannot be written fall on itself alone', async () => {
    const tried: (readonly number[])[] = [];
    const batcher = batcherOf(
      {
        write: async (items) => {
          tried.push(items);
          await breathe();
          const bad = items.find((item) => item % 10 === 7);
          if (bad !== undefined) throw new Error(`${bad} is refused`);
          return items.map((item) => `kept ${item}`);
        },
      },
      { secondFrom: 100 },
    );
    const results = await Promise.allSettled(numbers(0, 31).map((item) => batcher.add(item)));
    for (const [item, result] of results.entries()) {
      if (item % 10 === 7) {
        assert.ok(result.status === 'rejected' && /refused/.test(String(result.reason)));
      } else {
        assert.deepEqual(result, { status: 'fulfilled', value: `kept ${item}` });
      }
    }
    assert.deepEqual(
      tried.map(({ length }) => length),
      [1, 30, ...numbers(0, 30).map(() => 1)],
    );
  });

  it('tells everybody at once when the database is away, also in the middle of trying one by one', async () => {
    let calls = 0;
    const batcher = batcherOf(
      {
        write: async (items) => {
          calls += 1;
          await breathe();
          if (items.length > 1) throw new Error('one of them is refused');
          if (items[0] === 3) throw away();
          return items.map(String);
        },
      },
      { secondFrom: 100 },
    );
    const results = await Promise.allSettled(numbers(0, 9).map((item) => batcher.add(item)));
    assert.deepEqual(
      results.map(({ status }) => status === 'fulfilled'),
      numbers(0, 9).map((item) => item < 3),
    );
    assert.equal(calls, 5, 'those behind it were not tried');
    const lost = batcherOf({ write: () => Promise.reject(away()) }, { secondFrom: 100 });
    const refused = await Promise.allSettled(numbers(0, 5).map((item) => lost.add(item)));
    assert.ok(refused.every(({ status }) => status === 'rejected'));
  });

  it('refuses whom it would keep waiting too long, and takes others again afterwards', async () => {
    const held = new Held();
    const batcher = batcherOf(held, { secondFrom: 3, waitingMax: 3 });
    const inTime = numbers(0, 6).map((item) => batcher.add(item));
    await assert.doesNotReject(Promise.race([...inTime, breathe()]));
    const more = numbers(6, 7).map((item) => batcher.add(item));
    await assert.rejects(batcher.add(7), (error) => {
      return error instanceof Problem && error.code === 'UNAVAILABLE';
    });
    held.batch(0).end();
    held.batch(1).end();
    await breathe();
    held.batch(2).end();
    await Promise.all([...inTime, ...more]);
    const later = batcher.add(8);
    held.batch(3).end();
    assert.equal(await later, 'kept 8');
  });

  it('takes a write that does not answer everybody for a mistake, and leaves nobody waiting', async () => {
    const batcher = batcherOf(
      { write: async (items) => items.slice(1).map(String) },
      { secondFrom: 100 },
    );
    const results = await Promise.allSettled(numbers(0, 4).map((item) => batcher.add(item)));
    assert.ok(results.every(({ status }) => status === 'rejected'));
  });
});
