export { type CellText, type CsvError, type CsvText, csvCell, csvRow, readCsvCell } from './csv.ts';
export type { AppealCounts, DemoControls, DeskReports } from './reports.ts';
export { createDeskRoutes, type DeskRoutesDependencies } from './routes.ts';
export { createDeskSessions, type DeskSessions } from './session.ts';
