/**
 * Working in the background until somebody asks us to stop, or until the newsroom is moved elsewhere. A stop lets each
 * worker end the batch in its hands, which gives back every lease; a worker that is killed leaves its leases to run out.
 */
import { Temporal } from 'temporal-polyfill';
import { readCustody } from '../database/index.ts';
import { startWorkerLoop, type Worker } from '../giving/index.ts';
import { errorFacts } from '../problems/index.ts';
import type { DemoState } from '../web/demo/demo-state.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

export async function work(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly demoState: DemoState | null;
  readonly workers: readonly Worker[];
}): Promise<void> {
  const { system, open, demoState, workers } = options;
  const moved = new AbortController();
  const leaveWhenMoved: Worker = {
    name: 'custody',
    async runOnce() {
      if ((await readCustody(open.db)).state === 'moved') {
        system.complain('This newsroom was just exported to live elsewhere. It stops here.');
        moved.abort();
      }
      return 0;
    },
  };
  const followed = demoState === null ? [] : [followDemo(demoState)];
  await startWorkerLoop([...workers, leaveWhenMoved, ...followed], {
    sleep: (duration, signal) =>
      system.sleep(Temporal.Duration.from(duration).total('milliseconds'), signal),
    signal: AbortSignal.any([system.stopSignal, moved.signal]),
    onFailure: (worker, error) =>
      system.log.error('worker-failed', { worker, ...errorFacts(error) }),
  });
}

/** Another process of the demo may have moved its clock on. */
function followDemo(demoState: DemoState): Worker {
  return {
    name: 'demo-clock',
    async runOnce() {
      await demoState.follow();
      return 0;
    },
  };
}
