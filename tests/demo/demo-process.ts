/**
 * The demo as a real process of its own, on a database of its own: for journeys in a browser, and for kills.
 *
 * Everything goes through the same command line that a person uses; what the tests know of it is what it prints.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '../../src/database/testing/test-database.ts';

const PROJECT = join(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 30_000;

export interface DemoProcess {
  readonly frontUrl: string;
  readonly storyUrl: string;
  readonly supportUrl: string;
  /** Works once. */
  readonly deskUrl: string;
  readonly bankUrl: string;
  readonly origin: string;
  readonly process: ChildProcess;
  /** Everything it printed so far, both streams. */
  output(): string;
  /** Ctrl-C. Resolves to the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9`: nothing is told, nothing is tidied. */
  kill(): Promise<void>;
}

export interface DemoPlace {
  readonly databaseUrl: string;
  readonly dataDirectory: string;
  close(): Promise<void>;
}

/** A database and a folder that outlive the process, so that it can be killed and started again. */
export async function demoPlace(): Promise<DemoPlace> {
  const database = await testDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tuppence-demo-'));
  return {
    databaseUrl: database.url,
    dataDirectory,
    async close() {
      await database.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** Starts the demo and resolves when it says that it is open. Rejects with what it printed otherwise. */
export async function startDemo(
  place: DemoPlace,
  environment: Readonly<Record<string, string>> = {},
): Promise<DemoProcess> {
  const child = spawn(process.execPath, ['src/main.ts', 'start'], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: place.databaseUrl,
      TUPPENCE_DATA: place.dataDirectory,
      TUPPENCE_NEWSROOM: '',
      PORT: '0',
      TUPPENCE_SANDBOX_PORT: '0',
      ...environment,
    },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await opened(child, () => output);
  return describeDemo(child, () => output);
}

function opened(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => finish(new Error(`not open in time:\n${output()}`)),
      START_TIMEOUT_MS,
    );
    const look = () => {
      if (output().includes('Ctrl-C stops it.')) finish();
    };
    const ended = () => finish(new Error(`ended before it was open:\n${output()}`));
    const finish = (error?: Error) => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('exit', ended);
      if (error === undefined) resolve();
      else reject(error);
    };
    child.stdout?.on('data', look);
    child.on('exit', ended);
  });
}

function describeDemo(child: ChildProcess, output: () => string): DemoProcess {
  const address = (label: string): string => {
    const found = new RegExp(`^\\s*${label}\\s+(http\\S+)`, 'm').exec(output())?.[1];
    if (found === undefined) throw new Error(`no address for "${label}" in:\n${output()}`);
    return found;
  };
  const exited = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => resolve(code)),
  );
  return {
    frontUrl: address('Front page'),
    storyUrl: address('A story'),
    supportUrl: address('Support'),
    deskUrl: address('The desk'),
    bankUrl: address('Sandbox bank'),
    origin: new URL(address('Front page')).origin,
    process: child,
    output,
    stop() {
      child.kill('SIGINT');
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
