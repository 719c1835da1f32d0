/**
 * A worker process: the real workers of the money core over a database, with the processor that answers at once. Asked
 * to, it runs one of them over and over for so long, or settles payments that are told to it, and says how many it did.
 */
import { z } from 'zod';
import { openDatabase } from '../../src/database/index.ts';
import { givingContext } from '../../src/giving/context.ts';
import { createInboxWorker } from '../../src/giving/inbox/inbox.ts';
import { createCollector } from '../../src/giving/renewals/collector.ts';
import { applyEvidence } from '../../src/giving/settling/apply-evidence.ts';
import { answerParent, settingsOf } from '../child.ts';
import { realClock, realRandom } from '../real-world.ts';
import { createInstantProcessor, instantEvidence } from './instant-processor.ts';
import { answerUsage } from './usage.ts';
import { type WorkResult, workQuestion } from './work.ts';

const ACCOUNT = 'sandbox-1';

const settings = settingsOf(z.object({ databaseUrl: z.string() }));
const { db, close } = openDatabase({ url: settings.databaseUrl });
const context = givingContext({
  db,
  clock: realClock,
  random: realRandom,
  processors: [createInstantProcessor(ACCOUNT)],
  settings: {
    zone: 'UTC',
    statementText: 'BENCH',
    refusedCountries: () => [],
    publicOrigin: () => 'http://localhost',
    pageSecret: new Uint8Array(32).fill(5),
    limits: () => ({ minimum: 100n, maximum: 1_000_000n }),
  },
});
await context.ready();
const workers = { collector: createCollector(context), inbox: createInboxWorker(context) } as const;

answerParent({
  ready: { ready: true },
  answer: (question) => work(workQuestion.parse(question)),
  stop: close,
});

async function work(question: z.infer<typeof workQuestion>): Promise<WorkResult> {
  const before = answerUsage(0).cpuMicroseconds;
  const startedAt = performance.now();
  const until = startedAt + question.durationMs;
  let handled = 0;
  if (question.kind === 'settle') handled = await settleMany(question, until);
  else {
    const worker = workers[question.kind];
    while (performance.now() < until) {
      const some = await worker.runOnce();
      if (some === 0) throw new Error(`nothing was left for the ${question.kind} to do`);
      handled += some;
    }
  }
  const elapsedMs = performance.now() - startedAt;
  return { handled, elapsedMs, cpuMicroseconds: answerUsage(0).cpuMicroseconds - before };
}

/** The attempts of a row of numbers, by some callers at once, each its own. */
async function settleMany(
  { callers, from }: { readonly callers: number; readonly from: number },
  until: number,
): Promise<number> {
  let next = from;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) {
        next += 1;
        const { objectRef, attemptId, evidence } = instantEvidence(idOf('a', next));
        const report = { attemptId, accountId: ACCOUNT, objectRef, evidence };
        const applied = await applyEvidence(context, report);
        if (applied !== 'settled') throw new Error(`a payment was answered with ${applied}`);
      }
    }),
  );
  return next - from;
}

function idOf(kind: string, n: number): string {
  const hex = `${kind}${n.toString(16).padStart(31, '0')}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
