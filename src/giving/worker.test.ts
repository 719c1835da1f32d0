import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runWorkersUntilIdle, startWorkerLoop, type Worker } from './worker.ts';

function worker(name: string, results: (number | Error)[]): Worker & { runs: number } {
  return {
    name,
    runs: 0,
    async runOnce() {
      this.runs += 1;
      const result = results.shift() ?? 0;
      if (result instanceof Error) throw result;
      return result;
    },
  };
}

describe('running workers until idle', () => {
  it('ends with the first round in which nobody found anything', async () => {
    const a = worker('a', [3, 0, 1]);
    const b = worker('b', [0, 2]);
    assert.deepEqual(await runWorkersUntilIdle([a, b], 10), { handled: 6, idle: true });
    assert.equal(a.runs, 4);
  });

  it('stops at the limit and says so', async () => {
    const busy = worker('busy', Array(100).fill(1));
    assert.deepEqual(await runWorkersUntilIdle([busy], 5), { handled: 5, idle: false });
    await assert.rejects(runWorkersUntilIdle([busy], 0), /positive/);
  });
});

describe('the loop', () => {
  it('sleeps only when idle or failed, lets no failure stop another worker, and ends on the signal', async () => {
    const stop = new AbortController();
    const failures: string[] = [];
    const broken = worker('broken', [new Error('x'), new Error('y')]);
    const busy = worker('busy', [5, 5, 5]);
    const pauses: string[] = [];
    await startWorkerLoop([broken, busy], {
      signal: stop.signal,
      sleep: async (duration) => {
        pauses.push(JSON.stringify(duration));
        if (busy.runs >= 4 && broken.runs >= 3) stop.abort();
      },
      onFailure: (name) => failures.push(name),
    });
    assert.deepEqual(failures, ['broken', 'broken']);
    assert.deepEqual(
      pauses.filter((pause) => pause !== '{"seconds":2}'),
      ['{"seconds":1}'],
      'the first failure waits a second, the second two',
    );
    assert.ok(busy.runs >= 4);
  });

  it('waits longer with each failure in a row, and starts over after a success', async () => {
    const stop = new AbortController();
    const failure = new Error('x');
    const weak = worker('weak', [...Array(5).fill(failure), 1, failure]);
    const pauses: unknown[] = [];
    await startWorkerLoop([weak], {
      signal: stop.signal,
      sleep: async (duration) => {
        pauses.push(duration);
        if (weak.runs === 7) stop.abort();
      },
    });
    assert.deepEqual(
      pauses,
      [1, 2, 5, 10, 10, 1].map((seconds) => ({ seconds })),
    );
  });
});
