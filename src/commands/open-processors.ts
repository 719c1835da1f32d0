/**
 * The processors that the newsroom file names, ready to be asked. The sandbox brings its own little bank along, unless one
 * already runs elsewhere (`TUPPENCE_SANDBOX_BANK`).
 */
import { join } from 'node:path';
import type { Clock } from '../calendar/index.ts';
import type { Processor } from '../giving/index.ts';
import type { ProcessorEntry } from '../newsroom/index.ts';
import { assert } from '../problems/index.ts';
import type { OpenProcessor } from '../processors/common/index.ts';
import { createSandboxProcessor } from '../processors/sandbox/index.ts';
import { listedCountries } from '../safety/index.ts';
import type { AccountPayPages } from '../web/pay-pages.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import { asOffered } from './processors/as-offered.ts';
import { offerProblems } from './processors/offer-problems.ts';
import { openCompanies, PROCESSOR_TIMEOUT_MS } from './processors/open-companies.ts';
import { SANDBOX_DEFAULT_PORT, startSandbox } from './sandbox.ts';
import { sandboxSecrets } from './sandbox-secrets.ts';
import type { System } from './system.ts';

export interface OpenProcessors {
  /** In the order of the newsroom file, narrowed to what it is offered for. */
  readonly list: readonly Processor[];
  /** Pay pages of ours, for those that have some. */
  readonly payPages: readonly AccountPayPages[];
  readonly sandboxOrigin: string | null;
  stop(): Promise<void>;
}

interface OpenProcessorsOptions {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly clock: Clock;
  /** Null: this process serves no pages, or is one of several that share a bank; then it starts none. */
  readonly webPort: number | null;
}

/**
 * Opens every account, or none: a newsroom must not find out from its supporters that one of its ways to pay is missing.
 * @throws Error whose message names each line or setting to change
 */
export async function openProcessors(options: OpenProcessorsOptions): Promise<OpenProcessors> {
  const { open } = options;
  const companies = await openCompanies(options);
  refuse(companies.complaints);
  const opened: OpenProcessor[] = [];
  const stops: (() => Promise<void>)[] = [];
  let sandboxOrigin: string | null = null;
  const entries = open.newsroom.giving.processors;
  for (const [at, entry] of entries.entries()) {
    const company = companies.opened.get(at);
    if (company !== undefined) {
      opened.push(company);
      continue;
    }
    assert(entry.kind === 'sandbox', 'every account at a company was opened');
    const sandbox = await openSandbox(options, entry);
    sandboxOrigin = sandbox.origin;
    opened.push({ processor: sandbox.processor, payPages: null });
    stops.push(sandbox.stop);
  }
  const stop = async () => {
    for (const each of stops) await each();
  };
  try {
    refuse(offerComplaints(open, opened));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    list: entries.flatMap((entry, at) => {
      const processor = opened[at]?.processor;
      return processor === undefined ? [] : [asOffered(processor, entry)];
    }),
    payPages: opened.flatMap(({ processor, payPages }) =>
      payPages === null ? [] : [{ accountId: processor.accountId, routes: payPages }],
    ),
    sandboxOrigin,
    stop,
  };
}

function refuse(complaints: readonly string[]): void {
  if (complaints.length === 0) return;
  throw new Error(
    `The ways to pay need a change before Tuppence can start:\n  ${complaints.join('\n  ')}`,
  );
}

function offerComplaints(
  { newsroom, complaint }: OpenNewsroom,
  opened: readonly OpenProcessor[],
): readonly string[] {
  const problems = offerProblems({
    newsroom,
    processors: opened.map(({ processor }) => processor),
    listed: listedCountries({ added: newsroom.safety.listed }),
  });
  return problems.map(({ path, sentence }) => complaint(path, sentence));
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
    timeoutMs: PROCESSOR_TIMEOUT_MS,
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
