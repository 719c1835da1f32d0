/** Backup and move: everything a newsroom knows, into a folder and back. */
export { ExportRefusal, type Manifest } from './manifest.ts';
export { moveAway } from './move-away.ts';
export { findExport, type OpenExport, openExport, readIdentityFile } from './open-export.ts';
export { type Restored, restoreExport } from './restore-export.ts';
export { refuseTaken, writeExport } from './write-export.ts';
