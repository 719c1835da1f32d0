/**
 * `npm start`: one process that runs everything. The order matters: the address is known before anything that must name
 * it, the database is up to date before anything reads it, and nothing is served before all of it stands.
 */
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import type { Clock } from '../calendar/index.ts';
import { createDeskSessions } from '../desk/index.ts';
import { runWorkersUntilIdle, startWorkerLoop } from '../giving/index.ts';
import { demoLetterbox, type Mailer, smtpMailer } from '../letters/index.ts';
import { BROWSER_SCRIPTS, buildBrowserScript } from '../page/index.ts';
import { errorFacts } from '../problems/index.ts';
import {
  type Asker,
  type CountrySource,
  clientAddress,
  type DecidePlace,
  decidePlace,
  ownHost,
  proxyList,
} from '../safety/index.ts';
import { createKeyFiles } from '../supporters/index.ts';
import { createApplication } from '../web/application.ts';
import { demoCountrySources, isDemoTorExit } from '../web/demo/demo-readers.ts';
import { DemoState } from '../web/demo/demo-state.ts';
import { listen, type WebServer } from '../web/server.ts';
import { appealCounts } from './appeal-counts.ts';
import { createFeatures, type Features } from './features.ts';
import { type OpenNewsroom, openNewsroom } from './open-newsroom.ts';
import { openProcessors } from './open-processors.ts';
import { seedDemo } from './seed-demo.ts';
import type { System } from './system.ts';

const DEFAULT_PORT = 3000;
const HOST = '127.0.0.1';
/** Running requests get this long to end when we are asked to stop. */
const STOP_GRACE_MS = 3_000;
/** "Advance one month": days are walked one by one, as they would have passed. */
const DAY_MS = 86_400_000;
const ROUNDS_PER_DEMO_DAY = 50;
/** Renewals are collected in the morning, so a month that ends before noon goes on until then. */
const COLLECTED_BY = { hour: 12 } as const;

export async function start(system: System): Promise<number> {
  const open = await openNewsroom(system);
  let server: WebServer | undefined;
  try {
    server = await listen({ host: HOST, port: wishedPort(system) });
    return await run({ system, open, server });
  } finally {
    await server?.stop(STOP_GRACE_MS);
    await open.close();
  }
}

function wishedPort(system: System): number {
  const text = system.environment.PORT ?? String(DEFAULT_PORT);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT is "${text}"; it must be a number from 0 to 65535.`);
  }
  return port;
}

async function run(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly server: WebServer;
}): Promise<number> {
  const { system, open, server } = options;
  const { newsroom, db } = open;
  const origin = newsroom.origin ?? `http://localhost:${server.port}`;
  const demoState = open.isDemo ? new DemoState({ db, realClock: system.clock }) : null;
  await demoState?.load();
  const clock: Clock = demoState ?? system.clock;
  const keys = await createKeyFiles(join(open.dataDirectory, 'keys'), system.random);
  const processors = await openProcessors({ system, open, clock, webPort: server.port });
  const letterbox = demoLetterbox();
  try {
    const features = createFeatures({
      db,
      clock,
      random: system.random,
      log: system.log,
      newsroom,
      processors: processors.list,
      keys,
      mailer: chooseMailer({ system, open, letterbox }),
      origin,
    });
    if (open.isDemo)
      await seedDemo({
        db,
        clock,
        random: system.random,
        newsroom,
        projectDirectory: system.projectDirectory,
      });
    const sessions = createDeskSessions({ db, clock: system.clock, random: system.random });
    const sources: readonly CountrySource[] = demoState === null ? [] : demoCountrySources(clock);
    const application = createApplication({
      db,
      clock,
      random: system.random,
      log: system.log,
      newsroom,
      origin,
      giving: features.giving,
      appeals: features.appeals,
      contacts: features.contacts,
      supporters: features.supporters,
      processors: processors.list,
      listed: features.listed,
      decidePlace: placeDecision({
        open,
        server,
        demoState,
        sources,
        clock,
        listed: features.listed,
      }),
      desk: {
        sessions,
        reports: {
          giving: features.giving,
          appealCounts: () =>
            appealCounts({ db, clock, appeals: features.appeals, zone: newsroom.zone }),
          whyNobodyIsAsked: () =>
            sources.length >= 2
              ? null
              : 'no country data is loaded, and without it nobody is known to be safe.',
        },
        demo:
          demoState === null
            ? null
            : {
                now: () => clock.now(),
                advanceOneMonth: () =>
                  advanceOneMonth({ demoState, features, zone: newsroom.zone }),
              },
      },
      demo:
        demoState === null
          ? null
          : {
              state: demoState,
              letters: () => letterbox.letters(),
              bankOrigin: processors.sandboxOrigin ?? origin,
            },
    });
    server.serve(application);
    await announce({
      system,
      open,
      server,
      origin,
      link: await sessions.issueLink(),
      sandboxOrigin: processors.sandboxOrigin,
    });
    // Made while nobody waits for them; a script that does not compile is told by the first request for it.
    for (const name of BROWSER_SCRIPTS) void buildBrowserScript(name).catch(() => undefined);
    await startWorkerLoop(features.workers, {
      sleep: (duration, signal) =>
        system.sleep(Temporal.Duration.from(duration).total('milliseconds'), signal),
      signal: system.stopSignal,
      onFailure: (worker, error) =>
        system.log.error('worker-failed', { worker, ...errorFacts(error) }),
    });
    await features.appeals.flush();
    return 0;
  } finally {
    await server.stop(STOP_GRACE_MS);
    await processors.stop();
  }
}

