import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createPacer } from './pacer.ts';

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, end: resolve, fail: reject };
}

const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
};

describe('the pacer', () => {
  it('lets only so many of one endpoint be under way, and others pass', async () => {
    const pacer = createPacer({ atOnce: 3, reading: 1, writing: 2, waitingMax: 10 });
    const begun: string[] = [];
    const jobs = ['a1', 'a2', 'a3', 'b1', 'b2'].map((name) => {
      const job = held();
      const done = pacer.run(name.charAt(0), async () => {
        begun.push(name);
        return await job.work();
      });
      return { name, done, ...job };
    });
    await settle();
    assert.deepEqual(begun, ['a1', 'a2', 'b1']);
    jobs[3]?.end('over');
    await settle();
    // The place of b1 is b2's: a3 has to wait for one of its own.
    assert.deepEqual(begun, ['a1', 'a2', 'b1', 'b2']);
    jobs[0]?.fail(new Error('no'));
    await assert.rejects(async () => await jobs[0]?.done, /no/);
    await settle();
    assert.deepEqual(begun.at(-1), 'a3');
    for (const job of jobs) job.end('over');
    assert.deepEqual(
      await Promise.all(jobs.slice(1).map(({ done }) => done)),
      Array(4).fill('over'),
    );
  });

  it('does not let wait whom it cannot serve', async () => {
    const pacer = createPacer({ atOnce: 1, reading: 1, writing: 1, waitingMax: 1 });
    const first = held();
    const running = pacer.run('a', first.work);
    const waiting = pacer.run('a', async () => 'served');
    assert.equal(await pacer.run('a', async () => 'never'), 'busy');
    first.end('done');
    assert.deepEqual(await Promise.all([running, waiting]), ['done', 'served']);
  });

  it('keeps its limits and serves everybody, in any order of beginnings and ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('GET a', 'POST a', 'POST b'), { maxLength: 40 }),
        fc.scheduler(),
        async (endpoints, scheduler) => {
          const limits = { atOnce: 4, reading: 1, writing: 2, waitingMax: 100 };
          const pacer = createPacer(limits);
          const underWay = new Map<string, number>();
          const all = endpoints.map((endpoint) =>
            pacer.run(endpoint, async () => {
              underWay.set(endpoint, (underWay.get(endpoint) ?? 0) + 1);
              const counts = [...underWay.values()];
              assert.ok(counts.every((count) => count <= limits.writing));
              assert.ok((underWay.get('GET a') ?? 0) <= limits.reading);
              assert.ok(counts.reduce((sum, count) => sum + count, 0) <= limits.atOnce);
              await scheduler.schedule(Promise.resolve());
              underWay.set(endpoint, (underWay.get(endpoint) ?? 0) - 1);
              return 'served';
            }),
          );
          await scheduler.waitFor(Promise.all(all));
          assert.deepEqual(
            await Promise.all(all),
            endpoints.map(() => 'served'),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
