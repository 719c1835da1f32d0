/**
 * A processor that answers at once: it opens a page, takes what it is asked to charge, and says of every payment that it
 * succeeded with the amount that all gifts of a benchmark have. Its messages are signed and checked as the sandbox's are,
 * by the sandbox adapter itself.
 */
import type { Processor } from '../../src/giving/index.ts';
import { money } from '../../src/money/index.ts';
import { createSandboxProcessor } from '../../src/processors/sandbox/index.ts';
import { realClock } from '../real-world.ts';

/** Nobody's secret: it signs nothing but the messages of a benchmark. */
export const BENCH_WEBHOOK_SECRET = 'bench-bench-bench-bench-bench';

/** What every gift of a benchmark is for. */
export const BENCH_MONEY = money(500n, 'USD');

/** An attempt as it stands in the instant processor's books: paid, by one charge of its own. */
export function instantEvidence(attemptId: string) {
  return {
    kind: 'evidence',
    objectRef: `pay_${attemptId}`,
    attemptId,
    evidence: {
      state: 'succeeded',
      chargeRef: `ch_${attemptId}`,
      money: BENCH_MONEY,
      happenedAt: realClock.now(),
      payerCountry: null,
      mandate: null,
      fee: null,
    },
  } as const;
}

export function createInstantProcessor(accountId: string): Processor {
  const sandbox = createSandboxProcessor({
    accountId,
    origin: 'http://127.0.0.1:1',
    secretKey: BENCH_WEBHOOK_SECRET,
    webhookSecret: BENCH_WEBHOOK_SECRET,
    fetch: () => Promise.reject(new Error('a benchmark asks no bank')),
    timeoutMs: 1000,
  });
  return {
    ...sandbox,
    openHostedPayment: async (order) => ({
      kind: 'opened',
      objectRef: `pay_${order.idempotencyKey}`,
      pageUrl: `http://127.0.0.1:1/pay/pay_${order.idempotencyKey}`,
    }),
    chargeMandate: async (order) => instantEvidence(order.idempotencyKey),
    lookUp: async (question) =>
      instantEvidence(question.attemptId ?? question.objectRef.replace('pay_', '')),
  };
}
