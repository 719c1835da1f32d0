/**
 * Starts the sandbox bank: its books from the journal, its doors for merchants, payers and developers, its webhooks.
 *
 * The bank is a company of its own: merchants reach it over HTTP only, whether it runs in a process of its own or, in
 * the demo, on another port of the same one. It listens on the local machine unless told otherwise, because it is a toy
 * with real manners and must never be taken for a bank.
 */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Clock, Random } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import { createApi } from './api.ts';
import { problem } from './api-once.ts';
import { Bank } from './bank.ts';
import { createDeveloperRoutes } from './control-routes.ts';
import { FaultBox } from './faults.ts';
import { LostAnswers } from './lost-answers.ts';
import { createMoneyRoutes } from './money-routes.ts';
import { createPayRoutes } from './pay-routes.ts';
import { missingPage, troublePage, wantedLanguage } from './state-pages.ts';
import type { Timers } from './timers.ts';
import { WebhookPlan } from './webhook-plan.ts';
import { WebhookSender } from './webhook-sender.ts';

export interface SandboxBankOptions {
  /** 0 takes any free port. A port in use rejects the start with `EADDRINUSE`. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Made when missing. One bank per file. */
  readonly journalFile: string;
  readonly clock: Clock;
  readonly random: Random;
  /** What merchants show as a bearer token. */
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Where webhooks go; `null` sends none. */
  readonly webhookUrl: string | null;
  readonly timers: Timers;
  /** What webhooks are sent with. */
  readonly fetch: typeof globalThis.fetch;
}

export interface SandboxBank {
  /** Such as `http://127.0.0.1:4001`. */
  readonly origin: string;
  /** Breaks off connections and webhooks, writes what waits, and closes the journal. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Resolves when the bank answers. Rejects when the port is taken (`EADDRINUSE`), the journal is damaged
 * (`DamagedJournal`) or another bank uses it (`JournalInUse`).
 */
export async function startSandboxBank(options: SandboxBankOptions): Promise<SandboxBank> {
  assert(options.secretKey.length >= 16, 'the bank has a secret key worth the name');
  assert(options.webhookSecret.length >= 16, 'the bank has a webhook secret worth the name');
  const bank = await Bank.open(options);
  const stopping = new AbortController();
  const { app, sender } = composeBank(bank, options, stopping.signal);
  const host = options.host ?? '127.0.0.1';
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, host, () => resolve());
    });
  } catch (error) {
    await bank.close();
    throw error;
  }
  sender.resume();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping.abort();
    await sender.stop();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
    await bank.close();
  };
  return {
    origin: originOf(server.address(), host),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function composeBank(bank: Bank, options: SandboxBankOptions, stopped: AbortSignal) {
  const { secretKey, timers } = options;
  const faults = new FaultBox();
  const plan = new WebhookPlan();
  const sender = new WebhookSender({
    bank,
    plan,
    url: options.webhookUrl,
    secret: options.webhookSecret,
    timers,
    fetch: options.fetch,
  });
  bank.onEvent((event) => sender.handle(event));
  const lostAnswers = new LostAnswers({
    bank,
    faults,
    delayWebhooks: (paymentId, delayMs) => sender.delayPayment(paymentId, delayMs),
  });
  const app = new Hono<{ Bindings: HttpBindings }>();
  // The one place that makes every answer wait until a crash can no longer take back what it says.
  app.use('*', async (_c, next) => {
    await next();
    await bank.durable();
  });
  app.route('/v1', createApi({ bank, faults, lostAnswers, secretKey, timers, stopped }));
  app.route('/', createPayRoutes({ bank, lostAnswers }));
  app.route('/', createMoneyRoutes({ bank }));
  app.route('/', createDeveloperRoutes({ bank, controls: { faults, plan, sender } }));
  app.notFound((c) => missingPage(wantedLanguage(c.req.raw)));
  app.onError((_error, c) =>
    c.req.path.startsWith('/v1/')
      ? problem(500, 'internal')
      : troublePage(wantedLanguage(c.req.raw)),
  );
  return { app, sender };
}

function originOf(address: AddressInfo | string | null, host: string): string {
  assert(address !== null && typeof address === 'object', 'a listening server has a port');
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
