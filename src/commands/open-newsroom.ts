/**
 * What most commands begin with: the newsroom file, the database (the server named by `DATABASE_URL`, else the built-in
 * one), its shape brought up to date, and the keys that live outside of it.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkServer } from '../database/durability.ts';
import { startEmbeddedPostgres } from '../database/embedded/index.ts';
import { type Db, openDatabase } from '../database/index.ts';
import { migrate } from '../database/migrate.ts';
import { describeNewsroomProblem, type Newsroom, readNewsroom } from '../newsroom/index.ts';
import { isReadableAccent } from '../web/style/accent.ts';
import { dataDirectoryOf } from './data-directory.ts';
import type { System } from './system.ts';

export interface OpenNewsroom {
  readonly newsroom: Newsroom;
  /** Names the line of the newsroom file that a sentence is about. */
  readonly complaint: NewsroomComplaint;
  readonly isDemo: boolean;
  readonly db: Db;
  readonly databaseUrl: string;
  /** Keys and other files that must not be in the database or its backups. */
  readonly dataDirectory: string;
  close(): Promise<void>;
}

/** "newsroom.yaml, line 12: giving.processors.0.account: …" */
export type NewsroomComplaint = (path: readonly (string | number)[], sentence: string) => string;

export const DEMO_NEWSROOM_FILE = 'demo/newsroom.yaml';

/**
 * Opens everything, or throws an error whose message tells a person what to do.
 * @param options.shape `as-it-is`: the database is not migrated; a restored one gets the shape of its export first
 */
export async function openNewsroom(
  system: System,
  options: {
    readonly shape?: 'newest' | 'as-it-is';
    readonly applicationName?: string;
  } = {},
): Promise<OpenNewsroom> {
  const file = system.environment.TUPPENCE_NEWSROOM;
  const isDemo = file === undefined || file === '';
  const { newsroom, complaint } = await readFileOrExplain(
    isDemo ? join(system.projectDirectory, DEMO_NEWSROOM_FILE) : file,
  );
  const dataDirectory = dataDirectoryOf(system);
  // Root's must be open for passing through (not for reading): the built-in server runs as another user.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await mkdir(dataDirectory, { recursive: true, mode });

  const server = await databaseServer({ system, dataDirectory });
  const database = openDatabase({
    url: server.url,
    applicationName: options.applicationName ?? 'tuppence command',
    onConnectionLost: () => system.log.warn('database-connection-lost'),
  });
  try {
    const server = await checkServer(database.db);
    if (server.refusals.length > 0) throw new Error(server.refusals.join('\n'));
    for (const warning of server.warnings) system.complain(warning);
    if (options.shape !== 'as-it-is') await migrate({ db: database.db, clock: system.clock });
  } catch (error) {
    await database.close();
    await server.stop();
    throw error;
  }
  return {
    newsroom,
    complaint,
    isDemo,
    db: database.db,
    databaseUrl: server.url,
    dataDirectory,
    async close() {
      await database.close();
      await server.stop();
    },
  };
}

async function databaseServer(options: {
  readonly system: System;
  readonly dataDirectory: string;
}): Promise<{ readonly url: string; stop(): Promise<unknown> }> {
  const url = options.system.environment.DATABASE_URL;
  if (url !== undefined && url !== '') return { url, stop: async () => {} };
  return startEmbeddedPostgres({
    directory: join(options.dataDirectory, 'postgres'),
    random: options.system.random,
    report: options.system.print,
  });
}

async function readFileOrExplain(
  file: string,
): Promise<Pick<OpenNewsroom, 'newsroom' | 'complaint'>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new Error(`The newsroom file ${file} cannot be read. Check TUPPENCE_NEWSROOM.`);
  }
  const reading = readNewsroom(text);
  if (!reading.ok) {
    const lines = reading.problems.map((problem) => describeNewsroomProblem(problem, file));
    throw new Error(
      `The newsroom file needs a change before Tuppence can start:\n  ${lines.join('\n  ')}`,
    );
  }
  if (!isReadableAccent(reading.newsroom.accent)) {
    throw new Error(
      `${file}: accent: ${reading.newsroom.accent} is too light to be read on paper white; choose a darker colour.`,
    );
  }
  const { newsroom, lineOf } = reading;
  return {
    newsroom,
    complaint: (path, message) =>
      describeNewsroomProblem({ line: lineOf(path), field: path.join('.'), message }, file),
  };
}
