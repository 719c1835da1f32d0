/**
 * Some months of a newsroom whose companies are the real adapters on fakes of Stripe, PayPal and BTCPay, over HTTP, with the
 * real core and a real database: supporters who change their minds and their way to pay, answers that get lost, pages of
 * HTML where JSON was asked for, messages twice and never. Then nothing goes wrong any more, everything comes to rest, and
 * the ledger has to say what the companies' books say.
 *
 * The large simulator has companies that it can make up by itself, and lives far more; here it is the adapters that are
 * tried, and what they and the fakes think of each other's companies.
 */
import { ManualClock } from '../../src/calendar/index.ts';
import { createGiving, type Giving, runWorkersUntilIdle } from '../../src/giving/index.ts';
import { type GivingWorld, givingWorld } from '../../src/giving/testing/giving-world.ts';
import { money } from '../../src/money/index.ts';
import { Chance } from '../chance.ts';
import { assert } from '../core.ts';
import { btcpayCompany } from './btcpay-company.ts';
import type { AdapterCompany } from './company.ts';
import { paypalCompany } from './paypal-company.ts';
import { stripeCompany } from './stripe-company.ts';
import { type Breach, judge } from './verdict.ts';

const BEGIN = '2026-01-05T09:00:00Z';
/** A step of the world, in hours: a few weeks to a few months in all. */
const STEP_HOURS = [1, 2, 5, 11, 23, 49] as const;
/** Long enough for the last report, invoice and question to a company. */
const DRAIN_DAYS = 12;
const DRAIN_STEP_HOURS = 6;
const ROUNDS_MAX = 600;

export interface MonthsReport {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  /** What happened, so that a year in which nothing did is seen. */
  readonly begun: number;
  readonly takings: number;
}

interface Months {
  readonly world: GivingWorld;
  readonly giving: Giving;
  readonly companies: readonly AdapterCompany[];
  readonly chance: Chance;
  readonly begun: BegunGift[];
}

interface BegunGift {
  readonly intent: Parameters<Giving['beginGift']>[0];
  pageUrl: string | null;
}

export async function liveMonths(options: {
  readonly seed: number;
  readonly steps: number;
}): Promise<MonthsReport> {
  const { seed, steps } = options;
  const world = await givingWorld({ now: BEGIN });
  assert(world.clock instanceof ManualClock, 'time passes when a world says so');
  const companies = [
    await stripeCompany(world.clock),
    await paypalCompany(world.clock),
    await btcpayCompany(world.clock),
  ];
  try {
    const processors = companies.map(({ processor }) => processor);
    const giving = createGiving({ ...world.dependencies, processors });
    for (const company of companies) company.meet(giving);
    const months = { world, giving, companies, chance: new Chance(seed, 'months'), begun: [] };
    for (let step = 0; step < steps; step += 1) await liveStep(months);
    await comeToRest(months);
    const breaches = await judge({ db: world.db, companies });
    const takings = companies.reduce((sum, company) => sum + company.takings().length, 0);
    return { seed, breaches, begun: months.begun.length, takings };
  } finally {
    for (const company of companies) await company.close();
    await world.close();
  }
}

async function liveStep(months: Months): Promise<void> {
  const { world, companies, chance, giving } = months;
  for (const company of companies) {
    if (chance.hits(250)) company.spoil(chance);
  }
  const acts = chance.between(1, 3);
  for (let act = 0; act < acts; act += 1) await somebodyActs(months);
  world.clock.advance({ hours: chance.pick(STEP_HOURS) });
  for (const company of companies) {
    company.live(chance);
    await company.deliver(chance);
  }
  // Not always to the end: workers are killed in the middle of things.
  const workers = giving.workers.filter(() => chance.hits(850));
  await runWorkersUntilIdle(workers, chance.between(1, ROUNDS_MAX));
}

async function somebodyActs(months: Months): Promise<void> {
  const { chance } = months;
  const act = chance.below(100);
  if (act < 40) return await beginsGift(months);
  if (act < 60) return await comesBack(months);
  if (act < 72) return await changesWay(months);
  if (act < 84) return await paysNext(months);
  if (act < 92) return await isGivenBack(months);
  return await stops(months);
}

