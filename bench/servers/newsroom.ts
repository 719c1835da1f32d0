/**
 * The real application over a database, composed as `npm start` does it, with two differences: a processor that answers at
 * once stands in for the bank, so that our own part is measured, and readers come through a proxy that names their address,
 * so that the decision about their place is made as in production.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appealCounts } from '../../src/commands/appeal-counts.ts';
import { deskExperiments } from '../../src/commands/desk-experiments.ts';
import { createFeatures, type Features } from '../../src/commands/features.ts';
import { seedDemo } from '../../src/commands/seed-demo.ts';
import { type Db, openDatabase } from '../../src/database/index.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createDeskSessions, type DeskSessions } from '../../src/desk/index.ts';
import { demoLetterbox } from '../../src/letters/index.ts';
import { type Newsroom, readNewsroom } from '../../src/newsroom/index.ts';
import { clientAddress, decidePlace, proxyList } from '../../src/safety/index.ts';
import { createKeyFiles } from '../../src/supporters/index.ts';
import { type Application, createApplication } from '../../src/web/application.ts';
import { demoCountrySources } from '../../src/web/demo/demo-readers.ts';
import { DemoState } from '../../src/web/demo/demo-state.ts';
import type { ConnectionAddress } from '../../src/web/server.ts';
import { realClock, realRandom } from '../real-world.ts';
import { createInstantProcessor } from './instant-processor.ts';

/** What the reader's proxy says of a reader in a safe place (RFC 5737). */
export const SAFE_READER = '192.0.2.10';

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

export interface BenchNewsroom {
  readonly db: Db;
  readonly newsroom: Newsroom;
  readonly application: Application;
  readonly features: Features;
  readonly sessions: DeskSessions;
  close(): Promise<void>;
}

export async function openBenchNewsroom(options: {
  readonly databaseUrl: string;
  /** Folder for keys. */
  readonly directory: string;
  readonly project: string;
  /** Whether pages carry the demo's bar. */
  readonly isDemo?: boolean;
  readonly connectionAddress?: ConnectionAddress;
}): Promise<BenchNewsroom> {
  const { db, close } = openDatabase({ url: options.databaseUrl });
  const newsroom = await demoNewsroom(options.project);
  const keys = await createKeyFiles(join(options.directory, 'keys'), realRandom);
  const processors = newsroom.giving.processors.map(({ account }) =>
    createInstantProcessor(account),
  );
  const common = { db, clock: realClock, random: realRandom, newsroom, log: SILENT, processors };
  const origin = 'http://localhost';
  const features = createFeatures({ ...common, keys, mailer: null, origin });
  await migrate({ db, clock: realClock });
  await seedDemo({ ...common, projectDirectory: options.project });
  const sessions = createDeskSessions(common);
  // Data of one day, as a real source's is; the demo's claims to be new at every moment.
  const dataFrom = realClock.now();
  const sources = demoCountrySources(realClock).map((source) => ({ ...source, dataFrom }));
  const listed = features.listing.set();
  const trustedProxies = proxyList(['127.0.0.1']);
  const connectionAddress = options.connectionAddress ?? (() => '127.0.0.1');
  const application = createApplication({
    ...common,
    ...features,
    payPages: [],
    origin,
    decidePlace: (asker) =>
      decidePlace({
        address: clientAddress({
          connection: connectionAddress(asker),
          forwardedFor: asker.headers.get('x-forwarded-for'),
          trustedProxies,
        }),
        sources,
        listed,
        isTorExit: () => false,
        now: realClock.now(),
      }),
    desk: {
      sessions,
      reports: {
        giving: features.giving,
        experiments: deskExperiments({ ...features, db, clock: realClock, newsroom }),
        appealCounts: () =>
          appealCounts({ db, clock: realClock, appeals: features.appeals, zone: newsroom.zone }),
        listing: features.listing,
        dataInUse: () => [],
        whyNobodyIsAsked: () => null,
        whatAgesSoon: () => null,
      },
      demo: null,
    },
    demo:
      options.isDemo === true
        ? {
            state: new DemoState({ db, realClock }),
            letters: () => demoLetterbox().letters(),
            bankOrigin: origin,
          }
        : null,
  });
  return { db, newsroom, application, features, sessions, close };
}

async function demoNewsroom(project: string): Promise<Newsroom> {
  const reading = readNewsroom(await readFile(join(project, 'demo', 'newsroom.yaml'), 'utf8'));
  if (!reading.ok) throw new Error('The demo newsroom file cannot be read.');
  return reading.newsroom;
}
