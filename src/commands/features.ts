/**
 * The features of one process, made from what it was given and tied to each other. Nothing here listens or loops.
 */
import { type Appeals, createAppeals } from '../appeals/index.ts';
import type { Clock, Random } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import {
  createGiving,
  type Giving,
  type Processor,
  pauseUnlessActing,
  type Worker,
} from '../giving/index.ts';
import { createLetterWorker, type Mailer } from '../letters/index.ts';
import { isCurrency } from '../money/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { errorFacts, type Log } from '../problems/index.ts';
import { Listing } from '../safety/index.ts';
import {
  type Contacts,
  createContacts,
  createLetterRenderers,
  createNumberHash,
  createSupporters,
  pageSecretOf,
  type SupporterKeys,
  type Supporters,
} from '../supporters/index.ts';

export interface FeaturesOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly newsroom: Newsroom;
  readonly processors: readonly Processor[];
  readonly keys: SupporterKeys;
  /** Who carries letters; `null`: they wait in the outbox. */
  readonly mailer: Mailer | null;
  /** Where readers reach us, without a slash at the end. */
  readonly origin: string;
}

export interface Features {
  readonly giving: Giving;
  readonly appeals: Appeals;
  readonly contacts: Contacts;
  readonly supporters: Supporters;
  /** The listed countries, the newsroom's own included; `look` before anything is served. */
  readonly listing: Listing;
  /** Everything that works in the background; each may run in any number of processes. */
  readonly workers: readonly Worker[];
  /** What each process that serves pages does for itself: write down what it counted in memory. */
  readonly upkeep: readonly Worker[];
}

export function createFeatures(options: FeaturesOptions): Features {
  const { db, clock, random, log, newsroom } = options;
  const listing = new Listing({ db, clock, file: newsroom.safety.listed });
  const giving = createGiving({
    db,
    clock,
    random,
    processors: options.processors,
    settings: {
      zone: newsroom.zone,
      statementText: newsroom.giving.statement_text,
      refusedCountries: () => listing.codes(),
      publicOrigin: () => options.origin,
      pageSecret: pageSecretOf(options.keys.numberKey),
      limits: (currency) => newsroom.giving.amounts[currency],
    },
  });
  const contacts = createContacts({
    db,
    clock,
    random,
    giving,
    keys: options.keys,
    refusedCountries: () => listing.codes(),
  });
  const supporters = createSupporters({
    db,
    clock,
    random,
    giving,
    contacts,
    hashNumber: createNumberHash(options.keys.numberKey),
  });
  const appeals = createAppeals({
    db,
    clock,
    newsroom,
    isPayable: () => isPayable(options),
    onProblem: (error) => log.warn('appeals-not-read', errorFacts(error)),
  });
  return {
    giving,
    appeals,
    contacts,
    supporters,
    listing,
    workers: [...giving.workers, contacts.worker, ...letterWorkers(options, { giving, contacts })],
    upkeep: [appealFlush(appeals, clock), lookAtListing(listing)],
  };
}

function letterWorkers(
  options: FeaturesOptions,
  made: { readonly giving: Giving; readonly contacts: Contacts },
): readonly Worker[] {
  const { db, clock, log, mailer, newsroom } = options;
  if (mailer === null) return [];
  const renderers = createLetterRenderers({
    ...made,
    statementText: newsroom.giving.statement_text,
    publicOrigin: () => options.origin,
  });
  const letters = createLetterWorker({
    db,
    clock,
    log,
    mailer,
    // Reminders by mail are not offered yet: calendar files need no address.
    renderers: { ...renderers, reminder: async () => 'not-needed' },
  });
  return [pauseUnlessActing(db, letters)];
}

/** Whether a live processor takes the currency a reader meets first. */
function isPayable(options: FeaturesOptions): boolean {
  const { currency } = options.newsroom.giving;
  return (
    isCurrency(currency) &&
    options.processors.some((processor) => processor.capabilities.currencies.includes(currency))
  );
}

/** What was decided at any desk, within some two seconds. */
export function lookAtListing(listing: Listing): Worker {
  return {
    name: 'listed-countries',
    async runOnce() {
      await listing.look();
      return 0;
    },
  };
}

/** Writes the appeals' counters once a minute. It reports no work of its own, so that it never keeps others awake. */
function appealFlush(appeals: Appeals, clock: Clock): Worker {
  let lastMs = clock.now().epochMilliseconds;
  return {
    name: 'appeal-counters',
    async runOnce() {
      const nowMs = clock.now().epochMilliseconds;
      if (nowMs - lastMs >= 60_000) {
        lastMs = nowMs;
        await appeals.flush();
      }
      return 0;
    },
  };
}
