/** What a server tells of itself: its port, and the time the processor has spent on it so far. */
import { z } from 'zod';

export const usage = z.object({ port: z.number(), cpuMicroseconds: z.number() });

export function answerUsage(port: number): z.infer<typeof usage> {
  const { user, system } = process.cpuUsage();
  return { port, cpuMicroseconds: user + system };
}

/** "Answer this request over and over, without a socket." */
export const inProcessQuestion = z.object({
  kind: z.literal('in-process'),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  durationMs: z.number(),
});
export const inProcessResult = z.object({ answered: z.number(), cpuMicroseconds: z.number() });
