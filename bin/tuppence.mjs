#!/usr/bin/env node
/**
 * The one entry: `npm start`, `npm test` and every other command come here.
 *
 * It is plain JavaScript without dependencies, because it runs before anything is installed and on a Node that may be
 * too old for the rest. It installs what is missing, finds or fetches a Node that runs TypeScript, starts the program
 * with it and gets out of the way: the program owns the terminal and Ctrl-C, and notices by itself if we die.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suitableNode } from './setup/node.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { SetupProblem } from './setup/problem.mjs';
import { runProgram } from './setup/program.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const [command = 'help', ...rest] = process.argv.slice(2);
const OWN_PROGRAMS = new Map([
  ['test', 'tests/run.ts'],
  ['bench', 'bench/run.ts'],
  ['simulate', 'simulation/run.ts'],
  ['crash', 'tests/crash/run.ts'],
  ['sequences', 'simulation/sequences/run.ts'],
  ['companies', 'simulation/adapters/run.ts'],
  ['small-worlds', 'simulation/small-worlds/run.ts'],
  ['experiments', 'simulation/experiments/run.ts'],
]);

try {
  await ensurePackages(project, { withDevelopment: OWN_PROGRAMS.has(command) });
  const node = await suitableNode(project);
  process.exitCode = await runProgram({ node, ...programFor(command) });
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  process.stderr.write(`\nTuppence cannot start. ${error.message}\n\n`);
  process.exitCode = 1;
}

/** Tests and benchmarks have programs of their own, so that the one that serves readers carries nothing of them. */
function programFor(name) {
  const own = OWN_PROGRAMS.get(name);
  const script = join(project, own ?? 'src/main.ts');
  if (!existsSync(script)) {
    throw new SetupProblem(
      `The file ${script} is missing, so this copy is not whole. Get a fresh one, or bring the file back with: git checkout -- .`,
    );
  }
  return { script, args: own === undefined ? [name, ...rest] : rest };
}
