/**
 * What a worker does with a gift whose time has come: one pure decision from the rows and the clock, so that every case
 * can stand in a table. After a crash the rows say what to do, and this is where they are read:
 *
 * - planned: send it (a page the supporter never got to see is taken back instead);
 * - sent or unknown, the processor still remembers the key, nobody stopped the pledge and the account was not dropped:
 *   send the same key and body again;
 * - otherwise: ask what became of it;
 * - nothing under way: charge, try again, skip, give up or lapse, as pledge and calendar say.
 */
import { catchUp, dayIn, Instant, PlainDate } from '../../calendar/index.ts';
import { assert } from '../../problems/index.ts';
import { isLive } from '../attempt.ts';
import { isDue, isOpenGift } from '../gift.ts';
import { isPledgeOver } from '../pledge.ts';
import type { Attempt, Gift, Pledge } from '../rows.ts';
import type { PledgeDates } from './renewal.ts';

export type Work =
  /** Somebody else closed it meanwhile, or dealt with it and said when to look again. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'abandon' }
  /** This period is not charged, on purpose; the next one is made and decided on in its turn. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'charge' }
  | { readonly kind: 'lapse' }
  | { readonly kind: 'send'; readonly attempt: Attempt }
  | { readonly kind: 'withdraw'; readonly attempt: Attempt }
  | { readonly kind: 'resend'; readonly attempt: Attempt }
  | { readonly kind: 'ask'; readonly attempt: Attempt }
  /** Too early after all. */
  | { readonly kind: 'wait'; readonly until: Instant };

export interface WorkFacts {
  readonly gift: Gift;
  readonly attempts: readonly Attempt[];
  readonly pledge: Pledge | null;
  /** The dates of the pledge, where there is one. */
  readonly dates: PledgeDates | null;
  /** When the pledge lapses if this period stays unpaid. */
  readonly lapseAt: Instant | null;
  /** Whether the processor of the live attempt still answers its key from memory. */
  readonly insideWindow: boolean;
  /** Whether the live attempt's account was dropped: nothing that moves money leaves for it. */
  readonly isDropped: boolean;
  readonly now: Instant;
}

/** How long a page that was planned and never opened is left to its supporter. */
const PLANNED_PAGE_HOURS = 1;

export function decideWork(facts: WorkFacts): Work {
  const { gift, attempts, pledge } = facts;
  if (!isOpenGift(gift.state) || !isDue(gift, facts.now)) return { kind: 'nothing' };
  const live = attempts.find((attempt) => isLive(attempt.state));
  assert(
    attempts.filter((attempt) => isLive(attempt.state)).length <= 1,
    'at most one attempt of a gift is live',
  );
  if (live !== undefined) return workOnLive(facts, live);
  if (pledge === null || gift.periodN === 0) return { kind: 'abandon' };
  if (isPledgeOver(pledge.state)) return { kind: 'abandon' };
  return workOnRenewal(facts, pledge);
}

function workOnLive(facts: WorkFacts, live: Attempt): Work {
  const { pledge, now } = facts;
  assert(isLive(live.state), 'what is over needs no work');
  if (live.state === 'planned') {
    if (live.mandateId === null) {
      const until = live.createdAt.add({ hours: PLANNED_PAGE_HOURS });
      return Instant.compare(now, until) < 0
        ? { kind: 'wait', until }
        : { kind: 'withdraw', attempt: live };
    }
    const isWanted = pledge?.state === 'active' || pledge?.state === 'past_due';
    const mayCharge = isWanted && !facts.isDropped;
    return mayCharge ? { kind: 'send', attempt: live } : { kind: 'withdraw', attempt: live };
  }
  const unanswered = live.state === 'unknown' || (live.state === 'sent' && live.heard === null);
  // A pledge that was stopped since: what left before completes, but nothing leaves after; so we only ask.
  const isWanted = pledge !== null && !isPledgeOver(pledge.state);
  const mayResend = isWanted && facts.insideWindow && !facts.isDropped;
  if (unanswered && live.mandateId !== null && mayResend) return { kind: 'resend', attempt: live };
  return { kind: 'ask', attempt: live };
}

/**
 * Whether a bank has refused this period. If none has heard of it (a try that was taken back never left), it is as late as
 * one that nobody began to collect.
 */
function wasTried(attempts: readonly Attempt[]): boolean {
  return attempts.some(
    ({ mandateId, firstSentAt, state }) =>
      mandateId !== null && firstSentAt !== null && (state === 'declined' || state === 'expired'),
  );
}

function workOnRenewal(facts: WorkFacts, pledge: Pledge): Work {
  const { gift, dates, lapseAt, now } = facts;
  assert(gift.dueDate !== null && gift.periodN !== null, 'a renewal has a period and a day');
  assert(dates !== null && lapseAt !== null, 'a renewal has dates');
  if (pledge.state === 'paused') {
    assert(pledge.pausedUntil !== null, 'a paused pledge knows until when');
    if (PlainDate.compare(gift.dueDate, pledge.pausedUntil) < 0) return { kind: 'skip' };
    // On that day it becomes active by itself, before anything of it is collected; see the collector.
    return { kind: 'wait', until: now.add({ minutes: 1 }) };
  }
  if (gift.state === 'collecting' && (pledge.state === 'past_due' || wasTried(facts.attempts))) {
    const isOver = pledge.state === 'past_due' && Instant.compare(now, lapseAt) >= 0;
    return isOver ? { kind: 'lapse' } : { kind: 'charge' };
  }
  // By the day that was announced with it: the pledge's terms may be others from its next gift on.
  const missed = catchUp(
    { anchor: gift.dueDate, unit: gift.unit ?? dates.unit },
    { last: -1, today: dayIn(now, dates.zone) },
  );
  if (missed.collect === 0) return { kind: 'charge' };
  if (missed.collect !== null || missed.skipped.length > 0) return { kind: 'skip' };
  // Its day has not begun where the supporter lives (they moved since); an hour later we look again.
  return { kind: 'wait', until: now.add({ hours: 1 }) };
}
