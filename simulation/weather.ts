/**
 * What goes wrong in one seed. Swarm testing: each seed has a random subset of the faults, each with a rate of its own,
 * because a world in which everything fails always never gets anywhere near the rare states behind a success.
 */
import { Chance } from './chance.ts';

/** Rates in parts of a thousand, of each call or message. */
export interface Weather {
  readonly lostBefore: number;
  readonly lostAfter: number;
  /** 5xx, 429, 409 and answers that cannot be read. */
  readonly refusals: number;
  /** No answer for longer than a lease; another process may take over meanwhile. */
  readonly hangs: number;
  /** The request arrives minutes after we gave up on its answer. */
  readonly lateArrival: number;
  readonly webhookDuplicate: number;
  readonly webhookDrop: number;
  /** Longest delay of a message; it is what reorders them as well. */
  readonly webhookDelayMaxMinutes: number;
  /** Of every await: a question to the database, a call to a processor. */
  readonly crash: number;
  /** The connection to PostgreSQL is cut: before a statement, or after COMMIT was sent. */
  readonly databaseCut: number;
  /** At each stop the system's clock is wrong by up to two minutes. */
  readonly clockJumps: boolean;
  /** The program stands still for days. */
  readonly outages: boolean;
  /** Processors are away for hours. */
  readonly processorOutages: boolean;
  readonly processorDrops: boolean;
  /** The newsroom leaves a company, and may come back to it. */
  readonly leaves: boolean;
  /** Companies take every order for an invalid one, for days: our bug, until it was mended. */
  readonly invalidOrders: boolean;
  /** Somebody begins so many promises that the bound of a day stops one of them. */
  readonly eager: boolean;
  /** Whether messages reach us at all, and whether we ask by ourselves. At least one of the two. */
  readonly webhooks: boolean;
  readonly poller: boolean;
  /** Companies tell of fees, of money that comes free and of payouts. */
  readonly settlements: boolean;
  /** The nightly comparison with the companies' books runs. */
  readonly nightly: boolean;
  /** Which of several waiting transactions is next: the first, or any. */
  readonly shuffledTransactions: boolean;
}

export function weatherOf(seed: number): Weather {
  const chance = new Chance(seed, 'weather');
  const money = new Chance(seed, 'weather of money');
  const people = new Chance(seed, 'weather of people');
  const some = (perMille: number, from: number, to: number): number =>
    chance.hits(perMille) ? chance.between(from, to) : 0;
  const deliveries = chance.below(10);
  // Who does not ask must be told: then no message is lost for good.
  const poller = deliveries !== 1;
  return {
    lostBefore: some(500, 5, 200),
    lostAfter: some(500, 5, 200),
    refusals: some(500, 5, 100),
    hangs: some(300, 5, 100),
    lateArrival: some(250, 5, 100),
    webhookDuplicate: some(500, 10, 500),
    webhookDrop: poller ? some(300, 10, 100) : 0,
    webhookDelayMaxMinutes: chance.hits(600) ? chance.pick([1, 10, 120, 1440, 3 * 1440]) : 0,
    crash: some(350, 1, chance.pick([3, 10, 50])),
    databaseCut: some(250, 1, 10),
    clockJumps: chance.hits(250),
    outages: chance.hits(250),
    processorOutages: chance.hits(250),
    processorDrops: chance.hits(120),
    leaves: people.hits(150),
    invalidOrders: people.hits(120),
    eager: people.hits(10),
    webhooks: deliveries !== 0,
    poller,
    shuffledTransactions: chance.hits(700),
    settlements: money.hits(400),
    nightly: money.hits(200),
  };
}

/** For the end of every seed: whatever was wrong is mended. Who never polled does not begin to. */
export function clearWeather({ webhooks, poller, settlements, nightly }: Weather): Weather {
  return { ...CLEAR_WEATHER, webhooks, poller, settlements, nightly };
}

/** Nothing in it keeps the program from doing everything at its minute. */
export function isCalm(weather: Weather): boolean {
  const { crash, databaseCut, hangs, outages, clockJumps } = weather;
  return crash + databaseCut + hangs === 0 && !outages && !clockJumps;
}

const CLEAR_WEATHER: Weather = {
  lostBefore: 0,
  lostAfter: 0,
  refusals: 0,
  hangs: 0,
  lateArrival: 0,
  webhookDuplicate: 0,
  webhookDrop: 0,
  webhookDelayMaxMinutes: 0,
  crash: 0,
  databaseCut: 0,
  clockJumps: false,
  outages: false,
  processorOutages: false,
  processorDrops: false,
  leaves: false,
  invalidOrders: false,
  eager: false,
  webhooks: true,
  poller: true,
  settlements: false,
  nightly: false,
  shuffledTransactions: true,
};

export function describeWeather(weather: Weather): string {
  return Object.entries(weather)
    .filter(([, value]) => value !== 0 && value !== false)
    .map(([name, value]) => (value === true ? name : `${name} ${value}`))
    .join(', ');
}
