export type {
  AccountBalance,
  AppealTotal,
  DemoControls,
  DeskAlarm,
  DeskReports,
  GiftTotal,
  PledgeTotal,
} from './reports.ts';
export { createDeskRoutes, type DeskRoutesDependencies } from './routes.ts';
export { createDeskSessions, type DeskSessions } from './session.ts';
