/**
 * Starting the sandbox bank: inside the demo on a port of its own, or as a process of its own.
 */
import { join } from 'node:path';
import type { Clock } from '../calendar/index.ts';
import { type SandboxBank, startSandboxBank } from '../processors/sandbox/index.ts';
import type { SandboxSecrets } from './sandbox-secrets.ts';
import type { System } from './system.ts';

export const SANDBOX_DEFAULT_PORT = 4000;
/** An address apart from the newsroom's `localhost`: cookies do not tell ports apart. */
const HOST = '127.0.0.1';
const PORTS_TRIED = 50;

export interface SandboxStart {
  readonly system: System;
  readonly clock: Clock;
  readonly dataDirectory: string;
  readonly secrets: SandboxSecrets;
  /** The first port to try; the next free one is taken. 0 takes any. */
  readonly port: number;
  readonly webhookUrl: string | null;
}

export async function startSandbox(options: SandboxStart): Promise<SandboxBank> {
  const { system } = options;
  for (let tried = 0; ; tried += 1) {
    try {
      return await startSandboxBank({
        host: HOST,
        port: options.port === 0 ? 0 : options.port + tried,
        journalFile: join(options.dataDirectory, 'sandbox-bank.journal'),
        clock: options.clock,
        random: system.random,
        ...options.secrets,
        webhookUrl: options.webhookUrl,
        timers: {
          async sleep(ms, signal) {
            await system.sleep(ms, signal);
            signal.throwIfAborted();
          },
        },
        fetch: system.fetch,
      });
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || tried >= PORTS_TRIED) throw error;
    }
  }
}
