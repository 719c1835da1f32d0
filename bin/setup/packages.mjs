/**
 * Makes `node_modules` hold exactly what `package-lock.json` says.
 *
 * npm leaves a list of what it installed; comparing the two lists and looking for each folder takes a few milliseconds,
 * so every start can afford it, and a checkout of newer sources installs what they need by itself. Packages' own install
 * scripts are never run: nothing we use needs one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone } from './lock.mjs';
import { npm } from './npm.mjs';
import { SetupProblem } from './problem.mjs';

/**
 * Installs what is missing. Packages for development count only `withDevelopment`: a server that was installed without
 * them, and has no network now, must start. Throws a SetupProblem that says what to do.
 */
export async function ensurePackages(project, { withDevelopment }) {
  const isDone = () => missingPackages(project, { withDevelopment }).length === 0;
  if (isDone()) return;
  await alone(project, isDone, () => install(project, isDone));
}

async function install(project, isDone) {
  const started = Date.now();
  process.stderr.write('Installing what Tuppence needs (once, about 300 MB on disk) …\n');
  const everything = ['--include=dev', '--include=optional'];
  const doing = 'installing packages';
  if (existsSync(join(project, 'node_modules', '.package-lock.json'))) {
    // Adds what is missing and leaves the rest in place, so that a Tuppence that is running keeps running.
    await npm({ args: ['install', '--no-save', ...everything], cwd: project, doing });
  }
  if (!isDone()) await npm({ args: ['ci', ...everything], cwd: project, doing });
  remember(project);
  const missing = missingPackages(project, { withDevelopment: true });
  if (missing.length > 0) {
    throw new SetupProblem(
      `npm said it installed everything, but ${missing.slice(0, 3).join(', ')} ${missing.length > 3 ? 'and others are' : 'is'} missing. Delete the folder node_modules and run the same command again.`,
    );
  }
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

/** Names of the packages that should be there and are not, or are there in another version. */
export function missingPackages(project, { withDevelopment }) {
  const wanted = readJson(join(project, 'package-lock.json'))?.packages;
  if (wanted === undefined) {
    throw new SetupProblem(
      'The file package-lock.json is missing or broken, so this copy is not whole. Get a fresh one, or bring it back with: git checkout -- package-lock.json',
    );
  }
  const installed = readJson(join(project, 'node_modules', '.package-lock.json'))?.packages;
  if (installed === undefined) return missingByLooking(project, wanted, withDevelopment);
  const tried = remembered(project) === fingerprint(project);
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && (withDevelopment || entry.dev !== true))
    .filter(([path, entry]) => {
      const there = installed[path];
      if (there === undefined) return !(isElsewhere(entry) || (entry.optional === true && tried));
      return there.version !== entry.version || !existsSync(join(project, path, 'package.json'));
    })
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
}

/** pnpm and yarn keep no such list; then the packages we name ourselves must be there in the right version. */
function missingByLooking(project, wanted, withDevelopment) {
  const { dependencies = {}, devDependencies = {} } = wanted[''] ?? {};
  const ours = withDevelopment ? { ...dependencies, ...devDependencies } : dependencies;
  return Object.keys(ours).filter((name) => {
    const there = readJson(join(project, 'node_modules', name, 'package.json'));
    return there?.version !== wanted[`node_modules/${name}`]?.version;
  });
}

/** A package for another kind of machine; npm leaves it out. */
function isElsewhere(entry) {
  const fits = (list, own) =>
    list === undefined ||
    ((list.includes(own) || list.every((name) => name.startsWith('!'))) &&
      !list.includes(`!${own}`));
  const libc = process.platform === 'linux' ? libcFamily() : undefined;
  const libcFits = libc === undefined || fits(entry.libc, libc);
  return !(fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && libcFits);
}

let libcName;
function libcFamily() {
  libcName ??=
    process.report?.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  return libcName;
}

const notePath = (project) => join(project, 'node_modules', '.tuppence-installed');

function fingerprint(project) {
  return createHash('sha256')
    .update(readFileSync(join(project, 'package-lock.json')))
    .digest('hex');
}

/** Notes that npm was asked for exactly this; an optional package it could not get is not asked for at every start. */
function remember(project) {
  writeFileSync(notePath(project), fingerprint(project));
}

function remembered(project) {
  return existsSync(notePath(project)) ? readFileSync(notePath(project), 'utf8') : undefined;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