async function beginsGift(months: Months): Promise<void> {
  const { world, chance, companies } = months;
  const intent = world.intent({
    money: money(BigInt(chance.between(3, 90)) * 100n, 'EUR'),
    interval: chance.pick(['once', 'month', 'month']),
    placeIsSafe: true,
    ...(chance.hits(800) ? { way: chance.pick(companies).name } : {}),
  });
  const gift: BegunGift = { intent, pageUrl: null };
  months.begun.push(gift);
  await begin(months, gift);
  if (chance.hits(750)) await visit(months, gift);
}

async function begin({ giving }: Months, gift: BegunGift): Promise<void> {
  const answer = await giving.beginGift(gift.intent);
  gift.pageUrl = answer.kind === 'go' ? answer.pageUrl : null;
}

/** On whichever company's page it is; the others know nothing of it. Most come back to us afterwards. */
async function visit(
  { companies, chance, giving }: Months,
  { pageUrl, intent }: BegunGift,
): Promise<void> {
  if (pageUrl === null) return;
  for (const company of companies) await company.visit(pageUrl, chance);
  if (chance.hits(800)) await giving.askProcessor(intent.giftId);
}

/** A second tap, a reload, a bookmark, the way back from the company. */
async function comesBack(months: Months): Promise<void> {
  const gift = anyOf(months);
  if (gift === undefined) return;
  if (months.chance.hits(500)) await begin(months, gift);
  if (months.chance.hits(500)) await visit(months, gift);
  await months.giving.askProcessor(gift.intent.giftId);
}

async function changesWay(months: Months): Promise<void> {
  const { chance, companies } = months;
  const gift = anyOf(months);
  if (gift === undefined) return;
  const changed: BegunGift = {
    intent: { ...gift.intent, way: chance.pick(companies).name },
    pageUrl: gift.pageUrl,
  };
  await begin(months, changed);
  gift.pageUrl = changed.pageUrl;
  if (chance.hits(700)) await visit(months, gift);
}

/** Somebody opens the page of a gift to come, as a letter or the manage page leads to it. */
async function paysNext(months: Months): Promise<void> {
  const { world, giving, chance, companies } = months;
  const open = await world.db
    .selectFrom('gift')
    .innerJoin('pledge', 'pledge.id', 'gift.pledge_id')
    .select(['gift.id', 'pledge.amount_minor'])
    .where('gift.state', 'in', ['due', 'collecting'])
    .where('gift.period_n', '>=', 1)
    .where('pledge.state', 'in', ['active', 'past_due'])
    .orderBy('gift.id')
    .execute();
  if (open.length === 0) return;
  const { id, amount_minor: minor } = chance.pick(open);
  const intent = world.intent({
    giftId: id,
    money: money(minor, 'EUR'),
    interval: 'month',
    placeIsSafe: true,
    ...(chance.hits(600) ? { way: chance.pick(companies).name } : {}),
  });
  const answer = await giving.beginGift(intent);
  if (answer.kind === 'go') await visit(months, { intent, pageUrl: answer.pageUrl });
}

async function isGivenBack(months: Months): Promise<void> {
  const { giving, chance, world } = months;
  const gift = anyOf(months);
  if (gift === undefined) return;
  const view = await giving.giftView(gift.intent.giftId);
  if (view?.stateForPeople !== 'paid') return;
  const part = view.money.minor / 2n;
  await giving.refundGift({
    giftId: view.giftId,
    by: 'desk',
    reason: 'they asked for it',
    actId: world.dependencies.random.uuid(),
    ...(chance.hits(500) && part > 0n ? { money: money(part, 'EUR') } : {}),
  });
}

async function stops(months: Months): Promise<void> {
  const gift = anyOf(months);
  if (gift === undefined) return;
  const view = await months.giving.giftView(gift.intent.giftId);
  if (view?.pledge != null) await months.giving.cancelPledge(view.pledge.pledgeId);
}

function anyOf({ begun, chance }: Months): BegunGift | undefined {
  return begun.length === 0 ? undefined : chance.pick(begun.slice(-12));
}

/** From here on nothing goes wrong and nobody does anything. */
async function comeToRest({ world, companies, giving, chance }: Months): Promise<void> {
  for (let hours = 0; hours < DRAIN_DAYS * 24; hours += DRAIN_STEP_HOURS) {
    for (const company of companies) company.heal();
    world.clock.advance({ hours: DRAIN_STEP_HOURS });
    for (const company of companies) await company.deliver(chance);
    const { idle } = await runWorkersUntilIdle(giving.workers, ROUNDS_MAX);
    assert(idle, 'the workers find rest');
  }
}
