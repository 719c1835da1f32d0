/**
 * Processes of a benchmark: the server under test, the bare server beside it and the load generator, each a program of its
 * own, pinned to a core where `taskset` exists, so that the load does not slow down what it measures.
 *
 * They speak over the channel that Node opens between parent and child: one question, one answer.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';

/** Everything that serves is on one core, everything that asks on another. */
export type Core = 'server' | 'load';
const CORES: Readonly<Record<Core, string>> = { server: '0', load: '1' };

const START_TIMEOUT_MS = 60_000;

export const canPin: boolean =
  availableParallelism() >= 2 &&
  spawnSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' }).status === 0;

export class Child {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts a program of this folder and waits for its first message. */
  static async start(options: {
    readonly script: string;
    readonly core: Core;
    readonly settings: unknown;
  }): Promise<Child> {
    const script = join(import.meta.dirname, options.script);
    const node = [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      script,
      JSON.stringify(options.settings),
    ];
    const [program = '', ...args] = canPin ? ['taskset', '-c', CORES[options.core], ...node] : node;
    const child = new Child(
      spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    );
    await child.#next(START_TIMEOUT_MS);
    return child;
  }

  /** Asks and waits for the answer. */
  async ask<T>(question: object, answer: z.ZodType<T>, timeoutMs = 120_000): Promise<T> {
    const next = this.#next(timeoutMs);
    this.#process.send(question);
    return answer.parse(await next);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // The program ends in order when its channel closes.
    if (child.connected) child.disconnect();
    const cut = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(cut);
  }

  #next(timeoutMs: number): Promise<unknown> {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        child.off('message', heard);
        child.off('exit', died);
        settle();
      };
      const heard = (message: unknown) => finish(() => resolve(message));
      const died = () => finish(() => reject(new Error('A process of the benchmark ended early.')));
      const timer = setTimeout(
        () => finish(() => reject(new Error('A process of the benchmark did not answer.'))),
        timeoutMs,
      );
      child.once('message', heard);
      child.once('exit', died);
    });
  }
}

/** The other side of {@link Child}: answers questions until the channel closes. */
export function answerParent(options: {
  readonly ready: unknown;
  readonly answer: (question: unknown) => unknown;
  readonly stop: () => Promise<void>;
}): void {
  process.on('message', (question) => {
    Promise.resolve(options.answer(question)).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => {
    void options.stop().finally(() => process.exit(0));
  });
  process.send?.(options.ready);
}

/** What a child was started with. */
export function settingsOf<T>(schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(process.argv[2] ?? 'null'));
}
