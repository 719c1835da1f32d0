/**
 * Making a gift, as people do it: they tap twice, wander off, come back late, pay a page that is already closed, try
 * another card, send the same id with another amount, and start over.
 */
import { type BeginGiftResult, type GiftIntent, money, unreachable } from '../core.ts';
import { DAY_MS, MINUTE_MS } from './spans.ts';
import { type Supporter, short, type Wish } from './supporter.ts';
import { takeBack } from './taking-back.ts';

const BEGINS_MAX = 6;
const PAYS_MAX = 3;

export interface Begun {
  readonly giftId: string;
  readonly wish: Wish;
  readonly tries?: number;
}

export async function beginGift(person: Supporter, begun: Begun): Promise<void> {
  const { giftId, wish, tries = 0 } = begun;
  const { chance, world } = person;
  const intention = intentionOf(person, giftId);
  const taps = chance.hits(300) ? chance.between(2, 3) : 1;
  const once = () => {
    const id = world.plant.forgetfulBrowsers === true ? world.newId() : giftId;
    intention.add(id);
    const intent = person.intent(id, wish);
    const { interval, collectEveryMonths: months, money: amount } = wish;
    const what = `begins ${short(giftId)} ${interval} ${amount.minor} ${amount.currency} × ${months}`;
    return person.visit(what, async (giving) => {
      if (months > 1) await giving.whatArrives({ money: amount });
      return follow(person, await giving.beginGift(intent), { giftId: id, wish, tries });
    });
  };
  const heard = await Promise.all(Array.from({ length: taps }, once));
  if (heard.every((one) => one === null)) tryAgain(person, { giftId, wish, tries }, 90);
}

function tryAgain(person: Supporter, begun: Required<Begun>, minutesMax: number): void {
  if (begun.tries >= BEGINS_MAX) return;
  person.later(person.chance.between(1, minutesMax) * MINUTE_MS, 'tries again', () =>
    beginGift(person, { ...begun, tries: begun.tries + 1 }),
  );
}

/** What they do with the answer. @returns its kind */
export function follow(person: Supporter, result: BeginGiftResult, begun: Required<Begun>): string {
  const { witness } = person.world;
  const { giftId, wish } = begun;
  if (result.kind !== 'refused') witness.acknowledged.set(giftId, wish.money);
  switch (result.kind) {
    case 'go':
      witness.shownPages.add(result.pageUrl);
      atThePage(person, result.pageUrl, begun);
      return 'go';
    case 'checking':
      tryAgain(person, begun, 600);
      return 'checking';
    case 'already':
    case 'other-content':
      return `${result.kind} ${result.gift.state}`;
    case 'refused':
      return `refused ${result.reason}`;
    default:
      return unreachable(result, 'an answer to a gift that was begun');
  }
}

function atThePage(person: Supporter, pageUrl: string, begun: Required<Begun>): void {
  const { chance } = person;
  const { giftId, wish, tries } = begun;
  if (chance.hits(850)) {
    const after = chance.hits(900) ? chance.below(40) : chance.below(3 * 1440);
    person.later(after * MINUTE_MS, 'pays', () => pay(person, { giftId, pageUrl }));
  } else if (tries < BEGINS_MAX) {
    person.later(chance.between(1, 3000) * MINUTE_MS, 'comes back', () =>
      beginGift(person, { giftId, wish, tries: tries + 2 }),
    );
  }
  if (chance.hits(60)) {
    person.later(chance.below(60) * MINUTE_MS, 'sends another amount', () =>
      sendOtherAmount(person, person.intent(giftId, wish)),
    );
  }
  if (chance.hits(120)) {
    person.later(chance.below(8) * MINUTE_MS, 'starts over', () =>
      startOver(person, { giftId, wish }),
    );
  }
}

async function pay(
  person: Supporter,
  at: { readonly giftId: string; readonly pageUrl: string },
  tries = 0,
): Promise<void> {
  const { chance, world } = person;
  const { giftId, pageUrl } = at;
  const seen = world.companies.payPage(pageUrl);
  world.note(`${person.name} pays ${pageUrl.split('/').at(-1)}: ${seen}`);
  if (seen === 'declined' && tries < PAYS_MAX) {
    person.later(chance.between(1, 5) * MINUTE_MS, 'tries another card', () =>
      pay(person, at, tries + 1),
    );
    return;
  }
  if (chance.hits(700)) {
    const after = chance.hits(800) ? 0 : chance.below(4 * 1440);
    person.later(after * MINUTE_MS, 'returns', () => look(person, giftId));
  } else {
    person.later(chance.between(1, 5) * DAY_MS, 'looks', () => look(person, giftId));
  }
}

/** Opens the gift's own page; the pledge is learned there. */
async function look(person: Supporter, giftId: string, tries = 0): Promise<void> {
  const { chance, world } = person;
  const { witness } = world;
  await person.visit(`looks at ${short(giftId)}`, async (giving) => {
    const view = await giving.askProcessor(giftId);
    if (view === undefined) return 'nothing';
    witness.seenGifts.set(giftId, view.state);
    witness.sawPledge(view.pledge?.pledgeId ?? null, view.pledge?.state ?? null);
    if (view.pledge !== null) {
      person.pledgeId = view.pledge.pledgeId;
      witness.owners.set(view.pledge.pledgeId, person);
    }
    if (view.state === 'settled' && chance.hits(80)) {
      const after = chance.below(16) * DAY_MS;
      person.later(after, 'takes back', () => takeBack(person, giftId));
      // And taps again.
      if (chance.hits(300)) person.later(after, 'takes back', () => takeBack(person, giftId));
    }
    const unsure = view.state !== 'settled' && tries < 2;
    if (unsure) person.later(2 * DAY_MS, 'looks again', () => look(person, giftId, tries + 1));
    return `${view.state} ${view.stateForPeople}`;
  });
}

/** The same id with another amount must be told so, and must change nothing. */
async function sendOtherAmount(person: Supporter, intent: GiftIntent): Promise<void> {
  const other = money(intent.money.minor + 100n, intent.money.currency);
  const sent = { giftId: intent.giftId, amount: other, answer: 'nothing' };
  person.world.witness.sentAgain.push(sent);
  await person.visit('sends another amount', async (giving) => {
    sent.answer = (await giving.beginGift({ ...intent, money: other })).kind;
    return sent.answer;
  });
}

async function startOver(person: Supporter, old: Begun): Promise<void> {
  const { world, intentions } = person;
  const { money: amount } = old.wish;
  const wish = { ...old.wish, money: money(amount.minor + 200n, amount.currency) };
  const giftId = world.newId();
  for (const intention of intentions) {
    if (intention.has(old.giftId)) intentions.delete(intention);
  }
  await person.visit('starts over', async (giving) => {
    const intent = person.intent(giftId, wish);
    const result = await giving.replaceGift({ oldGiftId: old.giftId, intent });
    switch (result.kind) {
      case 'old-paid':
      case 'old-checking':
        return result.kind;
      case 'go':
      case 'already':
      case 'other-content':
      case 'checking':
      case 'refused':
        return follow(person, result, { giftId, wish, tries: BEGINS_MAX });
      default:
        return unreachable(result, 'an answer to a gift that was started over');
    }
  });
}

function intentionOf(person: Supporter, giftId: string): Set<string> {
  for (const intention of person.intentions) if (intention.has(giftId)) return intention;
  const intention = new Set([giftId]);
  person.intentions.add(intention);
  return intention;
}
