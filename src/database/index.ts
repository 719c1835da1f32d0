export { type Db, openDatabase, type Tx } from './connection.ts';
export type { Database } from './tables.ts';
