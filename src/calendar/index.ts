export { type Clock, Instant, ManualClock, PlainDate } from './clock.ts';
export type { Random } from './random.ts';
