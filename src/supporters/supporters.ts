/**
 * What the number is good for: getting one, being known by it, stopping, and being forgotten.
 *
 * Whoever sends a number that means nobody must not learn so from the time an answer takes. Looking a number up is always
 * the same slow hash and one query; what only a right number leads to runs beside a second hash of the same length, which
 * a wrong number waits for as well.
 */
import type { Clock, Instant, Random } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import type { GiftStateForPeople, GiftView, Giving } from '../giving/index.ts';
import { enqueueLetter } from '../letters/index.ts';
import type { Contacts } from './contact-store.ts';
import type { HashNumber } from './number-hash.ts';
import { deleteNumber, findSupporter, markNumberUsed, putNumber } from './number-store.ts';
import {
  formatSupporterNumber,
  makeSupporterNumber,
  type SupporterNumber,
} from './supporter-number.ts';

export interface SupportersDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly giving: Pick<
    Giving,
    'giftView' | 'giftsOf' | 'pledgesOf' | 'cancelPledge' | 'forgetSupporter'
  >;
  readonly contacts: Pick<Contacts, 'release' | 'remove'>;
  readonly hashNumber: HashNumber;
}

export type NumberAnswer =
  /** In groups of four. Held nowhere: show it now. */
  | { readonly kind: 'issued'; readonly number: string }
  /** It was shown before, and was used or is older than half an hour; or the gift is older than {@link NUMBER_SHOWN_DAYS}. */
  | { readonly kind: 'too-late' }
  /** No such gift, none that was paid, or its supporter was forgotten. */
  | { readonly kind: 'unknown' };

export interface StopAnswer {
  /** Pledges that run no more since this call. */
  readonly stopped: number;
  /** A payment sent before may still go through. */
  readonly willStillComplete: boolean;
}

export interface Supporters {
  /** The number of the gift's supporter. Again within {@link REISSUE_MINUTES} and unused: a new one in its place. */
  issueNumber(giftId: string): Promise<NumberAnswer>;
  /** The supporter of a number, or undefined; the time it takes is the same for both. */
  supporterOf(number: SupporterNumber): Promise<string | undefined>;
  /** Stops one pledge of a supporter who is known; `null`: there is no such pledge. Idempotent. */
  stopPledge(pledge: {
    readonly supporterId: string;
    readonly pledgeId: string;
  }): Promise<StopAnswer | null>;
  /** Stops every pledge of this number. A number that means nobody takes as long and answers `null`. */
  stopByNumber(number: SupporterNumber): Promise<StopAnswer | null>;
  /** Forgets whoever holds this number: pledges first, then address, number and links. As above for a wrong one. */
  forgetByNumber(number: SupporterNumber): Promise<StopAnswer | null>;
}

export function createSupporters(deps: SupportersDependencies): Supporters {
  return {
    issueNumber: (giftId) => issueNumber(deps, giftId),
    supporterOf: (number) => supporterOf(deps, number),
    stopPledge: (pledge) => stopPledge(deps, pledge),
    stopByNumber: (number) => underCover(deps, number, (supporterId) => stop(deps, supporterId)),
    forgetByNumber: (number) =>
      underCover(deps, number, (supporterId) => forget(deps, supporterId)),
  };
}

/**
 * How long the page of a gift shows the number. The page's address stays in histories, bookmarks and mailboxes for years;
 * whoever finds it there later must not get a number out of it, with which gifts can be seen and pledges changed.
 */
export const NUMBER_SHOWN_DAYS = 7;

/** Until when the number may be shown for this gift; `null` for a later gift of a pledge, whose page never shows it. */
export function numberShownUntil(
  gift: Pick<GiftView, 'createdAt' | 'settledAt' | 'pledge'>,
): Instant | null {
  if (gift.pledge !== null && gift.pledge.periodN > 0) return null;
  return (gift.settledAt ?? gift.createdAt).add({ hours: 24 * NUMBER_SHOWN_DAYS });
}

