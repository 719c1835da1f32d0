export { type CalendarEntry, calendarFile } from './calendar-file.ts';
export { nextPayDay } from './pay-day.ts';
export { createReminderRoutes, type ReminderRoutesDependencies } from './routes.ts';
