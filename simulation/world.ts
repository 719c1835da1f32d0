/**
 * One seed: a newsroom of one or two processes on a real database, three companies, a handful of supporters, bad weather and
 * five years that pass from one due moment to the next. At the end the weather clears, everything that is under way must
 * come to rest within a bound, and the books are compared.
 */
import { Agenda } from './agenda.ts';
import type { Bank } from './bank/bank.ts';
import type { Message } from './bank/post-office.ts';
import { Chance } from './chance.ts';
import { Companies } from './companies.ts';
import {
  type GiftState,
  type Giving,
  Instant,
  ManualClock,
  type Money,
  type PledgeState,
  SeededRandom,
} from './core.ts';
import { type Due, earliest, NOTHING_DUE, readDue } from './due.ts';
import { History } from './history.ts';
import type { Taken } from './letterbox.ts';
import { ConnectionCut, Crash } from './life.ts';
import type { OneConnection } from './one-connection.ts';
import type { Plant } from './plant.ts';
import { Program } from './program.ts';
import type { SeedReport } from './seed-report.ts';
import { Supporter } from './supporter.ts';
import { planTroubles } from './troubles.ts';
import { type Breach, finalState, judge } from './verdict.ts';
import { clearWeather, isCalm, type Weather, weatherOf } from './weather.ts';

const YEARS = 5;
const HEALING_DAYS = 45;
/** Stops of a whole seed; more means that something turns in a circle. */
const STOPS_MAX = 6000;
const IDLE_ROUNDS_MAX = 60;
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
    return await world.live();
  } finally {
    await options.line.rollback();
  }
}

export class World {
  readonly seed: number;
  readonly banks: readonly Bank[];
  readonly programs: readonly Program[];
  readonly supporters: readonly Supporter[];
  readonly history: History;
  readonly breaches: Breach[] = [];
  /** Gifts that somebody was told exist, with what they are for. */
  readonly acknowledgedGifts = new Map<string, Money>();
  readonly seenGifts = new Map<string, GiftState>();
  readonly seenPledges = new Map<string, PledgeState>();
  /** Addresses of pages that a supporter was sent to. */
  readonly shownPages = new Set<string>();
  readonly pausedPledges = new Set<string>();
  readonly letters: Taken = new Map();
  readonly plant: Plant;
  readonly weatherOfSeed: Weather;
  weather: Weather;
  droppedBank: Bank | null = null;
  readonly #line: OneConnection;
  readonly #clock: ManualClock;
  /** What the programs believe the time is. */
  readonly #programClock: ManualClock;
  readonly #agenda = new Agenda();
  readonly chance: Chance;
  readonly #ids: SeededRandom;
  readonly #companies: Companies;
  #skewMs = 0;
  /** The newsroom stands still: nothing of it runs, nobody is served. */
  down = false;
  #quiet = false;
  #stops = 0;

  constructor({ seed, line, print, plant }: SeedOptions) {
    this.seed = seed;
    this.#line = line;
    this.chance = new Chance(seed, 'world');
    this.plant = plant ?? {};
    this.weatherOfSeed = { ...weatherOf(seed), ...this.plant.weather };
    this.weather = this.weatherOfSeed;
    const start = Instant.from('2026-01-01T00:00:00Z').add({
      hours: this.chance.below(24 * 1500),
    });
    this.#clock = new ManualClock(start);
    this.#programClock = new ManualClock(start);
    this.#ids = new SeededRandom(this.chance.below(2 ** 32), this.#clock);
    this.history = new History(print ?? null);
    this.#companies = new Companies({ world: this, clock: this.#clock });
    this.banks = this.#companies.banks;
    this.programs = this.#startPrograms();
    this.supporters = this.#inviteSupporters();
    if (this.weather.shuffledTransactions) {
      const order = new Chance(seed, 'transactions');
      line.chooseNext = (waiting) => order.below(waiting);
    } else {
      line.chooseNext = () => 0;
    }
  }

  /** Whether the program could always do everything at its minute. */
  get isCalm(): boolean {
    return isCalm(this.weatherOfSeed);
  }

  get now(): Instant {
    return this.#clock.now();
  }

