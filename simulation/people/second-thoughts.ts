/**
 * What a supporter does with a promise after it began: pause, resume, another amount, day or interval, several months at
 * once, stop, and be forgotten. What they asked for is noted before it is sent, because the answer may get lost.
 */
import { type Giving, type Money, money, type PledgeChange } from '../core.ts';
import { payOpenGift } from './paying-by-hand.ts';
import { AGREED, type Supporter } from './supporter.ts';

/** One change to the pledge, whichever. */
export async function changeSomething(person: Supporter): Promise<void> {
  const change = person.chance.pick([
    pause,
    pause,
    resume,
    resume,
    changeAmount,
    changeAmount,
    changeDay,
    changeDay,
    changeInterval,
    changeCollection,
    changeCollection,
    payOpenGift,
    payOpenGift,
    readOwnPage,
    stop,
    forgetMe,
  ]);
  await change(person);
}

type Ask = (giving: Giving, pledgeId: string) => Promise<string>;

async function withPledge(person: Supporter, what: string, ask: Ask): Promise<void> {
  const { pledgeId } = person;
  if (pledgeId === null) return;
  await person.visit(what, (giving) => ask(giving, pledgeId));
}

async function pause(person: Supporter): Promise<void> {
  const months = person.chance.between(1, 12);
  await withPledge(person, `pauses ${months} months`, async (giving, pledgeId) => {
    person.world.witness.pausedPledges.add(pledgeId);
    return (await giving.pausePledge({ pledgeId, months })).kind;
  });
}

async function resume(person: Supporter): Promise<void> {
  await withPledge(
    person,
    'resumes',
    async (giving, pledgeId) => (await giving.resumePledge(pledgeId)).kind,
  );
}

function anyAmount(person: Supporter, currency: Money['currency']): Money {
  return money(BigInt(person.chance.between(1, 60)) * 100n, currency);
}

async function changeAmount(person: Supporter): Promise<void> {
  await withPledge(person, 'changes the amount', async (giving, pledgeId) => {
    const pledge = await giving.pledgeView(pledgeId);
    if (pledge === undefined) return 'no such pledge';
    const amount = anyAmount(person, pledge.money.currency);
    return told(await giving.changePledgeAmount({ pledgeId, money: amount }));
  });
}

async function changeDay(person: Supporter): Promise<void> {
  const { chance, world } = person;
  const dayOfMonth = chance.pick([1, 15, 28, 29, 30, 31, 31, chance.between(1, 31)]);
  await withPledge(person, `changes the day to the ${dayOfMonth}.`, async (giving, pledgeId) => {
    const change = { kind: 'day', dayOfMonth } as const;
    if (chance.hits(500)) await giving.previewPledgeChange({ pledgeId, change });
    world.witness.termsOf(pledgeId).push({ kind: 'day', at: world.now, dayOfMonth });
    const answer = await giving.changePledgeDay({ pledgeId, dayOfMonth, agreed: AGREED });
    await giving.pledgeHistory(pledgeId);
    return told(answer);
  });
}

async function changeInterval(person: Supporter): Promise<void> {
  const { world } = person;
  await withPledge(person, 'changes the interval', async (giving, pledgeId) => {
    const pledge = await giving.pledgeView(pledgeId);
    if (pledge === undefined) return 'no such pledge';
    const unit = pledge.unit === 'month' ? 'year' : 'month';
    const change = { unit, money: anyAmount(person, pledge.money.currency) } as const;
    await giving.previewPledgeChange({ pledgeId, change: { kind: 'interval', ...change } });
    world.witness.termsOf(pledgeId).push({ kind: 'interval', at: world.now, dayOfMonth: null });
    return told(await giving.changePledgeInterval({ pledgeId, ...change, agreed: AGREED }));
  });
}

async function changeCollection(person: Supporter): Promise<void> {
  const collectEveryMonths = person.chance.pick([1, 2, 3, 6, 12]);
  const what = `wants ${collectEveryMonths} months at once`;
  await withPledge(person, what, async (giving, pledgeId) => {
    const pledge = await giving.pledgeView(pledgeId);
    if (pledge !== undefined) await giving.whatArrives({ money: pledge.money });
    return told(
      await giving.changePledgeCollection({ pledgeId, collectEveryMonths, agreed: AGREED }),
    );
  });
}

function told(answer: PledgeChange): string {
  return answer.kind === 'refused' ? `refused ${answer.reason}` : answer.kind;
}

/** Everything a supporter sees of themselves. */
async function readOwnPage(person: Supporter): Promise<void> {
  await withPledge(person, 'reads their own page', async (giving, pledgeId) => {
    const supporterId = (await giving.pledgeView(pledgeId))?.supporterId ?? null;
    if (supporterId === null) return 'nobody';
    const known = await giving.supporterView(supporterId);
    const gifts = await giving.giftsOf(supporterId);
    await giving.returnsOf(gifts.map(({ giftId }) => giftId));
    return `${known === undefined ? 'unknown' : 'known'}, ${gifts.length} gifts`;
  });
}

export async function stop(person: Supporter): Promise<void> {
  const { world } = person;
  await withPledge(person, 'stops', async (giving, pledgeId) => {
    const result = await giving.cancelPledge(pledgeId);
    if (result.kind !== 'cancelled') return result.kind;
    world.witness.sawPledge(pledgeId, result.pledge.state);
    if (!result.willStillComplete) world.companies.cancelled(pledgeId);
    return result.willStillComplete ? 'cancelled, one on its way' : 'cancelled';
  });
}

/** Every link between them and their gifts is cut, in one transaction that is the caller's. */
export async function forgetMe(person: Supporter): Promise<void> {
  const { world, pledgeId } = person;
  if (pledgeId === null) return;
  const heard = await world.newsroom.ask(`${person.name} is forgotten`, async (giving, { db }) => {
    const supporterId = (await giving.pledgeView(pledgeId))?.supporterId ?? null;
    if (supporterId === null) return 'nobody';
    const pledges = await giving.pledgesOf(supporterId);
    const result = await db.transaction().execute((tx) => giving.forgetSupporter(tx, supporterId));
    world.witness.forgotten.add(supporterId);
    if (result.stillCompleting === 0) {
      for (const pledge of pledges) world.companies.cancelled(pledge.pledgeId);
    }
    person.pledgeId = null;
    return `forgotten, ${result.stillCompleting} on their way`;
  });
  world.note(`${person.name} is forgotten: ${heard ?? 'error'}`);
}
