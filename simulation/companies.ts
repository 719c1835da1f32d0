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
import type { Supporter } from './supporter.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export class Companies {
  /** In the order in which this seed's newsroom prefers them. */
  readonly banks: readonly Bank[];
  /** Who learned of which pledge. */
  readonly owners = new Map<string, Supporter>();
  readonly #world: World;
  readonly #chance: Chance;
  readonly #post: PostOffice;
  readonly #planned = new Set<string>();

  constructor({ world, clock }: { readonly world: World; readonly clock: Clock }) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'companies');
    this.#post = new PostOffice({
      chance: new Chance(world.seed, 'post'),
      weather: () => world.weather,
      later: (afterMs, what, happen) => world.later(afterMs, what, happen, 'always'),
      deliver: (message) => world.deliver(message),
    });
    const chance = new Chance(world.seed, 'banks');
    const cards = {
      declines: chance.pick([0, 50, 150, 400]),
      confirmations: chance.pick([0, 0, 50, 150]),
      underWay: chance.pick([0, 0, 50, 300]),
    };
    const habits = [CARD_HABITS, WALLET_HABITS, COIN_HABITS];
    // Another preference per seed: the first company that can take a gift takes it.
    const drawn = chance.below(habits.length);
    const first = world.plant.firstCompany ?? drawn;
    this.banks = [...habits.slice(first), ...habits.slice(0, first)].map(
      (one) =>
        new Bank({
          habits: one,
          cards,
          clock,
          chance: new Chance(world.seed, one.accountId),
          later: (afterMs, what, happen) => world.later(afterMs, what, happen, 'always'),
          changed: (bank, payment) => this.#changed(bank, payment),
          moneyMoved: (what) => this.#moneyMoved(what),
        }),
    );
  }

  #changed(bank: Bank, payment: Payment): void {
    const world = this.#world;
    world.note(`${payment.objectRef} ${describe(payment)}`);
    this.#post.send(bank, payment);
    if (payment.kind === 'mandate') this.#watchForPages(payment);
    this.#mayGoBack(bank, payment);
    if (world.weather.poller) this.#runSoon('poller');
    const owner = this.owners.get(payment.pledgeId ?? '');
    const declined = payment.kind === 'mandate' && payment.evidence.state === 'declined';
    if (owner !== undefined && declined && this.#chance.hits(350)) {
      const days = this.#chance.between(1, 20);
      world.later(days * DAY_MS, `${owner.name} pays by hand`, () => owner.payByHand());
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
        if (!isOpen || !this.#world.shownPages.has(pageUrlOf(page))) continue;
        this.#world.breach('I4', `gift ${page.giftId} was charged while its page was open`);
      }
    }
  }

  #moneyMoved(what: string): void {
    this.#world.note(what);
    this.#runSoon('money');
  }

  /** Production looks every quarter of an hour; here somebody looks some time after there is something to see. */
  #runSoon(worker: 'poller' | 'money'): void {
    if (this.#planned.has(worker)) return;
    this.#planned.add(worker);
    const run = async () => {
      this.#planned.delete(worker);
      if (!this.#world.down) await this.#world.work(worker);
    };
    const minutes = this.#chance.between(2, 400);
    this.#world.later(minutes * MINUTE_MS, `time for the ${worker}`, run, 'always');
  }

  /** Some charges are given back by staff, in part on the company's own pages first; some are disputed. */
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
    const part = money((minor + 1n) / 2n, currency);
    world.later(days * DAY_MS, 'a refund on their pages', () => {
      bank.refund(charge.chargeRef, part);
    });
    world.later((days + 1) * DAY_MS, 'staff give back', () => this.#staffRefund(payment.giftId));
  }

  /** Whatever is left goes back. */
  async #staffRefund(giftId: string): Promise<void> {
    const decision = { by: 'staff', reason: 'asked for' };
    await this.#world.visit('staff give back', async (giving) => {
      const result = await giving.refundGift({ giftId, ...decision });
      return result.kind === 'refused' ? `refused ${result.reason}` : result.kind;
    });
  }
}

function describe({ evidence }: Payment): string {
  if (evidence.state !== 'succeeded') return evidence.state;
  return `succeeded ${evidence.money.minor} ${evidence.money.currency}`;
}
