/**
 * `npm start`: one process that runs everything, or with `--only` one of several that each run a part (`part.ts`); the
 * workers alone are started in `start-workers.ts`. The order matters: the address is known before anything that must name
 * it, the database is up to date before anything reads it, and nothing is served before all of it stands.
 */
import { join } from 'node:path';
import type { Appeals } from '../appeals/index.ts';
import type { Clock } from '../calendar/index.ts';
import { type Db, readCustody } from '../database/index.ts';
import { createDeskSessions, type DemoControls, type DeskReports } from '../desk/index.ts';
import type { Giving, Worker } from '../giving/index.ts';
import { demoLetterbox } from '../letters/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { BROWSER_SCRIPTS, buildBrowserScript } from '../page/index.ts';
import type { Listing } from '../safety/index.ts';
import { createKeyFiles } from '../supporters/index.ts';
import { createApplication } from '../web/application.ts';
import type { DemoState } from '../web/demo/demo-state.ts';
import { listen, type WebServer } from '../web/server.ts';
import { announce } from './announce.ts';
import { appealCounts } from './appeal-counts.ts';
import { chooseMailer } from './choose-mailer.ts';
import { advanceOneMonth } from './demo-month.ts';
import { deskExperiments } from './desk-experiments.ts';
import { createFeatures } from './features.ts';
import { refuseWithoutKeys } from './keys-in-place.ts';
import { openDemo } from './open-demo.ts';
import { type OpenNewsroom, openNewsroom } from './open-newsroom.ts';
import { openProcessors } from './open-processors.ts';
import { ownOrigin, sharedOrigin } from './origin.ts';
import { applicationNameOf, type Part, readPart } from './part.ts';
import { placeDecision } from './place-decision.ts';
import { type Places, placesOf } from './places.ts';
import type { System } from './system.ts';
import { work } from './work.ts';

const DEFAULT_PORT = 3000;
const HOST = '127.0.0.1';
/** Running requests get this long to end when we are asked to stop. */
const STOP_GRACE_MS = 3_000;

export async function start(argv: readonly string[], system: System): Promise<number> {
  const part = readPart(argv);
  const open = await openNewsroom(system, { applicationName: applicationNameOf(part) });
  let server: WebServer | undefined;
  try {
    await refuseMoved(system, open.db);
    await refuseWithoutKeys(open);
    if (part === 'workers') {
      const { startWorkers } = await import('./start-workers.ts');
      return await startWorkers({ system, open, origin: sharedOrigin({ system, open }) });
    }
    server = await listen({ host: HOST, port: wishedPort(system) });
    return await run({ system, open, server, part });
  } finally {
    await server?.stop(STOP_GRACE_MS);
    await open.close();
  }
}

/** A newsroom that was moved lives elsewhere; one that was restored says what it waits for. */
async function refuseMoved(system: System, db: Db): Promise<void> {
  const { state, changedAt } = await readCustody(db);
  switch (state) {
    case 'acting':
      return;
    case 'moved':
      throw new Error(
        `This newsroom was exported on ${changedAt?.toString() ?? ''} to live elsewhere, and charges nobody from here any more. If that export was never started: npm run tuppence -- resume --take-back`,
      );
    case 'restored':
      system.print(
        'Restored from a backup: pages are served and processors are asked, but nothing is collected and no letter leaves. When the newsroom it was copied from is off for good: npm run tuppence -- resume',
      );
      return;
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
  readonly part: Exclude<Part, 'workers'>;
}): Promise<number> {
  const { system, open, server, part } = options;
  const { newsroom, db } = open;
  const demoState = open.isDemo ? await openDemo(system, open) : null;
  const clock: Clock = demoState ?? system.clock;
  const processors = await openProcessors({
    system,
    open,
    clock,
    webPort: part === 'everything' ? server.port : null,
  });
  const letterbox = demoLetterbox();
  const surroundings = {
    db,
    clock,
    random: system.random,
    log: system.log,
    newsroom,
    origin:
      part === 'web'
        ? sharedOrigin({ system, open })
        : ownOrigin({ system, open, port: server.port }),
  };
  try {
    const features = createFeatures({
      ...surroundings,
      processors: processors.list,
      keys: await createKeyFiles(join(open.dataDirectory, 'keys'), system.random),
      mailer: chooseMailer({ system, open, letterbox }),
    });
    await features.listing.look();
    // By the real clock: moving the demo on a month must not sign anybody out.
    const sessions = createDeskSessions({ db, clock: system.clock, random: system.random });
    const places = await placesOf({ open, clock, demoState });
    server.serve(
      createApplication({
        ...surroundings,
        ...features,
        processors: processors.list,
        payPages: processors.payPages,
        decidePlace: placeDecision({ ...features, ...server, newsroom, demoState, places, clock }),
        desk: {
          sessions,
          reports: deskReports({ ...surroundings, ...features, places }),
          demo:
            demoState === null
              ? null
              : demoControls({
                  workers: [...features.workers, ...features.upkeep],
                  demoState,
                  newsroom,
                }),
        },
        demo:
          demoState === null
            ? null
            : {
                state: demoState,
                letters: () => letterbox.letters(),
                bankOrigin: processors.sandboxOrigin ?? surroundings.origin,
              },
      }),
    );
    await announce({
      ...surroundings,
      ...processors,
      system,
      open,
      server,
      link: await sessions.issueLink(),
      whyNobody: places.whyNobody(),
    });
    // Made while nobody waits for them; a script that does not compile is told by the first request for it.
    for (const name of BROWSER_SCRIPTS) void buildBrowserScript(name).catch(() => undefined);
    const workers = part === 'everything' ? features.workers : [];
    const upkeep = [...features.upkeep, places.upkeep];
    await work({ system, open, demoState, workers: [...workers, ...upkeep] });
    await features.appeals.flush();
    return 0;
  } finally {
    await server.stop(STOP_GRACE_MS);
    await processors.stop();
  }
}

function deskReports(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly newsroom: Newsroom;
  readonly giving: Giving;
  readonly appeals: Appeals;
  readonly listing: Listing;
  readonly places: Places;
}): DeskReports {
  const { zone } = options.newsroom;
  return {
    giving: options.giving,
    experiments: deskExperiments(options),
    appealCounts: () => appealCounts({ ...options, zone }),
    listing: options.listing,
    dataInUse: () => options.places.dataInUse(),
    whyNobodyIsAsked: () => options.places.whyNobody(),
    whatAgesSoon: () => options.places.agesSoon(),
  };
}

function demoControls(options: {
  readonly demoState: DemoState;
  readonly workers: readonly Worker[];
  readonly newsroom: Newsroom;
}): DemoControls {
  const { zone } = options.newsroom;
  return {
    now: () => options.demoState.now(),
    advanceOneMonth: () => advanceOneMonth({ ...options, zone }),
  };
}
