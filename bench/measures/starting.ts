/**
 * From the command to the first answer: on an empty folder (the database is made, migrated and filled), and again. Beside
 * it stands what Node itself needs to start and say one word.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Figure, Measure, MeasureTools } from '../figure.ts';
import { halfSpread, median } from '../statistics.ts';

const FIRST_LIMIT_MS = 5_000;
const AGAIN_LIMIT_MS = 3_000;
const ROUNDS = 5;
const GIVE_UP_MS = 60_000;
const ASK_AGAIN_MS = 5;

export const starting: Measure = {
  name: 'start',
  about: 'first start on an empty folder, and restart, until the first answer',
  async run(tools) {
    const rounds = Math.max(3, Math.round(ROUNDS * tools.effort));
    const first: number[] = [];
    const again: number[] = [];
    const node: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      tools.progress(`start ${round + 1} of ${rounds}`);
      const data = join(tools.directory, `data-${round}`);
      first.push(await startOnce(tools, data));
      node.push(await bareNode());
      again.push(await startOnce(tools, data));
      await rm(data, { recursive: true, force: true });
    }
    return [
      figure({
        name: 'start.first',
        what: 'first start on an empty folder, to the first answer',
        tookMs: first,
        node,
        limit: FIRST_LIMIT_MS,
      }),
      figure({
        name: 'start.again',
        what: 'restart to the first answer',
        tookMs: again,
        node,
        limit: AGAIN_LIMIT_MS,
      }),
    ];
  },
};

function figure(options: {
  readonly name: string;
  readonly what: string;
  readonly tookMs: readonly number[];
  readonly node: readonly number[];
  readonly limit: number;
}): Figure {
  const { name, what, tookMs, node, limit } = options;
  const ratios = tookMs.map((took, round) => (node[round] ?? Number.NaN) / took);
  const medianMs = median(tookMs);
  return {
    name,
    what,
    absolute: `${(medianMs / 1000).toFixed(2)} s`,
    ratio: median(ratios),
    spread: halfSpread(ratios),
    baseline: `Node starting and stopping, ${median(node).toFixed(0)} ms`,
    budget: `< ${limit / 1000} s`,
    holds: medianMs < limit,
  };
}

/** Starts the real command, asks until it answers, and stops it as a person would. @returns milliseconds to the answer */
async function startOnce(tools: MeasureTools, data: string): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(tools.project, 'bin', 'tuppence.mjs'), 'start'], {
    cwd: tools.project,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      TUPPENCE_DATA: data,
      PORT: String(port),
      TUPPENCE_SANDBOX_PORT: '0',
      DATABASE_URL: '',
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    for (;;) {
      const tookMs = performance.now() - startedAt;
      if (await answers(port)) return performance.now() - startedAt;
      if (child.exitCode !== null || tookMs > GIVE_UP_MS) throw new Error('It did not start.');
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function bareNode(): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', () => resolve(performance.now() - startedAt));
  });
}
