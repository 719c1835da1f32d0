export { type CalendarEntry, calendarFile } from './calendar-file.ts';
export { createReminderRoutes, type ReminderRoutesDependencies } from './routes.ts';
