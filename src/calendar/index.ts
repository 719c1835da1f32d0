export { type Clock, Instant, ManualClock, PlainDate } from './clock.ts';
export type { Random } from './random.ts';
export { isUuid, uuidV5, uuidV7 } from './uuid.ts';
