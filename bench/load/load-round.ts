/** What the load generator is asked, and what it answers. */
import { z } from 'zod';

const headers = z.record(z.string(), z.string());

const what = z.discriminatedUnion('kind', [
  /** The same GET again and again. */
  z.object({ kind: z.literal('same'), path: z.string(), headers }),
  /** POST /support, a new gift each time. */
  z.object({ kind: z.literal('gifts'), every: z.enum(['once', 'month']), headers }),
  /** POST /hooks/…, a new signed message each time. */
  z.object({ kind: z.literal('events'), account: z.string(), secret: z.string() }),
]);
export type LoadWhat = z.infer<typeof what>;

export const loadRound = z.object({
  port: z.number(),
  callers: z.number(),
  durationMs: z.number(),
  /** Any other status ends the benchmark: a fast refusal is no result. */
  status: z.number(),
  what,
});
export type LoadRound = z.infer<typeof loadRound>;

export const roundResult = z.object({
  answered: z.number(),
  elapsedMs: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});
export type RoundResult = z.infer<typeof roundResult>;
