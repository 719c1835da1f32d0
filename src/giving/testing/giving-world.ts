/** A whole money core for a test: its own database, a clock that stands still, a fake processor. */
import { sql } from 'kysely';
import { Instant, ManualClock, SeededRandom } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { testDatabase } from '../../database/testing/test-database.ts';
import { money } from '../../money/index.ts';
import { createGiving } from '../create-giving.ts';
import type { GiftIntent, Giving, GivingDependencies, GivingSettings } from '../giving.ts';
import type { Processor } from '../processor.ts';
import { runWorkersUntilIdle } from '../worker.ts';
import { FakeProcessor, type FakeProcessorOptions } from './fake-processor.ts';

export interface GivingWorld {
  readonly db: Db;
  readonly url: string;
  readonly clock: ManualClock;
  readonly processor: FakeProcessor;
  readonly giving: Giving;
  readonly dependencies: GivingDependencies;
  /** A new gift of 5.00 EUR, changed as the test likes. */
  intent(changes?: Partial<GiftIntent>): GiftIntent;
  /** Begins a gift and pays it on the page; the workers learn of it. @returns the gift's id */
  give(changes?: Partial<GiftIntent>): Promise<string>;
  /** Runs all workers until there is nothing left to do. */
  settleDown(): Promise<number>;
  /** Moves the clock from one due moment to the next, running the workers at each. */
  liveUntil(instant: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly now?: string;
  readonly zone?: string;
  readonly settings?: Partial<GivingSettings>;
  /** Of the fake company. */
  readonly capabilities?: NonNullable<FakeProcessorOptions['capabilities']>;
  readonly processors?: (fake: FakeProcessor, clock: ManualClock) => readonly Processor[];
}

const ROUNDS_MAX = 400;
const TURNS_MAX = 2000;

export async function givingWorld(options: WorldOptions = {}): Promise<GivingWorld> {
  const database = await testDatabase();
  const clock = new ManualClock(options.now ?? '2026-01-31T12:00:00Z');
  const processor = new FakeProcessor({ clock, capabilities: options.capabilities ?? {} });
  const random = new SeededRandom(20260131, clock);
  const dependencies: GivingDependencies = {
    db: database.db,
    clock,
    random,
    processors: options.processors?.(processor, clock) ?? [processor],
    settings: {
      zone: 'Europe/Berlin',
      statementText: 'TUPPENCE GIFT',
      refusedCountries: () => ['XB', 'XA'],
      publicOrigin: () => 'http://127.0.0.1:2',
      pageSecret: new Uint8Array(32).fill(5),
      limits: (currency) =>
        currency === 'EUR' || currency === 'USD'
          ? { minimum: 100n, maximum: 1_000_000n }
          : undefined,
      ...options.settings,
    },
  };
  const giving = createGiving(dependencies);
  const intent = (changes: Partial<GiftIntent> = {}): GiftIntent => ({
    giftId: random.uuid(),
    money: money(500n, 'EUR'),
    interval: 'once',
    language: 'en',
    zone: options.zone ?? 'Europe/Berlin',
    appeal: null,
    ...changes,
  });
  const settleDown = async (): Promise<number> => {
    const report = await runWorkersUntilIdle(giving.workers, ROUNDS_MAX);
    if (!report.idle) throw new Error('the workers found no rest');
    return report.handled;
  };
  return {
    db: database.db,
    url: database.url,
    clock,
    processor,
    giving,
    dependencies,
    intent,
    settleDown,
    async give(changes) {
      const meant = intent(changes);
      const begun = await giving.beginGift(meant);
      if (begun.kind !== 'go') throw new Error(`not begun: ${begun.kind}`);
      processor.pay(begun.pageUrl);
      await giving.askProcessor(meant.giftId);
      return meant.giftId;
    },
    async liveUntil(instant) {
      const target = Instant.from(instant);
      for (let turn = 0; Instant.compare(clock.now(), target) < 0; turn += 1) {
        if (turn > TURNS_MAX) throw new Error('time did not pass');
        const next = await nextMoment(database.db, clock.now());
        clock.set(next === null || Instant.compare(next, target) > 0 ? target : next);
        await settleDown();
      }
    },
    close: () => database.close(),
  };
}

/** The next moment after now at which anything is due. */
async function nextMoment(db: Db, now: Instant): Promise<Instant | null> {
  const { rows } = await sql<{ next: Instant | null }>`
    select min(at) as next from (
      select next_at as at from gift
      union all select resume_at from pledge
      union all select next_at from processor_event
    ) moments where at > ${now}
  `.execute(db);
  return rows[0]?.next ?? null;
}
