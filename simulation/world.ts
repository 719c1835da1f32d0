/**
 * One seed: a newsroom of two processes on a real database, three companies, a handful of supporters, a desk, bad weather
 * and five years. Here its parts are put together; how the years pass is in `years.ts`, and what must be true at their end
 * in `verdicts/`.
 */
import type { Bank } from './bank/bank.ts';
import { Chance } from './chance.ts';
import { Tally } from './commands-drawn.ts';
import { Companies } from './companies.ts';
import { type Db, type Giving, Instant, SeededRandom } from './core.ts';
import { History } from './history.ts';
import { Newsroom } from './newsroom.ts';
import type { OneConnection } from './one-connection.ts';
import { Desk } from './people/desk.ts';
import { planEager } from './people/eager.ts';
import { Supporter } from './people/supporter.ts';
import type { Plant } from './plant.ts';
import { Postbox } from './postbox.ts';
import type { SeedReport } from './seed-report.ts';
import { SeedTime, type When } from './time.ts';
import { planTroubles } from './troubles.ts';
import { finalState } from './verdicts/final-state.ts';
import { judge } from './verdicts/index.ts';
import { planLooks } from './verdicts/looks.ts';
import { isCalm, type Weather, weatherOf } from './weather.ts';
import { Witness } from './witness.ts';
import { Years } from './years.ts';

const YEARS = 5;
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'UTC',
];

export interface SeedOptions {
  readonly seed: number;
  readonly line: OneConnection;
  /** Hears every line of the history. */
  readonly print?: (line: string) => void;
  readonly plant?: Plant;
}

/** Lives one seed and judges it. Nothing of it stays in the database. */
export async function runSeed(options: SeedOptions): Promise<SeedReport> {
  const world = new World(options);
  await options.line.begin();
  try {
    await world.live();
    return await world.report();
  } finally {
    await options.line.rollback();
  }
}

export class World {
  readonly seed: number;
  readonly chance: Chance;
  readonly plant: Plant;
  readonly time: SeedTime;
  readonly history: History;
  readonly witness = new Witness();
  readonly companies: Companies;
  readonly newsroom: Newsroom;
  readonly supporters: readonly Supporter[];
  readonly desk: Desk;
  readonly postbox: Postbox;
  readonly weatherOfSeed: Weather;
  weather: Weather;
  /** A view of the database whose program does not crash; for the judge. */
  readonly db: Db;
  readonly #line: OneConnection;
  readonly #ids: SeededRandom;
  readonly #tally = new Tally();
  readonly #years: Years;
  #statementsBefore = 0;

  constructor({ seed, line, print, plant }: SeedOptions) {
    this.seed = seed;
    this.#line = line;
    this.db = line.dbFor(NO_BORDER);
    this.chance = new Chance(seed, 'world');
    this.plant = plant ?? {};
    this.weatherOfSeed = { ...weatherOf(seed), ...this.plant.weather };
    this.weather = this.weatherOfSeed;
    const start = Instant.from('2026-01-01T00:00:00Z').add({
      hours: this.chance.below(24 * 1500),
    });
    this.time = new SeedTime(start);
    this.#ids = new SeededRandom(this.chance.below(2 ** 32), this.time.clock);
    this.history = new History(print ?? null);
    this.postbox = new Postbox((key) => this.#letterArrived(key));
    this.companies = new Companies({ world: this, clock: this.time.clock });
    this.newsroom = new Newsroom({
      world: this,
      line,
      chance: this.chance,
      tally: this.#tally,
      banks: this.banks,
    });
    this.supporters = this.#inviteSupporters();
    this.desk = new Desk(this);
    this.#years = new Years({ world: this, line });
    const order = new Chance(seed, 'transactions');
    line.chooseNext = this.weather.shuffledTransactions
      ? (waiting) => order.below(waiting)
      : () => 0;
  }

  get banks(): readonly Bank[] {
    return this.companies.banks;
  }

  /** Whether the program could always do everything at its minute. */
  get isCalm(): boolean {
    return isCalm(this.weatherOfSeed);
  }

  get now(): Instant {
    return this.time.now;
  }

  /** Lives to the end, and comes to rest. */
  async live(): Promise<void> {
    this.#statementsBefore = this.#line.statements;
    for (const statement of this.plant.database ?? []) await this.#line.run(statement, []);
    for (const supporter of this.supporters) supporter.arrive();
    this.desk.arrive();
    if (this.weather.eager) planEager(this);
    planTroubles(this, YEARS);
    planLooks(this, YEARS);
    await this.#years.pass(YEARS);
    await this.#years.heal();
  }

  /** Judges what was lived, and tells. */
  async report(): Promise<SeedReport> {
    const breaches = [...this.witness.breaches, ...(await judge(this))];
    const hash = this.history.close(await finalState(this.db));
    return {
      seed: this.seed,
      hash,
      breaches,
      stops: this.#years.stops,
      statements: this.#line.statements - this.#statementsBefore,
      days: this.#years.days,
      crashes: this.newsroom.crashes,
      charges: this.banks.reduce((sum, bank) => sum + bank.books.charges.size, 0),
      commands: this.#tally.toJSON(),
    };
  }

  breach(rule: string, says: string): void {
    this.witness.breaches.push({ rule, says });
    this.note(`BREACH ${rule} ${says}`);
  }

  note(line: string): void {
    this.history.add(this.now, line);
  }

  /** An id as a browser makes it. */
  newId(): string {
    return this.#ids.uuid();
  }

  visit(what: string, visit: (giving: Giving) => Promise<string>): Promise<string | null> {
    return this.newsroom.visit(what, visit);
  }

  later(
    afterMs: number,
    what: string,
    happen: () => Promise<void> | void,
    when: When = 'while-living',
  ): void {
    this.time.later(afterMs, what, happen, when);
  }

  /** Whoever is asked to go on elsewhere reads it; the other letters only have to arrive. */
  #letterArrived(key: string): void {
    const [, what, , pledgeId] = key.split(':');
    if (what !== 'move' || pledgeId === undefined) return;
    this.witness.owners.get(pledgeId)?.isAskedToMove(pledgeId);
  }

  #inviteSupporters(): readonly Supporter[] {
    const chance = new Chance(this.seed, 'supporters');
    const count = chance.pick([1, 1, 2, 2, 3]);
    return Array.from(
      { length: count },
      (_, index) =>
        new Supporter({
          name: `supporter-${index + 1}`,
          world: this,
          chance: new Chance(this.seed, `supporter-${index + 1}`),
          zone: chance.pick(ZONES),
        }),
    );
  }
}

const NO_BORDER = { beforeStatement() {}, afterStatement() {}, afterCommit() {} };
