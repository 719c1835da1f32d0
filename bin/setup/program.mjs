/**
 * Runs the program and stays out of its way: its terminal is ours, Ctrl-C is its own business (we only wait), a request
 * to end is passed on, and its exit code becomes ours. If we are killed, the open channel between us breaks and the
 * program stops by itself.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupProblem } from './problem.mjs';

const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/tuppence', import.meta.url));

/** Runs `script` with `node` and resolves to the exit code. */
export function runProgram({ node, script, args }) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    cwd: whereThePersonStands(),
    env: {
      // What was compiled once is kept, TypeScript and all: a start takes 0.6 of the processor's time and less than half as
      // long. Node keys it by content and version, and goes without where it may not write.
      NODE_COMPILE_CACHE: COMPILED,
      ...process.env,
      // Programs that the program starts get the same Node.
      PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // On a terminal, Ctrl-C reaches every process of the group by itself. Without one perhaps only we were told; the
  // program may hear it twice then, and so is asked by the signal that can be repeated without harm.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => {
    if (!onTerminal) child.kill('SIGTERM');
  });
  whenNpmIsGone(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new SetupProblem(`The Node at ${node} could not be started: ${error.message}`));
    });
    child.on('exit', (code, signal) => {
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/**
 * npm passes SIGTERM on to the shell between us and it, and the shell dies of it without telling us; a killed npm tells
 * nobody. Either way the person asked for the end of it, so it must not run on unseen.
 */
function whenNpmIsGone(act) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const npm = npmAbove(parent);
  const watching = setInterval(() => {
    const alone = process.ppid !== parent || (npm !== undefined && npmAbove(parent) !== npm);
    if (!alone) return;
    clearInterval(watching);
    act();
  }, 500);
  watching.unref();
}

/** Process id of the npm that waits for this shell (Linux), or undefined: some shells give their place to us. */
function npmAbove(shell) {
  try {
    const stat = readFileSync(`/proc/${shell}/stat`, 'utf8');
    const above = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const name = readFileSync(`/proc/${above}/comm`, 'utf8');
    return name.startsWith('npm') ? above : undefined;
  } catch {
    return undefined;
  }
}

/** npm changes to the project's folder first; file names on the command line are meant from where the person stands. */
function whereThePersonStands() {
  const before = process.env.INIT_CWD;
  const startedByNpm = process.env.npm_lifecycle_event !== undefined;
  return startedByNpm && before !== undefined && existsSync(before) ? before : process.cwd();
}