  /** Lives to the end, heals, and judges. */
  async live(): Promise<SeedReport> {
    const statementsBefore = this.#line.statements;
    const start = this.now;
    for (const statement of this.plant.database ?? []) await this.#line.run(statement, []);
    for (const supporter of this.supporters) supporter.arrive();
    planTroubles(this, YEARS);
    await this.#liveUntil(start.add({ hours: 24 * 365 * YEARS }));
    await this.#heal();
    this.breaches.push(...(await judge(this)));
    const hash = this.history.close(await finalState(this.db));
    return {
      seed: this.seed,
      hash,
      breaches: this.breaches,
      stops: this.#stops,
      statements: this.#line.statements - statementsBefore,
      days: Math.round(start.until(this.now).total('days')),
      crashes: this.programs.reduce((sum, program) => sum + program.crashes, 0),
      charges: this.banks.reduce((sum, bank) => sum + bank.books.charges.size, 0),
    };
  }

  /** A view of the database whose program does not crash; for the judge. */
  get db() {
    return this.#line.dbFor(NO_BORDER);
  }

  breach(rule: string, says: string): void {
    this.breaches.push({ rule, says });
    this.note(`BREACH ${rule} ${says}`);
  }

  note(line: string): void {
    this.history.add(this.now, line);
  }

  newGiftId(): string {
    return this.#ids.uuid();
  }

  acknowledged(giftId: string, money: Money): void {
    this.acknowledgedGifts.set(giftId, money);
  }

  sawGift(giftId: string, state: GiftState): void {
    this.seenGifts.set(giftId, state);
  }

  sawPledge(pledgeId: string | null, state: PledgeState | null): void {
    if (pledgeId !== null && state !== null) this.seenPledges.set(pledgeId, state);
  }

  owns(pledgeId: string, supporter: Supporter): void {
    this.#companies.owners.set(pledgeId, supporter);
  }

  cancelled(pledgeId: string): void {
    for (const bank of this.banks) bank.cancelledPledges.add(pledgeId);
  }

  payPage(pageUrl: string): string {
    for (const bank of this.banks) {
      if (bank.ofPage(pageUrl) !== undefined) return bank.pay(pageUrl);
    }
    return 'no such page';
  }

  /** Somebody asks the newsroom's web process for something. @returns what they heard; null: an error page */
  async visit(what: string, visit: (giving: Giving) => Promise<string>): Promise<string | null> {
    const [web] = this.programs;
    if (web === undefined || this.down) return null;
    const heard = await this.#guarded(what, web, () => visit(web.giving));
    this.note(`${what}: ${heard ?? 'error'}`);
    return heard;
  }

