/**
 * The three companies of a world, and what follows when something changes in their books: messages, a poll before long,
 * refunds and disputes, and supporters who pay by hand what their card would not.
 */
import { Bank, pageUrlOf } from './bank/bank.ts';
import type { Payment } from './bank/books.ts';
import { CARD_HABITS, COIN_HABITS, WALLET_HABITS } from './bank/habits.ts';
import { PostOffice } from './bank/post-office.ts';
import { Chance } from './chance.ts';
import { type Clock, money } from './core.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A declined renewal is tried again after three days, at its pledge's own minute. */
const JUST_BEFORE_RETRY_MS = 3 * DAY_MS - 20 * 60_000;

export class Companies {
  /** In the order in which this seed's newsroom prefers them. */
  readonly banks: readonly Bank[];
  readonly #world: World;
  readonly #chance: Chance;
  readonly #post: PostOffice;
  /** Of what happens to money later; a stream of its own, so that other luck stays as it was. */
  readonly #later: Chance;
  readonly #planned = new Set<string>();

  constructor({ world, clock }: { readonly world: World; readonly clock: Clock }) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'companies');
    this.#later = new Chance(world.seed, 'money later');
    this.#post = new PostOffice({
      chance: new Chance(world.seed, 'post'),
      weather: () => world.weather,
      later: (afterMs, what, happen) => world.later(afterMs, what, happen, 'always'),
      deliver: (message) => world.newsroom.deliver(message),
    });
    const chance = new Chance(world.seed, 'banks');
    const cards = {
      declines: chance.pick([0, 50, 150, 400]),
      confirmations: chance.pick([0, 0, 50, 150]),
      underWay: chance.pick([0, 0, 50, 300]),
    };
    const { wrongAmounts = false } = world.plant;
    const coins = wrongAmounts ? { ...COIN_HABITS, wrongAmount: 1000 } : COIN_HABITS;
    const habits = [CARD_HABITS, WALLET_HABITS, coins];
    // Another preference per seed: the first company that can take a gift takes it.
    const drawn = chance.below(habits.length);
    const first = world.plant.firstCompany ?? drawn;
    this.banks = [...habits.slice(first), ...habits.slice(0, first)].map(
      (one) =>
        new Bank({
          habits: one,
          cards,
          settles: world.weatherOfSeed.settlements,
          clock,
          chance: new Chance(world.seed, one.accountId),
          later: (afterMs, what, happen) => world.later(afterMs, what, happen, 'always'),
          changed: (bank, payment) => this.#changed(bank, payment),
          moneyMoved: (bank, what) => this.#moneyMoved(bank, what),
        }),
    );
  }

  /** A supporter pays on a company's page. @returns what they see */
  payPage(pageUrl: string): string {
    for (const bank of this.banks) {
      if (bank.ofPage(pageUrl) !== undefined) return bank.pay(pageUrl);
    }
    return 'no such page';
  }

  /** A pledge was stopped with nothing on its way: a charge of it that leaves from now on is a breach of I8. */
  cancelled(pledgeId: string): void {
    for (const bank of this.banks) bank.cancelledPledges.add(pledgeId);
  }

  ofAccount(accountId: string): Bank | undefined {
    return this.banks.find(({ habits }) => habits.accountId === accountId);
  }

  #changed(bank: Bank, payment: Payment): void {
    const world = this.#world;
    world.note(`${payment.objectRef} ${describe(payment)}`);
    this.#post.send(bank, payment);
    if (payment.kind === 'mandate') this.#watchForPages(payment);
    this.#mayGoBack(bank, payment);
    if (payment.evidence.state === 'succeeded') this.#money(bank);
    if (world.weather.poller) this.#runSoon('poller');
    const owner = world.witness.owners.get(payment.pledgeId ?? '');
    const declined = payment.kind === 'mandate' && payment.evidence.state === 'declined';
    if (owner === undefined || !declined) return;
    const isCloseToRetry = world.plant.paysByHandBeforeRetry === true;
    const afterMs = isCloseToRetry ? JUST_BEFORE_RETRY_MS : this.#chance.between(1, 20) * DAY_MS;
    if (isCloseToRetry || this.#chance.hits(350)) {
      world.later(afterMs, `${owner.name} pays by hand`, () => owner.payByHand());
    }
  }

  /** Bug 19: nobody is charged by themselves while they have a page open for the same gift. */
  #watchForPages(charged: Payment): void {
    const isAtOnce =
      charged.evidence.state === 'succeeded' && charged.madeAt.equals(charged.changedAt);
    if (!isAtOnce) return;
    for (const { books, now } of this.banks) {
      for (const page of books.payments.values()) {
        if (page.kind !== 'page' || page.giftId !== charged.giftId) continue;
        const isOpen =
          page.evidence.state === 'open' &&
          now.epochMilliseconds < page.expiresAt.epochMilliseconds;
        if (!isOpen || !this.#world.witness.shownPages.has(pageUrlOf(page))) continue;
        this.#world.breach('I4', `gift ${page.giftId} was charged while its page was open`);
      }
    }
  }

  #moneyMoved(bank: Bank, what: string): void {
    this.#world.note(what);
    this.#post.sendMoney(bank);
    this.#runSoon('money');
  }

  /** What time brings to a charge has no message here: the listing is read some days later, and some nights compared. */
  #money(bank: Bank): void {
    const world = this.#world;
    if (bank.funds.settles) this.#runOnce('money', this.#later.between(2, 20) * DAY_MS);
    if (!world.weather.nightly || !this.#later.hits(500)) return;
    const nextNight = DAY_MS - (world.now.epochMilliseconds % DAY_MS) + 4 * HOUR_MS;
    this.#runOnce('reconciliation', nextNight);
  }

  /** Production looks every quarter of an hour; here somebody looks some time after there is something to see. */
  #runSoon(worker: 'poller' | 'money'): void {
    const name = `${worker} soon`;
    if (this.#planned.has(name)) return;
    this.#plan(worker, { name, afterMs: this.#chance.between(2, 400) * MINUTE_MS });
  }

  #runOnce(worker: 'money' | 'reconciliation', afterMs: number): void {
    const name = `${worker} one day`;
    if (!this.#planned.has(name)) this.#plan(worker, { name, afterMs });
  }

  #plan(worker: string, when: { readonly name: string; readonly afterMs: number }): void {
    this.#planned.add(when.name);
    const run = async () => {
      this.#planned.delete(when.name);
      await this.#world.newsroom.work(worker);
    };
    this.#world.later(when.afterMs, `time for the ${worker}`, run, 'always');
  }

  /** Some charges are given back by staff, in part or whole on the company's own pages first; some are disputed. */
  #mayGoBack(bank: Bank, payment: Payment): void {
    const { evidence } = payment;
    const charge =
      evidence.state === 'succeeded' ? bank.books.charges.get(evidence.chargeRef) : undefined;
    if (charge === undefined || !this.#chance.hits(60)) return;
    const world = this.#world;
    const days = this.#chance.below(60);
    if (this.#chance.hits(400)) {
      world.later(days * DAY_MS, 'a dispute', () => bank.dispute(charge));
      return;
    }
    const { minor, currency } = charge.money;
    const part = money(this.#later.hits(300) ? minor : (minor + 1n) / 2n, currency);
    world.later(days * DAY_MS, 'a refund on their pages', () => {
      bank.refund(charge.chargeRef, part, null);
    });
    world.later((days + 1) * DAY_MS, 'staff give back', () =>
      world.desk.givesBackTheRest(payment.giftId),
    );
  }
}

function describe({ evidence }: Payment): string {
  if (evidence.state !== 'succeeded') return evidence.state;
  return `succeeded ${evidence.money.minor} ${evidence.money.currency}`;
}
