/**
 * A person who gives, as the newsroom meets them: they double-click, wander off, come back late, pay a page that is
 * already closed, change their mind about the amount, pause, pay by hand after a decline, and stop. Their browser keeps the
 * gift's id, so what they send again after an error is the same gift.
 */
import type { Chance } from './chance.ts';
import {
  type BeginGiftResult,
  type GiftIntent,
  type Giving,
  Instant,
  type Money,
  money,
} from './core.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Ends of months, leap days and nights in which clocks are changed. */
const EDGE_DAYS = [
  '2026-01-31',
  '2026-03-29',
  '2026-08-31',
  '2026-10-25',
  '2027-01-30',
  '2027-03-31',
  '2028-02-28',
  '2028-02-29',
  '2028-02-29',
  '2029-01-29',
] as const;
const BEGINS_MAX = 6;
const PAYS_MAX = 3;

type Interval = GiftIntent['interval'];

export class Supporter {
  readonly name: string;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #zone: string;
  pledgeId: string | null = null;
  /** What they meant to give, each with the ids their browser made for it. One that was started over is not in here. */
  readonly intentions = new Set<Set<string>>();

  constructor(options: {
    readonly name: string;
    readonly world: World;
    readonly chance: Chance;
    readonly zone: string;
  }) {
    this.name = options.name;
    this.#world = options.world;
    this.#chance = options.chance;
    this.#zone = options.zone;
  }

  /** Plans what this person will do over the years. */
  arrive(): void {
    const chance = this.#chance;
    const firstMs = this.#firstVisitMs();
    const interval = chance.pick<Interval>([
      'once',
      'once',
      'month',
      'month',
      'month',
      'year',
      'year',
    ]);
    const amount = money(
      BigInt(chance.between(1, 50)) * 100n,
      chance.pick(['EUR', 'EUR', 'USD', 'JPY']),
    );
    this.#later(firstMs, 'begins', () => this.#begin(this.#world.newGiftId(), amount, interval));
    if (interval === 'once') return;
    // Most monthly promises of a seed are short, so that a seed holds many kinds of lives instead of many equal months.
    const stays =
      interval === 'month'
        ? chance.between(20, chance.hits(150) ? 1200 : 200)
        : chance.between(300, 2200);
    const onSomeDay = (day: number) => firstMs + day * DAY_MS + chance.below(DAY_MS);
    this.#later(onSomeDay(stays), 'stops', () => this.#cancel());
    const changes = chance.below(4);
    for (let index = 0; index < changes; index += 1) {
      this.#later(onSomeDay(chance.below(stays)), 'changes something', () => this.change());
    }
  }

