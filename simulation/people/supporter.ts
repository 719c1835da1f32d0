/**
 * A person who gives, as the newsroom meets them: what they mean to give, when they come, and when they change their mind.
 * Their browser keeps the id of a gift, so what they send again after an error is the same gift. How they make a gift is
 * in `making-a-gift.ts`; what they do with a promise later, in `second-thoughts.ts`.
 */
import type { Chance } from '../chance.ts';
import { type Agreed, type GiftIntent, type Giving, Instant, type Money, money } from '../core.ts';
import type { World } from '../world.ts';
import { beginGift } from './making-a-gift.ts';
import { payOpenGift } from './paying-by-hand.ts';
import { changeSomething, forgetMe, stop } from './second-thoughts.ts';
import { DAY_MS } from './spans.ts';

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

export const AGREED: Agreed = { shown: 'So much, on these days.', language: 'en' };

/** What somebody means to give. */
export interface Wish {
  /** Of one month or year. */
  readonly money: Money;
  readonly interval: GiftIntent['interval'];
  readonly collectEveryMonths: number;
  /** The company they would rather pay through. */
  readonly accountId?: string;
}

export class Supporter {
  readonly name: string;
  readonly world: World;
  readonly chance: Chance;
  readonly zone: string;
  pledgeId: string | null = null;
  /** What they meant to give, each with the ids their browser made for it. One that was started over is not in here. */
  readonly intentions = new Set<Set<string>>();
  readonly #habits: Chance;

  constructor(options: {
    readonly name: string;
    readonly world: World;
    readonly chance: Chance;
    readonly zone: string;
  }) {
    this.name = options.name;
    this.world = options.world;
    this.chance = options.chance;
    this.zone = options.zone;
    this.#habits = options.chance.branch('habits');
  }

  /** Plans what this person will do over the years. */
  arrive(): void {
    const { chance } = this;
    const firstMs = this.#firstVisitMs();
    const wish = this.#wish();
    this.later(firstMs, 'begins', () => beginGift(this, { giftId: this.world.newId(), wish }));
    if (wish.interval === 'once') return;
    // Most monthly promises of a seed are short, so that a seed holds many kinds of lives instead of many equal months.
    const stays =
      wish.interval === 'month'
        ? chance.between(20, chance.hits(150) ? 1200 : 200)
        : chance.between(300, 2200);
    const onSomeDay = (day: number) => firstMs + day * DAY_MS + chance.below(DAY_MS);
    const end = this.#habits.hits(120) ? forgetMe : stop;
    this.later(onSomeDay(stays), 'stops', () => end(this));
    const changes = chance.below(4);
    for (let index = 0; index < changes; index += 1) {
      this.later(onSomeDay(chance.below(stays)), 'changes something', () => this.change());
    }
  }

  #wish(): Wish {
    const { chance } = this;
    const interval = chance.pick<Wish['interval']>([
      'once',
      'once',
      'month',
      'month',
      'month',
      'year',
      'year',
    ]);
    const minor = BigInt(chance.between(1, 50)) * 100n;
    const isBundled = interval === 'month' && this.#habits.hits(250);
    return {
      money: money(minor, chance.pick(['EUR', 'EUR', 'USD', 'JPY'])),
      interval,
      collectEveryMonths: isBundled ? this.#habits.pick([2, 3, 3, 6, 12]) : 1,
    };
  }

  /** Some come on the days and at the hours at which calendars go wrong. */
  #firstVisitMs(): number {
    const { chance } = this;
    const anyDay = chance.below(chance.hits(700) ? 60 : 1500) * DAY_MS + chance.below(DAY_MS);
    if (!chance.hits(400)) return anyDay;
    const hour = String(chance.below(24)).padStart(2, '0');
    const edge = Instant.from(
      `${chance.pick(EDGE_DAYS)}T${hour}:${chance.pick(['00', '30', '59'])}:00Z`,
    );
    const ms = this.world.now.until(edge).total('milliseconds');
    return ms > 0 ? ms : anyDay;
  }

  /** Gives once at this company, out of turn. */
  givesOnceAt(accountId: string): Promise<void> {
    const wish = {
      money: money(1500n, 'EUR'),
      interval: 'once',
      collectEveryMonths: 1,
      accountId,
    } as const;
    return beginGift(this, { giftId: this.world.newId(), wish });
  }

  /** One change to the pledge, whichever. */
  change(): Promise<void> {
    return changeSomething(this);
  }

  /** Their bank declined, or they like to: they pay the period that is being collected by another method. */
  payByHand(): Promise<void> {
    return payOpenGift(this);
  }

  /** The company they pay through is being left; most go on elsewhere within days, some never. */
  isAskedToMove(pledgeId: string): void {
    if (pledgeId !== this.pledgeId || !this.chance.hits(750)) return;
    const afterMs = this.chance.below(20) * DAY_MS + this.chance.below(DAY_MS);
    this.later(afterMs, 'goes on elsewhere', () => payOpenGift(this));
  }

  intent(giftId: string, wish: Wish): GiftIntent {
    const { collectEveryMonths } = wish;
    return {
      giftId,
      money: wish.money,
      interval: wish.interval,
      ...(collectEveryMonths > 1 ? { collectEveryMonths, agreed: AGREED } : {}),
      language: 'en',
      zone: this.zone,
      appeal: null,
      ...(wish.accountId === undefined ? {} : { accountId: wish.accountId }),
    };
  }

  visit(what: string, visit: (giving: Giving) => Promise<string>): Promise<string | null> {
    return this.world.visit(`${this.name} ${what}`, visit);
  }

  later(afterMs: number, what: string, happen: () => Promise<void>): void {
    this.world.later(afterMs, `${this.name} ${what}`, happen);
  }
}

/** Enough of an id to find it again in a history. */
export function short(id: string): string {
  return id.slice(-6);
}
