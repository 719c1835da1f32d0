/** What a worker process is asked, and what it answers. */
import { z } from 'zod';

export const workQuestion = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('collector'), durationMs: z.number() }),
  z.object({ kind: z.literal('inbox'), durationMs: z.number() }),
  /** Told to settle the attempts from a number on. */
  z.object({
    kind: z.literal('settle'),
    durationMs: z.number(),
    callers: z.number(),
    from: z.number(),
  }),
]);

export const workResult = z.object({
  handled: z.number(),
  elapsedMs: z.number(),
  cpuMicroseconds: z.number(),
});
export type WorkResult = z.infer<typeof workResult>;