async function issueNumber(deps: SupportersDependencies, giftId: string): Promise<NumberAnswer> {
  const askedAt = deps.clock.now();
  const gift = await deps.giving.giftView(giftId);
  if (gift === undefined || gift.supporterId === null || !isWorthANumber(gift.stateForPeople)) {
    return { kind: 'unknown' };
  }
  const until = numberShownUntil(gift);
  if (until === null || askedAt.epochMilliseconds >= until.epochMilliseconds) {
    return { kind: 'too-late' };
  }
  const number = makeSupporterNumber(deps.random);
  const hash = await deps.hashNumber(number);
  const isIssued = await putNumber(deps.db, {
    supporterId: gift.supporterId,
    hash,
    askedAt,
  });
  return isIssued
    ? { kind: 'issued', number: formatSupporterNumber(number) }
    : { kind: 'too-late' };
}

/** Where nothing was paid there is nothing to change or stop, and no reason to write anything down. */
function isWorthANumber(state: GiftStateForPeople): boolean {
  switch (state) {
    case 'paid':
    case 'checking':
    case 'held':
      return true;
    case 'waiting':
    case 'declined':
    case 'refused-country':
    case 'needs-confirmation':
    case 'abandoned':
      return false;
  }
}

async function supporterOf(
  deps: SupportersDependencies,
  number: SupporterNumber,
): Promise<string | undefined> {
  const supporterId = await findSupporter(deps.db, await deps.hashNumber(number));
  if (supporterId !== undefined) await markNumberUsed(deps.db, supporterId);
  return supporterId;
}

async function underCover<T>(
  deps: SupportersDependencies,
  number: SupporterNumber,
  act: (supporterId: string) => Promise<T>,
): Promise<T | null> {
  const supporterId = await findSupporter(deps.db, await deps.hashNumber(number));
  const [answer] = await Promise.all([
    supporterId === undefined ? null : act(supporterId),
    deps.hashNumber(number),
  ]);
  return answer;
}

async function stop(deps: SupportersDependencies, supporterId: string): Promise<StopAnswer> {
  await markNumberUsed(deps.db, supporterId);
  const running = (await deps.giving.pledgesOf(supporterId)).filter(
    (pledge) => pledge.endedAt === null,
  );
  let willStillComplete = false;
  for (const pledge of running) {
    const result = await stopPledge(deps, { supporterId, pledgeId: pledge.pledgeId });
    if (result?.willStillComplete === true) willStillComplete = true;
  }
  return { stopped: running.length, willStillComplete };
}

/** Stops first, and only then writes down that a letter should say so: a letter must never be what a stop waits for. */
async function stopPledge(
  deps: SupportersDependencies,
  { supporterId, pledgeId }: { readonly supporterId: string; readonly pledgeId: string },
): Promise<StopAnswer | null> {
  const result = await deps.giving.cancelPledge(pledgeId);
  if (result.kind === 'not-found') return null;
  await deps.db.transaction().execute((tx) =>
    enqueueLetter(tx, {
      dedupeKey: `notice:stopped-by-supporter:${pledgeId}`,
      kind: 'pledge-notice',
      ref: pledgeId,
      at: deps.clock.now(),
    }),
  );
  await deps.contacts.release(supporterId);
  return { stopped: 1, willStillComplete: result.willStillComplete };
}

/** One transaction: either all of it is gone, or the person can try again with the same number. */
async function forget(deps: SupportersDependencies, supporterId: string): Promise<StopAnswer> {
  return await deps.db.transaction().execute(async (tx) => {
    const result = await deps.giving.forgetSupporter(tx, supporterId);
    await deps.contacts.remove(tx, supporterId);
    await deleteNumber(tx, supporterId);
    return {
      stopped: result.cancelledPledges,
      willStillComplete: result.stillCompleting > 0,
    };
  });
}