  /** `always`: also while the world heals; what people do ends before. */
  later(
    afterMs: number,
    what: string,
    happen: () => Promise<void> | void,
    when: 'while-living' | 'always' = 'while-living',
  ): void {
    const at = this.now.add({ milliseconds: afterMs });
    this.#agenda.plan({
      at,
      what,
      happen: () => (when === 'always' || !this.#quiet ? happen() : undefined),
    });
  }

  #startPrograms(): readonly Program[] {
    return ['web', 'worker'].map(
      (name) =>
        new Program({
          line: this.#line,
          clock: this.#programClock,
          chance: new Chance(this.seed, name),
          weather: () => this.weather,
          banks: this.banks,
          hang: (program) => this.#hang(program),
          lateArrival: (effect) =>
            this.later(
              this.chance.between(5, 230) * 1000,
              'a request arrives late',
              effect,
              'always',
            ),
          taken: this.letters,
          plant: this.plant,
        }),
    );
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

  /** A company's message arrives. @returns whether it was taken */
  async deliver(message: Message): Promise<boolean> {
    const [web] = this.programs;
    if (web === undefined || this.down) return false;
    const answer = await this.#guarded('a message arrives', web, async () => {
      const headers = new Headers();
      return (await web.giving.takeWebhook({ ...message, headers })).kind;
    });
    return answer === 'stored' || answer === 'duplicate';
  }

  /** One of the two processes runs a worker once. */
  async work(name: string): Promise<number> {
    const program = this.chance.pick(this.programs);
    if (program.hangs) return 0;
    const done = await this.#guarded(name, program, () => program.worker(name).runOnce());
    this.note(`${name}: ${done ?? 'error'}`);
    return done ?? 0;
  }

  /** Runs something of a program; what a crash or a cut connection throws is weather, everything else is a finding. */
  async #guarded<T>(what: string, program: Program, run: () => Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      const isWeather = error instanceof Crash || error instanceof ConnectionCut;
      if (!isWeather && !program.crashed) {
        const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        this.breach('no error', `${what}: ${text}`);
      }
      return null;
    }
  }

  /** A call that hangs: time passes, the lease may end, and the other process may take over. */
  async #hang(program: Program): Promise<void> {
    const other = this.programs.find((one) => one !== program && !one.hangs);
    program.hangs = true;
    this.#setClock(this.now.add({ seconds: this.chance.between(10, 150) }));
    if (other !== undefined && this.chance.hits(700)) {
      await this.#guarded('the other collector', other, () => other.worker('collector').runOnce());
    }
    program.hangs = false;
  }

  async #liveUntil(end: Instant): Promise<void> {
    while (Instant.compare(this.now, end) < 0) {
      this.#stops += 1;
      if (this.#stops > STOPS_MAX) return this.breach('liveness', 'time does not pass');
      for (const program of this.programs) program.restart();
      const due = this.down ? NOTHING_DUE : await readDue(this.db, this.now);
      const next = earliest([end, this.#agenda.nextAt(), due.at]);
      this.#moveClock(next);
      await this.#stop(due);
    }
  }

  async #stop(due: Due): Promise<void> {
    const doing: Promise<unknown>[] = [];
    for (
      let planned = this.#agenda.take(this.now);
      planned !== null;
      planned = this.#agenda.take(this.now)
    ) {
      const happening = Promise.resolve(planned.happen());
      // Now and then two things that come together happen at the same time.
      if (this.chance.hits(300)) doing.push(happening);
      else await happening;
    }
    if (!this.down) {
      const isDue = (at: Instant | null) =>
        at !== null && Instant.compare(at, this.#programClock.now()) <= 0;
      if (isDue(due.giftAt)) {
        if (this.chance.hits(60) && !this.#quiet)
          doing.push(this.chance.pick(this.supporters).change());
        if (this.chance.hits(60)) doing.push(this.work('collector'));
        doing.push(this.work('collector'));
      }
      if (isDue(due.eventAt)) doing.push(this.work('inbox'));
      if (isDue(due.letterAt)) doing.push(this.work('letters'));
      if (isDue(due.refundAt)) doing.push(this.work('refunds'));
    }
    await Promise.all(doing);
  }

  #moveClock(at: Instant): void {
    if (this.weather.clockJumps && this.chance.hits(200)) {
      this.#skewMs = this.chance.between(-120_000, 120_000);
    }
    this.#setClock(Instant.compare(at, this.now) > 0 ? at : this.now);
  }

  #setClock(at: Instant): void {
    this.#clock.set(at);
    this.#programClock.set(at.add({ milliseconds: this.#skewMs }));
  }

  /** The weather clears, and everything under way must come to rest. */
  async #heal(): Promise<void> {
    this.note('the weather clears');
    this.weather = clearWeather(this.weatherOfSeed);
    this.#skewMs = 0;
    this.down = false;
    this.#quiet = true;
    for (const bank of this.banks) {
      bank.standing = bank.standing === 'dropped' ? 'reports' : 'open';
    }
    for (const program of this.programs) program.restart();
    const healed = this.now.add({ hours: 24 * HEALING_DAYS });
    if (this.weather.poller) {
      this.later(60_000, 'time to poll', async () => void (await this.work('poller')), 'always');
    }
    await this.#liveUntil(healed);
    await this.#comeToRest();
  }

  #restingWorkers(): readonly string[] {
    const names = ['inbox', 'collector', 'money', 'refunds', 'letters', 'ledger-checkpoint'];
    if (this.weather.nightly) names.push('reconciliation');
    return this.weather.poller ? [...names, 'poller'] : names;
  }

  async #comeToRest(): Promise<void> {
    this.#setClock(this.now.add({ minutes: 20 }));
    for (let round = 0; round < IDLE_ROUNDS_MAX; round += 1) {
      let handled = 0;
      for (const name of this.#restingWorkers()) {
        handled += await this.work(name);
      }
      if (handled === 0) return;
    }
    this.breach('liveness', 'the workers find no rest after the weather cleared');
  }
}

const NO_BORDER = { beforeStatement() {}, afterStatement() {}, afterCommit() {} };
