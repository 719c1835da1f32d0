export { Batcher, type BatcherOptions } from './batcher.ts';
export {
  type Db,
  type OpenDatabase,
  type OpenDatabaseOptions,
  openDatabase,
  type Tx,
} from './connection.ts';
export { type Custody, readCustody } from './custody.ts';
export { checkServer, type ServerCheck } from './durability.ts';
export {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/index.ts';
export { type MigrateOptions, MigrationError, migrate } from './migrate.ts';
export type { Database } from './tables.ts';
export { isDatabaseUnreachable } from './unreachable.ts';
export { jsonb } from './values.ts';
