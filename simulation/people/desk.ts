/**
 * The desk: staff who read what rang, decide about money that does not fit, give gifts back in parts, correct postings,
 * and leave companies. They come some days after an alarm, and now and then without one; they press twice, and sometimes
 * they leave a thing as it is. Their decisions are about alarms (`desk-alarms.ts`), about the money of gifts
 * (`desk-money.ts`) and about accounts (`desk-accounts.ts`).
 */
import { Chance } from '../chance.ts';
import type { Giving } from '../core.ts';
import type { World } from '../world.ts';
import { closeLostCharges, readAccounts } from './desk-accounts.ts';
import { dealWithAlarms } from './desk-alarms.ts';
import { correctAPosting, giveBackInParts, giveBackTheRest } from './desk-money.ts';
import { DAY_MS } from './spans.ts';

const SITTINGS_MAX = 10;

export class Desk {
  readonly world: World;
  readonly chance: Chance;
  #sittings = 0;
  #isComing = false;

  constructor(world: World) {
    this.world = world;
    this.chance = new Chance(world.seed, 'desk');
  }

  /** Plans what happens without an alarm. */
  arrive(): void {
    const { chance } = this;
    const someDay = () => chance.below(1500) * DAY_MS + chance.below(DAY_MS);
    this.#later(someDay(), 'reads everything', () => this.#readsEverything());
    if (chance.hits(250))
      this.#later(someDay(), 'gives back in parts', () => giveBackInParts(this));
    if (chance.hits(150)) this.#later(someDay(), 'corrects a posting', () => correctAPosting(this));
  }

  /** Something rang that nobody dealt with: somebody comes within days, if not already on their way. */
  hearsAlarm(): void {
    if (this.#isComing || this.#sittings >= SITTINGS_MAX || !this.world.time.isLiving) return;
    this.#isComing = true;
    this.#sittings += 1;
    const afterMs = this.chance.below(12) * DAY_MS + this.chance.below(DAY_MS);
    this.#later(afterMs, 'sits down', async () => {
      this.#isComing = false;
      await dealWithAlarms(this);
    });
  }

  /** Whatever is left of a gift goes back: its supporter asked for it. */
  givesBackTheRest(giftId: string): Promise<void> {
    return giveBackTheRest(this, giftId);
  }

  /** Says of every payment that nobody tells about what the company's books have. */
  closesWhatIsLost(): Promise<void> {
    return closeLostCharges(this);
  }

  decision(reason = 'as the books say') {
    return { by: 'staff', reason, actId: this.world.newId() };
  }

  /** Asks once, and now and then again with the same press. @returns the first answer that was heard */
  async press<T>(what: string, act: (giving: Giving) => Promise<T>): Promise<T | null> {
    const first = await this.ask(what, act);
    const again = this.chance.hits(200) ? await this.ask(`${what}, again`, act) : null;
    return first ?? again;
  }

  async ask<T>(what: string, act: (giving: Giving) => Promise<T>): Promise<T | null> {
    return await this.world.newsroom.ask(`the desk ${what}`, act);
  }

  note(line: string): void {
    this.world.note(`the desk ${line}`);
  }

  async #readsEverything(): Promise<void> {
    const { now } = this.world;
    await this.ask('reads everything', async (giving) => {
      const from = now.subtract({ hours: 24 * 400 });
      await giving.giftsBetween({ from, to: now });
      await giving.activePledges();
      await giving.givenPerAppeal({ from });
      await giving.valuePerVariant({
        ...{ appealId: 'letter', currency: 'EUR', capMinor: 10_000n },
        ...{ monthlyPayments: 10, yearlyPayments: 1, from, to: now },
      });
      await giving.ledgerBalances();
      await giving.alarms();
      const { moneyDesk } = giving;
      await moneyDesk.openRefunds();
      await moneyDesk.differences();
      await moneyDesk.lastCompared();
    });
    await readAccounts(this);
    await dealWithAlarms(this);
  }

  #later(afterMs: number, what: string, happen: () => Promise<void>): void {
    this.world.later(afterMs, `the desk ${what}`, happen);
  }
}
