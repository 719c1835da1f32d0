/**
 * Time in one seed. There are two clocks: the true one, by which companies and people live, and the one the programs
 * believe, which may be wrong by up to two minutes. Time never runs; it is set to the next moment at which something
 * happens.
 */
import { Agenda, type Planned } from './agenda.ts';
import { assert, Instant, ManualClock } from './core.ts';

/** `always`: also while the world heals; what people do by themselves ends before. */
export type When = 'while-living' | 'always';

export class SeedTime {
  readonly clock: ManualClock;
  readonly programClock: ManualClock;
  readonly #agenda = new Agenda();
  #skewMs = 0;
  #isLiving = true;

  constructor(start: Instant) {
    this.clock = new ManualClock(start);
    this.programClock = new ManualClock(start);
  }

  get now(): Instant {
    return this.clock.now();
  }

  /** Whether people still do things by themselves. */
  get isLiving(): boolean {
    return this.#isLiving;
  }

  later(afterMs: number, what: string, happen: () => Promise<void> | void, when: When): void {
    assert(afterMs >= 0, 'nothing is planned for the past');
    this.#agenda.plan({
      at: this.now.add({ milliseconds: afterMs }),
      what,
      happen: () => (when === 'always' || this.#isLiving ? happen() : undefined),
    });
  }

  nextPlanned(): Instant | null {
    return this.#agenda.nextAt();
  }

  /** The next thing whose moment has come. */
  takePlanned(): Planned | null {
    return this.#agenda.take(this.now);
  }

  /** Moves on to a moment; one that has passed is now. */
  moveTo(at: Instant): void {
    this.clock.set(Instant.compare(at, this.now) > 0 ? at : this.now);
    this.programClock.set(this.now.add({ milliseconds: this.#skewMs }));
  }

  /** From the next move on the programs' clock is wrong by this much. */
  skewPrograms(ms: number): void {
    this.#skewMs = ms;
  }

  endLiving(): void {
    this.#isLiving = false;
    this.#skewMs = 0;
  }
}
