/**
 * What every part of the money core works with: the database, time, chance, the processors and the newsroom's settings.
 */
import type { Clock, Random } from '../calendar/index.ts';
import type { Batcher, Db } from '../database/index.ts';
import { assert } from '../problems/index.ts';
import { createFirstPageBatcher, type FirstPage } from './checkout/first-page-store.ts';
import {
  createNewGiftBatcher,
  type InsertAnswer,
  type NewGiftRows,
} from './checkout/new-gift-store.ts';
import type { GivingDependencies, GivingSettings } from './giving.ts';
import { EventBatcher } from './inbox/event-batcher.ts';
import type { Processor } from './processor.ts';

export interface GivingContext {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: GivingSettings;
  /** Keeps processors' messages. */
  readonly events: EventBatcher;
  /** Writes gifts that need nothing else in their transaction, and the pages that were opened for them. */
  readonly newGifts: Batcher<NewGiftRows, InsertAnswer>;
  readonly firstPages: Batcher<FirstPage, boolean>;
  /** In order of preference. */
  readonly processors: readonly Processor[];
  /** The processor of an account; undefined when this process has no key for it. */
  processorOf(accountId: string): Processor | undefined;
  /** Makes sure that every configured account has its row. Costs nothing after the first time. */
  ready(): Promise<void>;
}

export function givingContext(dependencies: GivingDependencies): GivingContext {
  const { db, clock, random, settings, processors } = dependencies;
  const byAccount = new Map(processors.map((processor) => [processor.accountId, processor]));
  assert(byAccount.size === processors.length, 'each processor has an account of its own');
  let readying: Promise<void> | undefined;
  return {
    db,
    clock,
    random,
    settings,
    events: new EventBatcher(db),
    newGifts: createNewGiftBatcher(db),
    firstPages: createFirstPageBatcher(db),
    processors,
    processorOf: (accountId) => byAccount.get(accountId),
    ready() {
      readying ??= writeAccounts(dependencies).catch((error: unknown) => {
        readying = undefined;
        throw error;
      });
      return readying;
    },
  };
}

async function writeAccounts({ db, clock, processors }: GivingDependencies): Promise<void> {
  if (processors.length === 0) return;
  assert(
    processors.every(({ accountId }) => accountId !== ''),
    'every account has a name',
  );
  const now = clock.now();
  await db
    .insertInto('processor_account')
    .values(
      processors.map((processor) => ({
        id: processor.accountId,
        processor: processor.kind,
        mode: processor.mode ?? 'test',
        poll_cursor: null,
        poll_at: now,
        created_at: now,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
