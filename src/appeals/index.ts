export { saveAppeal, setSwitch } from './appeal-store.ts';
export { type Appeals, type AppealsOptions, createAppeals } from './appeals.ts';
export {
  type AppealCountsRow,
  type CountKind,
  countsPerAppeal,
  type Placement,
} from './counters.ts';
export { importAppeals, readAppealsFile } from './import-appeals.ts';
export {
  FRAME_HEIGHT,
  NOTE_HEIGHT,
  type NoteSlotOptions,
  noteSlot,
  quietMark,
} from './note-slot.ts';
export { type AppealRoutesDependencies, createAppealRoutes } from './routes.ts';