/** `null`: nobody carries letters; they wait in the outbox. */
function chooseMailer(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly letterbox: Mailer;
}): Mailer | null {
  const url = options.system.environment.SMTP_URL;
  const { newsroom, isDemo } = options.open;
  if (url !== undefined && url !== '') {
    const { from_name: name, from_address: address } = newsroom.letters;
    return smtpMailer({ url, from: { name, address } });
  }
  if (isDemo) return options.letterbox;
  options.system.complain('SMTP_URL is not set: letters wait in the outbox until it is.');
  return null;
}

/** Where a request comes from: in a demo the place the viewer pretends to be in, and from there on as in production. */
function placeDecision(options: {
  readonly open: OpenNewsroom;
  readonly server: WebServer;
  readonly demoState: DemoState | null;
  readonly sources: readonly CountrySource[];
  readonly clock: Clock;
  readonly listed: readonly string[];
}): DecidePlace {
  const { server, demoState, sources, clock } = options;
  const listed = new Set(options.listed);
  const { newsroom } = options.open;
  const trustedProxies = proxyList(newsroom.safety.trusted_proxies);
  const isOwnHost = ownHost({ origin: newsroom.origin ?? null, trustedProxies });
  const addressOf = (asker: Asker): string | null => {
    const connection = server.connectionAddress(asker);
    if (!isOwnHost(asker, connection)) return null;
    if (demoState !== null) return demoState.readerAddress;
    const forwardedFor = asker.headers.get('x-forwarded-for');
    return clientAddress({ connection, forwardedFor, trustedProxies });
  };
  return (asker) =>
    decidePlace({
      address: addressOf(asker),
      sources,
      listed,
      isTorExit: demoState === null ? () => false : isDemoTorExit,
      now: clock.now(),
    });
}

async function advanceOneMonth(options: {
  readonly demoState: DemoState;
  readonly features: Features;
  readonly zone: string;
}): Promise<number> {
  const { demoState, features } = options;
  const from = demoState.now().toZonedDateTimeISO(options.zone);
  const days = from.until(from.add({ months: 1 }), { largestUnit: 'days' }).days;
  let handled = 0;
  const passTime = async (durationMs: number) => {
    await demoState.advanceMs(durationMs);
    handled += (await runWorkersUntilIdle(features.workers, ROUNDS_PER_DEMO_DAY)).handled;
  };
  for (let day = 0; day < days; day += 1) await passTime(DAY_MS);
  const end = demoState.now().toZonedDateTimeISO(options.zone);
  const untilCollected = end.until(end.withPlainTime(COLLECTED_BY)).total('milliseconds');
  if (untilCollected > 0) await passTime(untilCollected);
  return handled;
}

async function announce(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly server: WebServer;
  readonly origin: string;
  readonly link: string;
  readonly sandboxOrigin: string | null;
}): Promise<void> {
  const { system, open, server, origin } = options;
  const story = await open.db
    .selectFrom('story')
    .select('slug')
    .where('status', '=', 'published')
    .where('language', '=', open.newsroom.languages[0] ?? 'en')
    .orderBy('published_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (server.movedFrom !== null)
    system.print(`Port ${server.movedFrom} is taken; using ${server.port}.`);
  system.print('');
  system.print(`  ${open.newsroom.name} is open.`);
  system.print('');
  system.print(`  Front page    ${origin}/`);
  if (story !== undefined) system.print(`  A story       ${origin}/story/${story.slug}`);
  system.print(`  Support       ${origin}/support`);
  system.print(`  The desk      ${origin}/desk/enter?link=${options.link}   (works once)`);
  if (options.sandboxOrigin !== null) system.print(`  Sandbox bank  ${options.sandboxOrigin}/`);
  system.print('');
  system.print('  Ctrl-C stops it.');
}
