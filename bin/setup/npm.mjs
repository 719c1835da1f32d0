/**
 * Runs npm quietly: its output is kept for the error message, and people see a short line every few seconds.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { helpedBy } from './lock.mjs';
import { explain, SetupProblem } from './problem.mjs';

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];

/** npm's own patience (10 s, then 60 s) leaves people before a silent screen; this gives up after some 15 s. */
const RETRIES = {
  npm_config_fetch_retries: '4',
  npm_config_fetch_retry_factor: '2',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '8000',
};

/**
 * The environment for npm. `npm --prefix FOLDER start` hands the folder on as the place of global packages and of the
 * computer's npm settings, which the inner npm would then not find.
 */
function environmentFor(cwd) {
  const environment = { ...RETRIES, ...process.env, npm_config_update_notifier: 'false' };
  const prefix = environment.npm_config_prefix;
  if (prefix !== undefined && cwd.startsWith(resolve(prefix))) {
    for (const name of ['prefix', 'global_prefix', 'globalconfig']) {
      delete environment[`npm_config_${name}`];
    }
  }
  return environment;
}

/** The npm that started us, else the one beside this Node, else the one on the PATH. */
function npmCommand() {
  const started = process.env.npm_execpath;
  if (started !== undefined && basename(started) === 'npm-cli.js' && existsSync(started)) {
    return { file: process.execPath, args: [started] };
  }
  const home = dirname(process.execPath);
  for (const modules of [join(home, 'node_modules'), join(home, '..', 'lib', 'node_modules')]) {
    const script = join(modules, 'npm', 'bin', 'npm-cli.js');
    if (existsSync(script)) return { file: process.execPath, args: [script] };
  }
  return { file: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

/**
 * Runs one npm command in `cwd` and returns what it printed. `doing` completes the sentence "… failed while …".
 * Throws a SetupProblem.
 */
export async function npm({ args, cwd, doing }) {
  const command = npmCommand();
  const started = Date.now();
  const ticking = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stderr.write(`  … still ${doing}, ${seconds} s\n`);
  }, 10_000);
  try {
    const { code, output, errors } = await collect(command, [...args, ...QUIET], cwd);
    if (code !== 0) throw explain(doing, `${errors}\n${code === undefined ? '' : output}`);
    return output;
  } finally {
    clearInterval(ticking);
  }
}

const ENDING = ['SIGTERM', 'SIGHUP', 'SIGINT'];

function collect(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, [...command.args, ...args], {
      cwd,
      // npm on Windows is a script that only a shell can start; no argument of ours holds a blank.
      shell: command.file.endsWith('.cmd'),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: environmentFor(cwd),
    });
    helpedBy(child.pid);
    // Whoever ends us means npm too; left alone it would go on writing node_modules.
    const end = (signal) => {
      child.kill(signal);
      process.exit(128 + constants.signals[signal]);
    };
    for (const signal of ENDING) process.once(signal, end);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', (error) => {
      if (error.code !== 'ENOENT') return reject(explain('starting npm', error.message));
      reject(
        new SetupProblem(
          'npm was not found, and it is needed once to install what Tuppence uses. Install Node with npm (nodejs.org, or your system’s "nodejs" and "npm" packages) and run the same command again.',
        ),
      );
    });
    child.on('close', (code) => {
      for (const signal of ENDING) process.off(signal, end);
      resolve({ code: code ?? undefined, output, errors });
    });
  });
}
