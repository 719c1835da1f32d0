/**
 * How the years of a seed pass: from one moment at which something is due to the next, and at the end, when the weather has
 * cleared, on until everything under way has come to rest. What does not rest within its bound turns in a circle, and is
 * a finding.
 */

import { Instant } from './core.ts';
import { type Due, DueReader, earliest, NOTHING_DUE } from './due.ts';
import type { OneConnection } from './one-connection.ts';
import { clearWeather } from './weather.ts';
import type { World } from './world.ts';

const HEALING_DAYS = 45;
/** Stops of a whole seed; more means that something turns in a circle. */
const STOPS_MAX = 6000;
/** And within a day: a circle of a lease's length has 1400, the busiest day of an eager supporter some 200. */
const STOPS_A_DAY_MAX = 700;
const IDLE_ROUNDS_MAX = 60;

export class Years {
  readonly #world: World;
  readonly #due: DueReader;
  #start: Instant;
  stops = 0;

  constructor({ world, line }: { readonly world: World; readonly line: OneConnection }) {
    this.#world = world;
    this.#due = new DueReader(line, world.db);
    this.#start = world.now;
  }

  get days(): number {
    return Math.round(this.#start.until(this.#world.now).total('days'));
  }

  async pass(years: number): Promise<void> {
    this.#start = this.#world.now;
    await this.#liveUntil(this.#start.add({ hours: 24 * 365 * years }));
  }

  /** The weather clears, and everything under way must come to rest. */
  async heal(): Promise<void> {
    const world = this.#world;
    world.note('the weather clears');
    world.weather = clearWeather(world.weatherOfSeed);
    world.time.endLiving();
    world.newsroom.comeBack();
    for (const bank of world.banks) {
      bank.standing = bank.standing === 'dropped' ? 'reports' : 'open';
    }
    world.newsroom.restart();
    const healed = world.now.add({ hours: 24 * HEALING_DAYS });
    if (world.weather.poller) {
      world.later(60_000, 'time to poll', () => this.#work('poller'), 'always');
    }
    world.later(60_000, 'time to write', () => this.#work('ask-to-move'), 'always');
    await this.#liveUntil(healed);
    await this.#comeToRest();
  }

  async #liveUntil(end: Instant): Promise<void> {
    const world = this.#world;
    let day = { ends: world.now, stops: 0 };
    while (Instant.compare(world.now, end) < 0) {
      this.stops += 1;
      day = this.#dayOf(day);
      if (this.stops > STOPS_MAX || day.stops > STOPS_A_DAY_MAX) {
        return world.breach('liveness', 'time does not pass');
      }
      world.newsroom.restart();
      const isUp = world.newsroom.upSince !== null;
      const due = isUp ? await this.#due.read(world.now) : NOTHING_DUE;
      if (due.alarms > 0) world.desk.hearsAlarm();
      this.#moveClock(earliest([end, world.time.nextPlanned(), due.at]));
      await this.#stop(due);
    }
  }

  /** Counts a stop within its day. */
  #dayOf(day: { readonly ends: Instant; readonly stops: number }) {
    const { now } = this.#world;
    if (Instant.compare(now, day.ends) < 0) return { ends: day.ends, stops: day.stops + 1 };
    return { ends: now.add({ hours: 24 }), stops: 1 };
  }

  #moveClock(at: Instant): void {
    const { time, weather, chance } = this.#world;
    if (weather.clockJumps && chance.hits(200)) {
      time.skewPrograms(chance.between(-120_000, 120_000));
    }
    time.moveTo(at);
  }

  async #stop(due: Due): Promise<void> {
    const { time, chance, newsroom } = this.#world;
    const doing: Promise<unknown>[] = [];
    for (let next = time.takePlanned(); next !== null; next = time.takePlanned()) {
      const happening = Promise.resolve(next.happen());
      // Now and then two things that come together happen at the same time.
      if (chance.hits(300)) doing.push(happening);
      else await happening;
    }
    if (newsroom.upSince !== null) doing.push(...this.#workDue(due));
    await Promise.all(doing);
  }

  #workDue(due: Due): readonly Promise<unknown>[] {
    const { time, chance, newsroom, supporters } = this.#world;
    const isDue = (at: Instant | null) =>
      at !== null && Instant.compare(at, time.programClock.now()) <= 0;
    const doing: Promise<unknown>[] = [];
    if (isDue(due.giftAt)) {
      if (chance.hits(60) && time.isLiving) doing.push(chance.pick(supporters).change());
      if (chance.hits(60)) doing.push(newsroom.work('collector'));
      doing.push(newsroom.work('collector'));
    }
    if (isDue(due.eventAt)) doing.push(newsroom.work('inbox'));
    if (isDue(due.letterAt)) doing.push(newsroom.work('letters'));
    if (isDue(due.refundAt)) doing.push(newsroom.work('refunds'));
    return doing;
  }

  async #work(name: string): Promise<void> {
    await this.#world.newsroom.work(name);
  }

  #restingWorkers(): readonly string[] {
    const { nightly, poller } = this.#world.weather;
    return [
      ...['inbox', 'collector', 'refunds', 'letters', 'ledger-checkpoint'],
      ...(nightly ? ['reconciliation'] : []),
      ...(poller ? ['poller'] : []),
    ];
  }

  async #comeToRest(): Promise<void> {
    const { time, newsroom, desk } = this.#world;
    await desk.closesWhatIsLost();
    time.moveTo(time.now.add({ minutes: 20 }));
    for (let round = 0; round < IDLE_ROUNDS_MAX; round += 1) {
      // It reads so many pages, and the others a quarter of an hour later.
      const listed = await newsroom.work('money');
      if (listed > 0) time.moveTo(time.now.add({ minutes: 20 }));
      let handled = listed;
      for (const name of this.#restingWorkers()) handled += await newsroom.work(name);
      if (handled === 0) return;
    }
    this.#world.breach('liveness', 'the workers find no rest after the weather cleared');
  }
}