  /** Some come on the days and at the hours at which calendars go wrong. */
  #firstVisitMs(): number {
    const chance = this.#chance;
    const anyDay = chance.below(chance.hits(700) ? 60 : 1500) * DAY_MS + chance.below(DAY_MS);
    if (!chance.hits(400)) return anyDay;
    const hour = String(chance.below(24)).padStart(2, '0');
    const edge = Instant.from(
      `${chance.pick(EDGE_DAYS)}T${hour}:${chance.pick(['00', '30', '59'])}:00Z`,
    );
    const ms = this.#world.now.until(edge).total('milliseconds');
    return ms > 0 ? ms : anyDay;
  }

  /** One change to the pledge, whichever. */
  async change(): Promise<void> {
    const kind = this.#chance.below(10);
    if (kind < 2) return await this.#pause();
    if (kind < 4) return await this.#resume();
    if (kind < 7) return await this.#changeAmount();
    if (kind < 9) return await this.payByHand();
    return await this.#cancel();
  }

  /** Pays the period that is being collected with another method: after a decline, or because they like to. */
  async payByHand(): Promise<void> {
    const { pledgeId } = this;
    if (pledgeId === null) return;
    await this.#visit('pays by hand', async (giving) => {
      const pledge = await giving.pledgeView(pledgeId);
      if (pledge?.openGiftId == null) return 'nothing open';
      const gift = await giving.giftView(pledge.openGiftId);
      if (gift === undefined) return 'no such gift';
      const intent = this.#intent(gift.giftId, gift.money, gift.interval);
      return this.#follow(await giving.beginGift(intent), intent, BEGINS_MAX);
    });
  }

  async #begin(giftId: string, amount: Money, interval: Interval, tries = 0): Promise<void> {
    const intention = this.#intentionOf(giftId);
    const taps = this.#chance.hits(300) ? this.#chance.between(2, 3) : 1;
    const once = () => {
      const id = this.#world.plant.forgetfulBrowsers === true ? this.#world.newGiftId() : giftId;
      intention.add(id);
      const intent = this.#intent(id, amount, interval);
      return this.#visit(
        `begins ${short(giftId)} ${interval} ${amount.minor} ${amount.currency}`,
        (giving) => giving.beginGift(intent).then((result) => this.#follow(result, intent, tries)),
      );
    };
    const heard = await Promise.all(Array.from({ length: taps }, once));
    if (heard.some((one) => one !== null)) return;
    if (tries < BEGINS_MAX) {
      this.#later(this.#chance.between(1, 90) * MINUTE_MS, 'tries again', () =>
        this.#begin(giftId, amount, interval, tries + 1),
      );
    }
  }

  /** What they do with the answer. @returns its kind */
  #follow(result: BeginGiftResult, intent: GiftIntent, tries: number): string {
    const chance = this.#chance;
    const { giftId, money: amount, interval } = intent;
    if (result.kind !== 'refused') this.#world.acknowledged(giftId, amount);
    switch (result.kind) {
      case 'go': {
        const { pageUrl } = result;
        this.#world.shownPages.add(pageUrl);
        if (chance.hits(850)) {
          const after = chance.hits(900) ? chance.below(40) : chance.below(3 * 1440);
          this.#later(after * MINUTE_MS, 'pays', () => this.#pay(giftId, pageUrl));
        } else if (tries < BEGINS_MAX) {
          this.#later(chance.between(1, 3000) * MINUTE_MS, 'comes back', () =>
            this.#begin(giftId, amount, interval, tries + 2),
          );
        }
        if (chance.hits(60)) {
          this.#later(chance.below(60) * MINUTE_MS, 'sends another amount', () =>
            this.#otherAmount(intent),
          );
        }
        if (chance.hits(120)) {
          this.#later(chance.below(8) * MINUTE_MS, 'starts over', () => this.#replace(intent));
        }
        return 'go';
      }
      case 'checking':
        if (tries < BEGINS_MAX) {
          this.#later(chance.between(1, 600) * MINUTE_MS, 'tries again', () =>
            this.#begin(giftId, amount, interval, tries + 1),
          );
        }
        return 'checking';
      case 'already':
      case 'other-content':
        return `${result.kind} ${result.gift.state}`;
      case 'refused':
        return `refused ${result.reason}`;
    }
  }

  async #pay(giftId: string, pageUrl: string, tries = 0): Promise<void> {
    const chance = this.#chance;
    const seen = this.#world.payPage(pageUrl);
    this.#world.note(`${this.name} pays ${pageUrl.split('/').at(-1)}: ${seen}`);
    if (seen === 'declined' && tries < PAYS_MAX) {
      this.#later(chance.between(1, 5) * MINUTE_MS, 'tries another card', () =>
        this.#pay(giftId, pageUrl, tries + 1),
      );
      return;
    }
    if (chance.hits(700)) {
      const after = chance.hits(800) ? 0 : chance.below(4 * 1440);
      this.#later(after * MINUTE_MS, 'returns', () => this.#look(giftId));
    } else {
      this.#later(chance.between(1, 5) * DAY_MS, 'looks', () => this.#look(giftId));
    }
  }

  /** Opens the gift's own page; the pledge is learned there. */
  async #look(giftId: string, tries = 0): Promise<void> {
    await this.#visit(`looks at ${short(giftId)}`, async (giving) => {
      const view = await giving.askProcessor(giftId);
      if (view === undefined) return 'nothing';
      this.#world.sawGift(giftId, view.state);
      this.#world.sawPledge(view.pledge?.pledgeId ?? null, view.pledge?.state ?? null);
      if (view.pledge !== null) {
        this.pledgeId = view.pledge.pledgeId;
        this.#world.owns(view.pledge.pledgeId, this);
      }
      if (view.state === 'settled' && this.#chance.hits(80)) {
        const day = this.#chance.below(16);
        this.#later(day * DAY_MS, 'takes back', () => this.#undo(giftId));
        // And taps again.
        if (this.#chance.hits(300))
          this.#later(day * DAY_MS, 'takes back', () => this.#undo(giftId));
      }
      const unsure = view.state !== 'settled' && tries < 2;
      if (unsure) this.#later(2 * DAY_MS, 'looks again', () => this.#look(giftId, tries + 1));
      return `${view.state} ${view.stateForPeople}`;
    });
  }

  /** The same id with another amount must be told so, and must change nothing. */
  async #otherAmount(intent: GiftIntent): Promise<void> {
    const other = money(intent.money.minor + 100n, intent.money.currency);
    await this.#visit('sends another amount', async (giving) => {
      const result = await giving.beginGift({ ...intent, money: other });
      if (result.kind !== 'other-content') {
        this.#world.breach('I14', `another amount was answered ${result.kind}`);
      }
      return result.kind;
    });
  }

  async #replace(old: GiftIntent): Promise<void> {
    const amount = money(old.money.minor + 200n, old.money.currency);
    const intent = this.#intent(this.#world.newGiftId(), amount, old.interval);
    for (const intention of this.intentions) {
      if (intention.has(old.giftId)) this.intentions.delete(intention);
    }
    await this.#visit('starts over', async (giving) => {
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
          return this.#follow(result, intent, BEGINS_MAX);
      }
    });
  }

  async #pause(): Promise<void> {
    const { pledgeId } = this;
    if (pledgeId === null) return;
    const months = this.#chance.between(1, 12);
    await this.#visit(`pauses ${months} months`, async (giving) => {
      this.#world.pausedPledges.add(pledgeId);
      const result = await giving.pausePledge({ pledgeId, months });
      return result.kind;
    });
  }

  async #resume(): Promise<void> {
    const { pledgeId } = this;
    if (pledgeId === null) return;
    await this.#visit('resumes', async (giving) => (await giving.resumePledge(pledgeId)).kind);
  }

  async #changeAmount(): Promise<void> {
    const { pledgeId } = this;
    if (pledgeId === null) return;
    const minor = BigInt(this.#chance.between(1, 60)) * 100n;
    await this.#visit('changes the amount', async (giving) => {
      const pledge = await giving.pledgeView(pledgeId);
      if (pledge === undefined) return 'no such pledge';
      const amount = money(minor, pledge.money.currency);
      return (await giving.changePledgeAmount({ pledgeId, money: amount })).kind;
    });
  }

  async #cancel(): Promise<void> {
    const { pledgeId } = this;
    if (pledgeId === null) return;
    await this.#visit('stops', async (giving) => {
      const result = await giving.cancelPledge(pledgeId);
      if (result.kind !== 'cancelled') return result.kind;
      this.#world.sawPledge(pledgeId, result.pledge.state);
      if (!result.willStillComplete) this.#world.cancelled(pledgeId);
      return result.willStillComplete ? 'cancelled, one on its way' : 'cancelled';
    });
  }

  #intentionOf(giftId: string): Set<string> {
    for (const intention of this.intentions) if (intention.has(giftId)) return intention;
    const intention = new Set([giftId]);
    this.intentions.add(intention);
    return intention;
  }

  #visit(what: string, visit: (giving: Giving) => Promise<string>): Promise<string | null> {
    return this.#world.visit(`${this.name} ${what}`, visit);
  }

  /** Takes a gift back: allowed for fourteen days, once. */
  async #undo(giftId: string): Promise<void> {
    await this.#visit(`takes ${short(giftId)} back`, async (giving) => {
      const gift = await giving.giftView(giftId);
      if (gift?.supporterId == null) return 'no such gift';
      const result = await giving.undoGift({ giftId, supporterId: gift.supporterId });
      return result.kind === 'refused' ? `refused ${result.reason}` : result.kind;
    });
  }

  #later(afterMs: number, what: string, happen: () => Promise<void>): void {
    this.#world.later(afterMs, `${this.name} ${what}`, happen);
  }

  #intent(giftId: string, amount: Money, interval: Interval): GiftIntent {
    return { giftId, money: amount, interval, language: 'en', zone: this.#zone, appeal: null };
  }
}

function short(id: string): string {
  return id.slice(-6);
}
