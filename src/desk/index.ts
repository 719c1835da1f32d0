export type { AppealCounts, DemoControls, DeskReports } from './reports.ts';
export { createDeskRoutes, type DeskRoutesDependencies } from './routes.ts';
export { createDeskSessions, type DeskSessions } from './session.ts';
