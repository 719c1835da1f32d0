export { type Clock, Instant, ManualClock, millisecondClock, PlainDate } from './clock.ts';
export {
  addDays,
  addMonths,
  compareDays,
  type Day,
  daysBetween,
  daysInMonth,
  dayText,
  isDay,
  isLeapYear,
  parseDay,
} from './day.ts';
export {
  CATCH_UP_DAYS,
  type CatchUp,
  catchUp,
  type Due,
  type DueSchedule,
  type DueUnit,
  dueDate,
  dueSeries,
  latestDue,
  nextDue,
} from './due.ts';
export { collectionInstant, dayIn, instantAt, isZone } from './instant.ts';
export type { Random } from './random.ts';
export {
  REMINDER_DATE_CHOICES,
  type ReminderDateChoice,
  reminderDate,
} from './reminder-date.ts';
export { SeededRandom } from './seeded-random.ts';
export { smallHash } from './small-hash.ts';
export { isUuid, uuidV5, uuidV7 } from './uuid.ts';
