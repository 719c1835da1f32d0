/**
 * One process of the newsroom: a life, its view of the database, its lines to the companies, and the money core on top.
 * After a crash the next life is built from nothing but the database.
 */
import type { Bank } from './bank/bank.ts';
import { Line, type LineOptions } from './bank/line.ts';
import type { Chance } from './chance.ts';
import {
  assert,
  type Clock,
  createCheckpointWorker,
  createGiving,
  createLetterWorker,
  type Db,
  type Giving,
  type GivingSettings,
  type Processor,
  SeededRandom,
  silentLog,
} from './core.ts';
import { A_LETTER, Letterbox } from './letterbox.ts';
import { Life } from './life.ts';
import type { OneConnection } from './one-connection.ts';
import type { Plant } from './plant.ts';
import type { Postbox } from './postbox.ts';
import type { Weather } from './weather.ts';

export const SETTINGS: GivingSettings = {
  zone: 'Europe/Berlin',
  statementText: 'SIMULATED',
  refusedCountries: () => ['XA', 'XB'],
  publicOrigin: () => 'http://127.0.0.1:2',
  pageSecret: new Uint8Array(32).fill(5),
  limits: () => ({ minimum: 100n, maximum: 1_000_000n }),
};

/** A ledger of a seed is small; in steps of production it would never be added up. */
const CHECKPOINT_STEPS = { worth: 8n, atMost: 50n };

export interface ProgramOptions {
  readonly line: OneConnection;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly weather: () => Weather;
  /** In order of preference. */
  readonly banks: readonly Bank[];
  readonly hang: (program: Program) => Promise<void>;
  readonly lateArrival: LineOptions['lateArrival'];
  /** Hears of every call about an attempt that leaves for its company. */
  readonly asked: (attemptId: string) => void;
  /** Where letters arrive that the mail server took. */
  readonly postbox: Postbox;
  readonly plant: Plant;
}

type Worker = Pick<Giving['workers'][number], 'name' | 'runOnce'>;

interface State {
  readonly life: Life;
  readonly db: Db;
  readonly giving: Giving;
  readonly workers: readonly Worker[];
}

export class Program {
  readonly #options: ProgramOptions;
  #state: State;
  crashes = 0;
  /** While it waits for an answer that does not come; then others must not use it. */
  hangs = false;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#state = this.#start();
  }

  get giving(): Giving {
    return this.#state.giving;
  }

  get db(): Db {
    return this.#state.db;
  }

  get crashed(): boolean {
    return !this.#state.life.alive;
  }

  /** The next life, if this one is over. */
  restart(): void {
    if (this.#state.life.alive) return;
    this.crashes += 1;
    this.#state = this.#start();
  }

  worker(name: string): Worker {
    const found = this.#state.workers.find((worker) => worker.name === name);
    assert(found !== undefined, `there is a worker ${name}`);
    return found;
  }

  #start(): State {
    const { line, clock, chance, weather, banks, hang, lateArrival, asked, plant } = this.#options;
    const life = new Life(chance, weather);
    const db = line.dbFor(life);
    const hangs = () => hang(this);
    const processors = banks.map((bank): Processor => {
      const own = new Line({ bank, life, chance, weather, lateArrival, asked, hang: hangs });
      return plant.adapter === undefined ? own : plant.adapter(own);
    });
    const random = new SeededRandom(chance.below(2 ** 32), clock);
    const giving = createGiving({ db, clock, random, processors, settings: SETTINGS });
    const mailer = new Letterbox({ postbox: this.#options.postbox, life, chance, weather });
    const letters = createLetterWorker({
      db,
      clock,
      mailer,
      renderers: { receipt: render, 'pledge-notice': render, return: render, reminder: render },
      log: silentLog,
    });
    const checkpoints = createCheckpointWorker({ db, clock }, CHECKPOINT_STEPS);
    const others = giving.workers.filter(({ name }) => name !== checkpoints.name);
    return { life, db, giving, workers: [...others, checkpoints, letters] };
  }
}

/** What a letter says is for other tests; here it only has to leave. */
async function render() {
  return {
    letter: A_LETTER,
    recipient: {
      open: async () => ({ address: 'a@example.org', unsubscribeUrl: 'http://127.0.0.1:2/stop' }),
      release: async () => {},
    },
  };
}
