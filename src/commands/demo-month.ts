/**
 * "Advance one month" in the demo: the days are walked one by one, as they would have passed, and each day the same workers
 * run as in production.
 */
import { runWorkersUntilIdle, type Worker } from '../giving/index.ts';
import type { DemoState } from '../web/demo/demo-state.ts';

const DAY_MS = 86_400_000;
const ROUNDS_PER_DAY = 50;
/** Renewals are collected in the morning, so a month that ends before noon goes on until then. */
const COLLECTED_BY = { hour: 12 } as const;

/** @returns how many rows the workers handled */
export async function advanceOneMonth(options: {
  readonly demoState: DemoState;
  readonly workers: readonly Worker[];
  readonly zone: string;
}): Promise<number> {
  const { demoState, workers } = options;
  const from = demoState.now().toZonedDateTimeISO(options.zone);
  const days = from.until(from.add({ months: 1 }), { largestUnit: 'days' }).days;
  let handled = 0;
  const passTime = async (durationMs: number) => {
    await demoState.advanceMs(durationMs);
    handled += (await runWorkersUntilIdle(workers, ROUNDS_PER_DAY)).handled;
  };
  for (let day = 0; day < days; day += 1) await passTime(DAY_MS);
  const end = demoState.now().toZonedDateTimeISO(options.zone);
  const untilCollected = end.until(end.withPlainTime(COLLECTED_BY)).total('milliseconds');
  if (untilCollected > 0) await passTime(untilCollected);
  return handled;
}
