/**
 * A processor that opens a page at once and knows nothing else. Its messages are signed and checked as the sandbox's are,
 * by the sandbox adapter itself.
 */
import type { Processor } from '../../src/giving/index.ts';
import { createSandboxProcessor } from '../../src/processors/sandbox/index.ts';

/** Nobody's secret: it signs nothing but the messages of a benchmark. */
export const BENCH_WEBHOOK_SECRET = 'bench-bench-bench-bench-bench';

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
  };
}
