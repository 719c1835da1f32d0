/**
 * A whole newsroom as an operator with several machines runs it, on this one: database, bank, a proxy in front, two
 * processes that serve, two that work, and a mail server.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BankView, bankView } from '../demo/bank.ts';
import { type Ledger, openLedger } from '../demo/ledger.ts';
import type { Chance } from './chance.ts';
import {
  type DatabaseChoice,
  type DatabaseServer,
  startDatabaseServer,
} from './database-server.ts';
import { type Front, openFront } from './front.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';
import { Program } from './program.ts';

const WEBS = 2;
const WORKERS = 2;

export interface Newsroom {
  readonly database: DatabaseServer;
  readonly bank: Program;
  readonly bankView: BankView;
  readonly webs: readonly Program[];
  readonly workers: readonly Program[];
  readonly front: Front;
  readonly postOffice: PostOffice;
  readonly ledger: Ledger;
  /** What every process of ours is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Moves everybody's clock on while they live. */
  passTime(minutes: number): Promise<void>;
  /** Ends whatever still runs and takes everything away. */
  close(): Promise<void>;
}

export const programsOf = (newsroom: Newsroom): readonly Program[] => [
  newsroom.bank,
  ...newsroom.webs,
  ...newsroom.workers,
];

/** Starts all of it; when it does not come up, what had started is ended. */
export async function openNewsroom(options: {
  readonly directory: string;
  readonly choice: DatabaseChoice;
  readonly chance: Chance;
}): Promise<Newsroom> {
  const database = await startDatabaseServer(options);
  const data = await mkdtemp(join(tmpdir(), 'tuppence-crash-'));
  const postOffice = await openPostOffice();
  const webs: Program[] = [];
  const front = await openFront({ ports: () => readyPorts(webs), chance: options.chance });
  const bank = await bankProgram({ data, webhookUrl: `${front.origin}/hooks/sandbox-1` });
  await bank.start();
  const place = { databaseUrl: database.url, dataDirectory: data, close: async () => {} };
  const environment = {
    DATABASE_URL: database.url,
    TUPPENCE_DATA: data,
    TUPPENCE_NEWSROOM: '',
    TUPPENCE_SANDBOX_BANK: bank.told ?? '',
    SMTP_URL: postOffice.url,
    TUPPENCE_ORIGIN: front.origin,
    PORT: '0',
  };
  webs.push(...programs(WEBS, 'web', environment));
  const workers = programs(WORKERS, 'workers', environment);
  const ledger = openLedger(place);
  const close = async () => {
    await Promise.all([bank, ...webs, ...workers].map((program) => program.stop()));
    await Promise.all([front.close(), postOffice.close(), ledger.close()]);
    await database.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    // One first: it brings the database's shape and the stories, and the others find them.
    const [first, ...others] = [...webs, ...workers];
    await first?.start();
    await Promise.all(others.map((program) => program.start()));
  } catch (error) {
    await close();
    throw error;
  }
  let aheadMs = 0;
  return {
    database,
    bank,
    bankView: await bankView(place, environment.TUPPENCE_SANDBOX_BANK),
    webs,
    workers,
    front,
    postOffice,
    ledger,
    environment,
    async passTime(minutes) {
      await ledger.passTime(minutes);
      aheadMs += minutes * 60_000;
      await writeFile(join(data, 'ahead'), String(aheadMs));
    },
    close,
  };
}

function programs(
  count: number,
  part: 'web' | 'workers',
  environment: Readonly<Record<string, string>>,
): readonly Program[] {
  return Array.from(
    { length: count },
    (_, at) =>
      new Program({
        name: `${part} ${at + 1}`,
        args: ['src/main.ts', 'start', '--only', part],
        environment,
        ready: part === 'web' ? /Serving on port (\d+)\.[\s\S]*Ctrl-C/ : /are at (work)\./,
      }),
  );
}

function readyPorts(webs: readonly Program[]): readonly number[] {
  return webs.flatMap(({ told }) => (told === undefined ? [] : [Number(told)]));
}

async function bankProgram(options: {
  readonly data: string;
  readonly webhookUrl: string;
}): Promise<Program> {
  const ahead = join(options.data, 'ahead');
  await writeFile(ahead, '0');
  const port = String(await freePort());
  return new Program({
    name: 'bank',
    args: ['tests/crash/bank-program.ts', options.data, port, options.webhookUrl, ahead],
    environment: {},
    ready: /bank (http:\S+)/,
  });
}

/** A port that every life of the bank takes, so that pages and payers find it again. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('no port'));
      server.close(() => resolve(address.port));
    });
  });
}
