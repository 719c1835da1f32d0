/**
 * The processors that the newsroom file names, ready to be asked. The sandbox brings its own little bank along, unless one
 * already runs elsewhere (`TUPPENCE_SANDBOX_BANK`).
 */
import { join } from 'node:path';
import type { Clock } from '../calendar/index.ts';
import type { Processor } from '../giving/index.ts';
import { createSandboxProcessor } from '../processors/sandbox/index.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import { SANDBOX_DEFAULT_PORT, startSandbox } from './sandbox.ts';
import { sandboxSecrets } from './sandbox-secrets.ts';
import type { System } from './system.ts';

export interface OpenProcessors {
  /** In the order of the newsroom file. */
  readonly list: readonly Processor[];
  readonly sandboxOrigin: string | null;
  stop(): Promise<void>;
}

/** A processor that has not answered by then has not answered. */
const TIMEOUT_MS = 10_000;

export async function openProcessors(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly clock: Clock;
  /** Null: this process serves no pages, or is one of several that share a bank; then it starts none. */
  readonly webPort: number | null;
}): Promise<OpenProcessors> {
  const { system, open, clock } = options;
  const list: Processor[] = [];
  const stops: (() => Promise<void>)[] = [];
  let sandboxOrigin: string | null = null;
  for (const { kind, account } of open.newsroom.giving.processors) {
    switch (kind) {
      case 'sandbox': {
        const secrets = await sandboxSecrets({
          directory: join(open.dataDirectory, 'keys'),
          random: system.random,
        });
        const elsewhere = system.environment.TUPPENCE_SANDBOX_BANK;
        if (elsewhere === undefined || elsewhere === '') {
          if (options.webPort === null) throw new Error(oneBankForAll(account));
          const bank = await startSandbox({
            system,
            clock,
            dataDirectory: open.dataDirectory,
            secrets,
            port: Number(system.environment.TUPPENCE_SANDBOX_PORT ?? SANDBOX_DEFAULT_PORT),
            webhookUrl: `http://127.0.0.1:${options.webPort}/hooks/${account}`,
          });
          stops.push(() => bank.stop());
          sandboxOrigin = bank.origin;
        } else {
          sandboxOrigin = new URL(elsewhere).origin;
        }
        list.push(
          createSandboxProcessor({
            accountId: account,
            origin: sandboxOrigin,
            ...secrets,
            fetch: system.fetch,
            timeoutMs: TIMEOUT_MS,
          }),
        );
        break;
      }
    }
  }
  return {
    list,
    sandboxOrigin,
    async stop() {
      for (const stop of stops) await stop();
    },
  };
}

function oneBankForAll(account: string): string {
  return (
    'Processes that each run only a part share one practice bank. Start it by itself with ' +
    `"npm run tuppence -- sandbox-bank http://127.0.0.1:3000/hooks/${account}" and set TUPPENCE_SANDBOX_BANK to the address it prints.`
  );
}
