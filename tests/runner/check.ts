/**
 * A check that is one program: the compiler, the linter. It counts as one test; its words are shown only if it fails.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Screen } from './screen.ts';
import type { Tally } from './tally.ts';

export interface Check {
  readonly name: string;
  /** A script below the project, run by this Node. */
  readonly script: string;
  readonly args: readonly string[];
}

export async function runCheck(project: string, check: Check, screen: Screen): Promise<Tally> {
  const step = screen.step(check.name);
  const { code, output } = await run(project, check);
  const passed = code === 0;
  step.end(passed ? 'ok' : 'FAILED');
  if (!passed) screen.show(output);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

function run(project: string, check: Check): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(project, check.script), ...check.args], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
