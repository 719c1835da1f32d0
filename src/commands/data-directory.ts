/** Where a newsroom keeps what must not be in its database: keys, country data, and the built-in server's own files. */
import { join } from 'node:path';
import type { System } from './system.ts';

export function dataDirectoryOf(system: Pick<System, 'environment' | 'projectDirectory'>): string {
  return system.environment.TUPPENCE_DATA ?? join(system.projectDirectory, '.tuppence');
}

export function countryDataFolder(dataDirectory: string): string {
  return join(dataDirectory, 'geo');
}
