/**
 * One set-up at a time: two starts at once must not both write `node_modules`. The second waits, says so, and then
 * finds the work done. A lock whose holder has died is taken over.
 */
import {
  appendFileSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownFolder } from './folder.mjs';

/** A holder that is still there after this long is stuck, or another process has got its number. */
const STUCK_AFTER_MS = 20 * 60_000;

let held;

/** While we hold the lock: a program that works for us, and may outlive us. */
export function helpedBy(pid) {
  if (held !== undefined && pid !== undefined) appendFileSync(held, ` ${pid}`);
}

/** Runs `work` while holding the lock, unless `isDone()` says there is nothing left to do. */
export async function alone(project, isDone, work) {
  const path = join(ownFolder(project), 'setup.lock');
  let said = false;
  while (!take(path)) {
    if (!said) process.stderr.write('Another start is setting things up; waiting for it …\n');
    said = true;
    await sleep(200);
    removeIfAbandoned(path);
  }
  held = path;
  const release = () => {
    held = undefined;
    remove(path);
  };
  process.once('exit', release);
  try {
    return isDone() ? undefined : await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfAbandoned(path) {
  const holder = read(path);
  if (holder === undefined || !isAbandoned(path, holder)) return;
  // Moved aside first: if in this moment somebody else replaced the lock, it is his and goes back.
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) === holder) remove(aside);
    else renameSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isAbandoned(path, holder) {
  try {
    if (Date.now() - statSync(path).mtimeMs > STUCK_AFTER_MS) return true;
    // Empty: its holder is between making the file and writing his number, for a moment.
    if (holder === '') return Date.now() - statSync(path).mtimeMs > 5_000;
    return holder.split(' ').every((pid) => isGone(Number(pid)));
  } catch (error) {
    return error.code === 'ENOENT';
  }
}

function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function remove(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
