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
  createGiving,
  type Db,
  type Giving,
  type GivingSettings,
  SeededRandom,
} from './core.ts';
import { Life } from './life.ts';
import type { OneConnection } from './one-connection.ts';
import type { Weather } from './weather.ts';

const SETTINGS: GivingSettings = {
  zone: 'Europe/Berlin',
  statementText: 'SIMULATED',
  refusedCountries: () => ['XA', 'XB'],
  publicOrigin: () => 'http://127.0.0.1:2',
  limits: () => ({ minimum: 100n, maximum: 1_000_000n }),
};

export interface ProgramOptions {
  readonly line: OneConnection;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly weather: () => Weather;
  readonly banks: readonly Bank[];
  readonly hang: (program: Program) => Promise<void>;
  readonly lateArrival: LineOptions['lateArrival'];
  /** In order of preference; this order is what chooses between companies. */
  readonly createGiving?: typeof createGiving;
}

export class Program {
  readonly #options: ProgramOptions;
  #life: Life;
  #giving: Giving;
  #db: Db;
  crashes = 0;
  /** While it waits for an answer that does not come; then others must not use it. */
  hangs = false;

  constructor(options: ProgramOptions) {
    this.#options = options;
    const { life, giving, db } = this.#start();
    this.#life = life;
    this.#giving = giving;
    this.#db = db;
  }

  get giving(): Giving {
    return this.#giving;
  }

  get db(): Db {
    return this.#db;
  }

  get crashed(): boolean {
    return !this.#life.alive;
  }

  /** The next life, if this one is over. */
  restart(): void {
    if (this.#life.alive) return;
    this.crashes += 1;
    const { life, giving, db } = this.#start();
    this.#life = life;
    this.#giving = giving;
    this.#db = db;
  }

  worker(name: string): Giving['workers'][number] {
    const found = this.#giving.workers.find((worker) => worker.name === name);
    assert(found !== undefined, `there is a worker ${name}`);
    return found;
  }

  #start(): { life: Life; giving: Giving; db: Db } {
    const { line, clock, chance, weather, banks, hang, lateArrival } = this.#options;
    const life = new Life(chance, weather);
    const db = line.dbFor(life);
    const processors = banks.map(
      (bank) => new Line({ bank, life, chance, weather, lateArrival, hang: () => hang(this) }),
    );
    const random = new SeededRandom(chance.below(2 ** 32), clock);
    const make = this.#options.createGiving ?? createGiving;
    return { life, db, giving: make({ db, clock, random, processors, settings: SETTINGS }) };
  }
}
