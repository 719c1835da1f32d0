/**
 * The project's own folder for what is made on this machine: `.tuppence`. It can always be deleted, except for the
 * database in it.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from './problem.mjs';

/** Makes `.tuppence/NAME…` and returns its path. Root's may be entered by others: the database runs as another user. */
export function ownFolder(project, ...names) {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  let path = join(project, '.tuppence');
  try {
    if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, mode);
    for (const name of names) {
      path = join(path, name);
      mkdirSync(path, { recursive: true, mode: 0o755 });
    }
  } catch (error) {
    throw explain(`making the folder ${path}`, error.message);
  }
  return path;
}
