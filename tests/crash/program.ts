/**
 * A program of ours as a real process that can be killed: how it is started, when it is ready, how long that took, and what
 * it printed. A program that ends without having been killed while it stood is remembered; nothing else may end one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PROJECT = join(import.meta.dirname, '../..');
/** As a service manager would: a program that could not start is started again. */
const AGAIN_AFTER_MS = 300;
const READY_TIMEOUT_MS = 60_000;
/** The end of what it printed, kept for the message of a failed run. */
const KEPT_OUTPUT = 16_384;

export interface ProgramOptions {
  /** For people, such as `web 1`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Finds the sign of readiness in what it printed; the first group is what the program tells, such as its port. */
  readonly ready: RegExp;
}

/** One place for a program, through all its lives. */
export class Program {
  readonly name: string;
  readonly #options: ProgramOptions;
  #child: ChildProcess | undefined;
  #output = '';
  #told: string | undefined;
  #isWanted = true;
  #starting: Promise<void> | undefined;
  /** From spawning to readiness, one figure per life. */
  readonly startsMs: number[] = [];
  /** What went wrong with lives that nobody ended. */
  readonly deaths: string[] = [];
  /** Lines about requests that failed by our own fault. */
  readonly failures: string[] = [];

  constructor(options: ProgramOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** What it told when it became ready; undefined while it is not. */
  get told(): string | undefined {
    return this.#told;
  }

  /** Starts it, again and again until it stands. */
  start(): Promise<void> {
    this.#isWanted = true;
    this.#starting ??= this.#startUntilReady().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** `kill -9`, whatever it is doing, a start included. The next life begins at once, in the background. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    this.resume();
  }

  /** `kill -9`, and nobody starts it again until {@link resume}. */
  async pause(): Promise<void> {
    this.#isWanted = false;
    await this.#end('SIGKILL');
    await this.#starting?.catch(() => {});
  }

  /** Starts it in the background; what keeps it from starting is a finding. */
  resume(): void {
    void this.start().catch((error: unknown) => this.deaths.push(String(error)));
  }

  /** In order. @returns the exit code, or null when it was not running or had to be killed */
  async stop(): Promise<number | null> {
    this.#isWanted = false;
    const isReady = this.#told !== undefined;
    const child = await this.#end(isReady ? 'SIGTERM' : 'SIGKILL');
    return child?.exitCode ?? null;
  }

  get output(): string {
    return this.#output;
  }

  /** Where it stands, for the message of a failed run. */
  describe(): string {
    const child = this.#child;
    const life =
      child === undefined ? 'no process' : `process ${child.pid}, ${child.exitCode ?? 'lives'}`;
    const standing = this.#told === undefined ? 'not ready' : 'ready';
    return `${this.name}: ${standing}, ${life}, ${this.#starting ? 'being started' : 'left alone'}; ${this.deaths.join('; ')}; printed …${this.#output.slice(-600)}`;
  }

  async #end(signal: NodeJS.Signals): Promise<ChildProcess | undefined> {
    const child = this.#child;
    this.#child = undefined;
    this.#told = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
    return child;
  }

  async #startUntilReady(): Promise<void> {
    const until = performance.now() + READY_TIMEOUT_MS;
    while (this.#isWanted && this.#told === undefined) {
      const begunMs = performance.now();
      if (await this.#startOnce()) {
        this.startsMs.push(performance.now() - begunMs);
        return;
      }
      if (performance.now() > until) {
        throw new Error(`${this.name} does not start. It printed:\n${this.#output}`);
      }
      await wait(AGAIN_AFTER_MS);
    }
  }

  /** @returns whether it became ready; it may also have been killed on the way, or have given up without a database */
  #startOnce(): Promise<boolean> {
    const { args, environment } = this.#options;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: PROJECT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    let fresh = '';
    return new Promise((resolve) => {
      const hear = (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
        for (const line of text.split('\n')) {
          if (line.includes('"request-failed"')) this.failures.push(`${this.name}: ${line}`);
        }
        if (this.#told !== undefined || this.#child !== child) return;
        fresh += text;
        const found = this.#options.ready.exec(fresh);
        if (found === null) return;
        this.#told = found[1] ?? '';
        resolve(true);
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      child.once('exit', (code, signal) => {
        if (this.#child === child && this.#told !== undefined) this.#diedByItself(code ?? signal);
        resolve(false);
      });
    });
  }

  #diedByItself(how: number | string | null): void {
    this.#child = undefined;
    this.#told = undefined;
    this.deaths.push(`${this.name} ended by itself with ${how}:\n${this.#output.slice(-2_000)}`);
    this.resume();
  }
}
