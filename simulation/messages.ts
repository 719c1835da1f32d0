/** What the parent and the processes that live the seeds say to each other. */
import { z } from 'zod';

export const order = z.strictObject({
  /** Lived in this order. */
  seeds: z.array(z.number().int().nonnegative()),
  /** Each seed twice, the two histories compared. */
  twice: z.boolean(),
});
export type Order = z.infer<typeof order>;

export const seedReport = z.strictObject({
  seed: z.number(),
  hash: z.string(),
  breaches: z.array(z.strictObject({ rule: z.string(), says: z.string() })),
  stops: z.number(),
  statements: z.number(),
  days: z.number(),
  crashes: z.number(),
  charges: z.number(),
  commands: z.record(z.string(), z.number()),
});

export const answer = z.strictObject({ reports: z.array(seedReport) });
export type Answer = z.infer<typeof answer>;
