/**
 * The processors that the newsroom file names, ready to be asked. The sandbox brings its own little bank along, unless one
 * already runs elsewhere (`TUPPENCE_SANDBOX_BANK`).
 */
import { join } from 'node:path';
import type { Clock } from '../calendar/index.ts';
import type { Processor } from '../giving/index.ts';
import type { ProcessorEntry } from '../newsroom/index.ts';
import { createSandboxProcessor } from '../processors/sandbox/index.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import { asOffered } from './processors/as-offered.ts';
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

interface OpenProcessorsOptions {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly clock: Clock;
  /** Null: this process serves no pages, or is one of several that share a bank; then it starts none. */
  readonly webPort: number | null;
}

export async function openProcessors(options: OpenProcessorsOptions): Promise<OpenProcessors> {
  const list: Processor[] = [];
  const stops: (() => Promise<void>)[] = [];
  let sandboxOrigin: string | null = null;
  for (const [at, entry] of options.open.newsroom.giving.processors.entries()) {
    switch (entry.kind) {
      case 'sandbox': {
        const sandbox = await openSandbox(options, entry);
        sandboxOrigin = sandbox.origin;
        list.push(asOffered(sandbox.processor, entry));
        stops.push(sandbox.stop);
        break;
      }
      case 'stripe':
      case 'paypal':
      case 'btcpay':
        // Refused and not left out: a newsroom must not find out from its supporters that nobody can pay.
        throw new Error(
          options.open.complaint(
            ['giving', 'processors', at, 'kind'],
            `this version of Tuppence cannot open ${entry.kind} accounts yet; take the entry out`,
          ),
        );
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

/** The sandbox, with its bank: one that runs elsewhere, or one of this process. */
async function openSandbox(
  options: OpenProcessorsOptions,
  entry: ProcessorEntry,
): Promise<{ readonly processor: Processor; readonly origin: string; stop(): Promise<void> }> {
  const { system, open, clock, webPort } = options;
  const { account } = entry;
  const secrets = await sandboxSecrets({
    directory: join(open.dataDirectory, 'keys'),
    random: system.random,
  });
  const elsewhere = system.environment.TUPPENCE_SANDBOX_BANK;
  const bank =
    elsewhere === undefined || elsewhere === ''
      ? await startSandbox({
          system,
          clock,
          dataDirectory: open.dataDirectory,
          secrets,
          port: Number(system.environment.TUPPENCE_SANDBOX_PORT ?? SANDBOX_DEFAULT_PORT),
          webhookUrl: `http://127.0.0.1:${portOf(webPort, account)}/hooks/${account}`,
        })
      : { origin: new URL(elsewhere).origin, stop: async () => {} };
  const processor = createSandboxProcessor({
    accountId: account,
    origin: bank.origin,
    ...secrets,
    fetch: system.fetch,
    timeoutMs: TIMEOUT_MS,
  });
  return { processor, origin: bank.origin, stop: () => bank.stop() };
}

function portOf(webPort: number | null, account: string): number {
  if (webPort === null) throw new Error(oneBankForAll(account));
  return webPort;
}

function oneBankForAll(account: string): string {
  return (
    'Processes that each run only a part share one practice bank. Start it by itself with ' +
    `"npm run tuppence -- sandbox-bank http://127.0.0.1:3000/hooks/${account}" and set TUPPENCE_SANDBOX_BANK to the address it prints.`
  );
}
