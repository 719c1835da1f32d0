export { saveAppeal, setSwitch } from './appeal-store.ts';
export { type Appeals, type AppealsOptions, createAppeals } from './appeals.ts';
export { choose, inOrder } from './choose.ts';
export type { CountKind, Placement } from './count.ts';
export { type AppealCountsRow, countsPerAppeal } from './counters.ts';
export { type DeviceMemory, shortName, soundMemory } from './device-memory.ts';
export * from './experiments/index.ts';
export { importAppeals, readAppealsFile } from './import-appeals.ts';
export { noteAtOnce, type ReadyResponse } from './note-response.ts';
export {
  FRAME_HEIGHT,
  NOTE_HEIGHT,
  type NoteSlotOptions,
  noteSlot,
  quietMark,
} from './note-slot.ts';
export { QUIET_TIMES, quietUntil } from './quiet.ts';
export { type AppealRoutesDependencies, createAppealRoutes } from './routes.ts';
export { type Facts, RULES, type RuleId } from './rules.ts';
