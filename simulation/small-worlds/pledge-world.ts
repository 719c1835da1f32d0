/**
 * The smallest world of a promise: one pledge whose first gift is paid, two more periods, and everything that meets there.
 *
 * - A **renewal** is planned, taken for sending, called, answered or not heard, and asked about; its bank says paid,
 *   declined or nothing.
 * - The supporter **pays by hand** the period that is open, on a page that is paid, declined or expires.
 * - They **cancel** at any moment, once; or three weeks of tries did not help and the pledge **lapses**.
 * - A **crash** at any moment takes with it every call that is under way: before a commit nothing happened, after it
 *   nobody was told. Messages come late, in any order, or never.
 *
 * What must hold beside the rules of the books: the bank takes money once per period, no charge of a renewal leaves after
 * the promise ended, what is over makes no further gift, and from every state there is a way to rest. The decisions are
 * the product's own (`mayPlan`, `stepPledge`, `decideInput`, `decideSettlement`); options weaken the world on purpose.
 */
import { type AttemptInput, isLive, isOnItsWay } from '../../src/giving/attempt.ts';
import { isOpenGift, mayPlan, stepGift } from '../../src/giving/gift.ts';
import { isPledgeOver, type PledgeState } from '../../src/giving/pledge.ts';
import type { PaymentEvidence } from '../../src/giving/processor.ts';
import type { Attempt } from '../../src/giving/rows.ts';
import { brokenRule, brokenStep } from '../../src/giving/testing/memory/invariants-in-memory.ts';
import {
  type MemoryGift,
  NewsroomInMemory,
} from '../../src/giving/testing/memory/newsroom-in-memory.ts';
import { applyEvidence, applyInput } from '../../src/giving/testing/memory/shell-in-memory.ts';
import { money } from '../../src/money/index.ts';
import { AssertionFailure, assert } from '../../src/problems/index.ts';
import { ACCOUNT, BEGAN, blankAttempt, PLEDGE_ID } from '../sequences/story.ts';
import { type Edge, type Exploration, exploreModel } from './explorer.ts';

/** Of each of the two periods one charge on the mandate and one payment by hand. */
const SLOTS = ['renewal 1', 'by hand 1', 'renewal 2', 'by hand 2'] as const;
type Slot = (typeof SLOTS)[number];
type Payment = 'nothing' | 'open' | 'paid' | 'declined' | 'expired';

interface News {
  readonly slot: Slot;
  readonly was: Payment;
}

interface Caller {
  readonly slot: Slot;
  /** What the bank answered, once it did. */
  readonly heard: Payment | null;
}

export interface PledgeWorld {
  readonly room: NewsroomInMemory;
  readonly bank: Readonly<Record<Slot, Payment>>;
  /** Calls that are under way, in processes of ours that can die. */
  readonly callers: readonly Caller[];
  readonly messages: readonly News[];
  /** The supporter has not said stop yet. */
  readonly mayCancel: boolean;
  readonly crashes: number;
  readonly losses: number;
  /** A charge of a renewal left after the promise ended. */
  readonly leftAfterEnd: boolean;
}

export interface PledgeOptions {
  /** False: who sends a charge does not look at the pledge once more. */
  readonly asksPledge: boolean;
  /** False: ending a promise leaves planned charges as they are. */
  readonly takesBack: boolean;
  /** False: a payment by hand is begun beside a charge that is under way. */
  readonly oneLive: boolean;
}

export const SOUND_PLEDGE: PledgeOptions = {
  asksPledge: true,
  takesBack: true,
  oneLive: true,
};

/** Explored in full, each. Both faults at once are more than a million states. */
export const PLEDGE_WORLDS = [
  { crashes: 0, losses: 0 },
  { crashes: 1, losses: 0 },
  { crashes: 0, losses: 1 },
] as const;

const MONTHLY = money(1000n, 'EUR');
const MESSAGES_MAX = 2;
const MANDATE = '00000000-0000-4000-8000-0000000000d1';

const idOf = (slot: Slot): string => `00000000-0000-4000-8000-0000000000e${SLOTS.indexOf(slot)}`;
const isRenewal = (slot: Slot): boolean => slot.startsWith('renewal');
const periodOf = (slot: Slot): 1 | 2 => (slot.endsWith('1') ? 1 : 2);

export function pledgeBeginning(faults: {
  readonly crashes: number;
  readonly losses: number;
}): PledgeWorld {
  const room = new NewsroomInMemory();
  room.pledges.set(PLEDGE_ID, 'active');
  const first: Attempt = blankAttempt(1, 'sent');
  const gift: MemoryGift = {
    id: first.giftId,
    money: MONTHLY,
    state: 'collecting',
    pledgeId: PLEDGE_ID,
    periodN: 0,
  };
  room.writeGift(gift);
  room.writeAttempt(first);
  hear(room, first.id, paidBy('charge_0'));
  return {
    room,
    bank: {
      'renewal 1': 'nothing',
      'by hand 1': 'nothing',
      'renewal 2': 'nothing',
      'by hand 2': 'nothing',
    },
    callers: [],
    messages: [],
    mayCancel: true,
    leftAfterEnd: false,
    ...faults,
  };
}

function paidBy(chargeRef: string): PaymentEvidence {
  const about = { happenedAt: BEGAN, payerCountry: null, mandate: null, fee: null };
  return { state: 'succeeded', chargeRef, money: MONTHLY, ...about };
}

function hear(room: NewsroomInMemory, attemptId: string, evidence: PaymentEvidence): void {
  applyEvidence(room, { attemptId, accountId: ACCOUNT, objectRef: null, evidence }, BEGAN);
}

export function explorePledge(start: PledgeWorld, options: PledgeOptions): Exploration {
  return exploreModel(start, {
    canonical,
    stepsFrom: (world) => stepsFrom(world, options),
    broken,
    brokenStep: (before, after) => brokenStep(before.room, after.room) ?? revived(before, after),
    isAtRest,
  });
}

function pledgeOf({ room }: PledgeWorld): PledgeState {
  const state = room.pledges.get(PLEDGE_ID);
  assert(state !== undefined, 'the pledge of this world is there');
  return state;
}

function giftOf({ room }: PledgeWorld, period: 1 | 2): MemoryGift | undefined {
  return room.gifts.get(`${PLEDGE_ID}:${period}`);
}

function attemptsOf({ room }: PledgeWorld, gift: MemoryGift): readonly Attempt[] {
  return [...room.attempts.values()].filter(({ giftId }) => giftId === gift.id);
}

function stepsFrom(world: PledgeWorld, options: PledgeOptions): readonly Edge<PledgeWorld>[] {
  const edges: Edge<PledgeWorld>[] = [];
  for (const slot of SLOTS) {
    edges.push(...bankSteps(world, slot), ...planSteps(world, slot, options));
    edges.push(...sendSteps(world, slot, options), ...askSteps(world, slot));
  }
  for (const caller of world.callers) edges.push(...callerSteps(world, caller));
  for (const news of new Set(world.messages)) edges.push(...messageSteps(world, news));
  edges.push(...endSteps(world, options));
  if (world.crashes > 0 && world.callers.length > 0) {
    const to = { ...world, callers: [], crashes: world.crashes - 1 };
    edges.push({ name: 'crash', isFault: true, to });
  }
  return edges;
}

const PAGE_ENDS = ['paid', 'declined', 'expired'] as const;
const CHARGE_ENDS = ['paid', 'declined'] as const;

/** What becomes of an open payment; its message may get lost. */
function bankSteps(world: PledgeWorld, slot: Slot): readonly Edge<PledgeWorld>[] {
  if (world.bank[slot] !== 'open') return [];
  const ends: readonly Payment[] = isRenewal(slot) ? CHARGE_ENDS : PAGE_ENDS;
  return ends.flatMap((was): Edge<PledgeWorld>[] => {
    const name = `bank: ${slot} ${was}`;
    const changed = { ...world, bank: { ...world.bank, [slot]: was } };
    const lost: Edge<PledgeWorld>[] =
      world.losses === 0
        ? []
        : [
            {
              name: `${name}, untold`,
              isFault: true,
              to: { ...changed, losses: world.losses - 1 },
            },
          ];
    if (world.messages.length >= MESSAGES_MAX) return lost;
    const messages = [...world.messages, { slot, was }].toSorted((a, b) =>
      `${a.slot}${a.was}`.localeCompare(`${b.slot}${b.was}`),
    );
    return [{ name, isFault: false, to: { ...changed, messages } }, ...lost];
  });
}

/** The collector plans a charge; the supporter begins a payment by hand, which is sent by whoever writes it. */
function planSteps(
  world: PledgeWorld,
  slot: Slot,
  { oneLive }: PledgeOptions,
): readonly Edge<PledgeWorld>[] {
  const gift = giftOf(world, periodOf(slot));
  if (gift === undefined || world.room.attempts.has(idOf(slot))) return [];
  const attempts = attemptsOf(world, gift);
  const hasLiveAttempt = oneLive && attempts.some(({ state }) => isLive(state));
  if (!mayPlan({ state: gift.state, hasLiveAttempt, pledgeState: pledgeOf(world) })) return [];
  const attempt: Attempt = {
    ...blankAttempt(1, isRenewal(slot) ? 'planned' : 'sent'),
    id: idOf(slot),
    giftId: gift.id,
    n: attempts.length + 1,
    mandateId: isRenewal(slot) ? MANDATE : null,
  };
  const write = (room: NewsroomInMemory): void => {
    room.writeAttempt(attempt);
    room.writeGift({ ...gift, state: stepGift(gift.state, { kind: 'plan' }) });
  };
  const called = isRenewal(slot) ? world : withCaller(world, { slot, heard: null });
  return transaction(world, { name: `plan ${slot}`, write, after: called });
}

/** Taking a planned charge; and sending the same key again where no answer is known. */
function sendSteps(
  world: PledgeWorld,
  slot: Slot,
  { asksPledge }: PledgeOptions,
): readonly Edge<PledgeWorld>[] {
  const attempt = world.room.attempts.get(idOf(slot));
  const gift = giftOf(world, periodOf(slot));
  if (attempt === undefined || gift === undefined || isCalling(world, slot)) return [];
  const isOver = isPledgeOver(pledgeOf(world));
  if (attempt.state === 'planned') {
    if (asksPledge && isOver) return [];
    const write = (room: NewsroomInMemory): void => {
      applyInput(room, { attemptId: attempt.id, input: { kind: 'send' } }, BEGAN);
    };
    const after = { ...withCaller(world, { slot, heard: null }), leftAfterEnd: isOver };
    return transaction(world, { name: `take ${slot}`, write, after });
  }
  if (!isOnItsWay(attempt.state) || attempt.heard !== null || isOver) return [];
  const to = withCaller(world, { slot, heard: null });
  return [{ name: `send ${slot} again`, isFault: false, to }];
}

function isCalling(world: PledgeWorld, slot: Slot): boolean {
  return world.callers.some((caller) => caller.slot === slot);
}

function withCaller(world: PledgeWorld, caller: Caller): PledgeWorld {
  const others = world.callers.filter(({ slot }) => slot !== caller.slot);
  const callers = [...others, caller].toSorted((a, b) => a.slot.localeCompare(b.slot));
  return { ...world, callers };
}

function withoutCaller(world: PledgeWorld, slot: Slot): PledgeWorld {
  return { ...world, callers: world.callers.filter((caller) => caller.slot !== slot) };
}

/** The call reaches the bank, which makes a payment for a key once; then its answer is heard, or not. */
function callerSteps(world: PledgeWorld, caller: Caller): readonly Edge<PledgeWorld>[] {
  const { slot, heard } = caller;
  if (heard !== null) return listen(withoutCaller(world, slot), { slot, was: heard }, 'answer');
  const was = world.bank[slot] === 'nothing' ? 'open' : world.bank[slot];
  const called = { ...world, bank: { ...world.bank, [slot]: was } };
  const edges: Edge<PledgeWorld>[] = [
    { name: `call ${slot}`, isFault: false, to: withCaller(called, { slot, heard: was }) },
  ];
  if (world.losses === 0) return edges;
  for (const [name, after] of [
    ['call lost', world],
    ['answer lost', called],
  ] as const) {
    const lost = { ...withoutCaller(after, slot), losses: world.losses - 1 };
    const write = own(slot, { kind: 'answer-not-heard' });
    const [edge] = transaction({ ...lost, crashes: 0 }, { name, write, after: lost });
    assert(edge !== undefined, 'a transaction that commits is a step');
    edges.push({
      name: `${name} ${slot}`,
      isFault: true,
      to: { ...edge.to, crashes: world.crashes },
    });
  }
  return edges;
}

function own(slot: Slot, input: AttemptInput): (room: NewsroomInMemory) => void {
  return (room) => {
    applyInput(room, { attemptId: idOf(slot), input }, BEGAN);
  };
}

function messageSteps(world: PledgeWorld, news: News): readonly Edge<PledgeWorld>[] {
  const at = world.messages.indexOf(news);
  const rest = { ...world, messages: world.messages.filter((_, index) => index !== at) };
  return listen(rest, news, 'message');
}

/** "There is no such payment" is believed only when no call of ours can still arrive. */
function askSteps(world: PledgeWorld, slot: Slot): readonly Edge<PledgeWorld>[] {
  const attempt = world.room.attempts.get(idOf(slot));
  if (attempt === undefined || !isOnItsWay(attempt.state)) return [];
  const was = world.bank[slot];
  if (was !== 'nothing') return listen(world, { slot, was }, 'ask');
  if (isCalling(world, slot)) return [];
  const write = own(slot, { kind: 'not-found' });
  return transaction(world, { name: `ask: no ${slot}`, write, after: world });
}

function listen(
  after: PledgeWorld,
  { slot, was }: News,
  how: string,
): readonly Edge<PledgeWorld>[] {
  const evidence = evidenceOf(slot, was);
  const write = (room: NewsroomInMemory): void => hear(room, idOf(slot), evidence);
  return transaction(after, { name: `${how}: ${slot} ${was}`, write, after });
}

function evidenceOf(slot: Slot, was: Payment): PaymentEvidence {
  switch (was) {
    case 'open':
      return isRenewal(slot) ? { state: 'processing' } : { state: 'open' };
    case 'paid':
      return paidBy(`charge of ${slot}`);
    case 'declined':
      return { state: 'declined', code: 'card_declined', advice: 'retry-later' };
    case 'expired':
      return { state: 'expired' };
    case 'nothing':
      throw new AssertionFailure('nothing is no evidence');
  }
}

/** The supporter says stop, or the tries are used up. What left before completes; what did not is taken back. */
function endSteps(world: PledgeWorld, options: PledgeOptions): readonly Edge<PledgeWorld>[] {
  const edges: Edge<PledgeWorld>[] = [];
  const state = pledgeOf(world);
  if (world.mayCancel && !isPledgeOver(state)) {
    const after = { ...world, mayCancel: false };
    edges.push(
      ...transaction(world, {
        name: 'cancel',
        write: (room) => end(room, 'cancel', options),
        after,
      }),
    );
  }
  const live = [...world.room.attempts.values()].some((attempt) => isLive(attempt.state));
  if (state === 'past_due' && !live) {
    edges.push(
      ...transaction(world, {
        name: 'lapse',
        write: (room) => end(room, 'lapse', options),
        after: world,
      }),
    );
  }
  return edges;
}

function end(room: NewsroomInMemory, kind: 'cancel' | 'lapse', { takesBack }: PledgeOptions): void {
  room.movePledge(PLEDGE_ID, { kind });
  for (const { id, giftId, state } of room.attempts.values()) {
    if (!takesBack || state !== 'planned' || room.gift(giftId).pledgeId !== PLEDGE_ID) continue;
    applyInput(room, { attemptId: id, input: { kind: 'withdraw' } }, BEGAN);
  }
  for (const gift of room.gifts.values()) {
    const live = [...room.attempts.values()].some(
      (attempt) => attempt.giftId === gift.id && isLive(attempt.state),
    );
    if (!isOpenGift(gift.state) || live) continue;
    const input = kind === 'lapse' ? ({ kind: 'fail' } as const) : ({ kind: 'abandon' } as const);
    room.writeGift({ ...gift, state: stepGift(gift.state, input) });
  }
}

/** A transaction commits, and everybody who waits hears of it; or the process dies just before, or just after. */
function transaction(
  world: PledgeWorld,
  of: {
    readonly name: string;
    readonly write: (room: NewsroomInMemory) => void;
    readonly after: PledgeWorld;
  },
): readonly Edge<PledgeWorld>[] {
  const room = new NewsroomInMemory(world.room);
  of.write(room);
  const edges: Edge<PledgeWorld>[] = [{ name: of.name, isFault: false, to: { ...of.after, room } }];
  if (world.crashes === 0) return edges;
  const dead = { callers: [], crashes: world.crashes - 1 };
  // A message that was not acknowledged comes again, so what was heard is not lost; only who waited is.
  edges.push(
    { name: `${of.name}, dead before`, isFault: true, to: { ...world, ...dead } },
    { name: `${of.name}, dead after`, isFault: true, to: { ...of.after, ...dead, room } },
  );
  return edges;
}

function broken(world: PledgeWorld): string | undefined {
  if (world.leftAfterEnd) return 'I8: a charge left after the promise ended';
  for (const period of [1, 2] as const) {
    const paid = SLOTS.filter((slot) => periodOf(slot) === period && world.bank[slot] === 'paid');
    if (paid.length > 1) return `the bank took period ${period} twice`;
  }
  return brokenRule(world.room);
}

function revived(before: PledgeWorld, after: PledgeWorld): string | undefined {
  if (!isPledgeOver(pledgeOf(before))) return undefined;
  if (pledgeOf(after) !== pledgeOf(before)) return 'a promise that is over changed';
  return after.room.gifts.size > before.room.gifts.size ? 'what is over made a gift' : undefined;
}

function isAtRest(world: PledgeWorld): boolean {
  const { room } = world;
  if (world.callers.length > 0 || world.messages.length > 0) return false;
  if ([...room.attempts.values()].some(({ state }) => isLive(state))) return false;
  const isPaid = (period: 1 | 2): boolean =>
    SLOTS.some((slot) => periodOf(slot) === period && world.bank[slot] === 'paid');
  for (const period of [1, 2] as const) {
    const gift = giftOf(world, period);
    if (gift === undefined ? isPaid(period) : isOpenGift(gift.state)) return false;
    if (gift !== undefined && isPaid(period) !== (gift.state === 'settled')) return false;
  }
  const third = room.gifts.get(`${PLEDGE_ID}:3`);
  return isPledgeOver(pledgeOf(world)) || third?.state === 'due';
}

function canonical(world: PledgeWorld): string {
  const { room, bank, callers, messages, ...rest } = world;
  return [
    pledgeOf(world),
    ...[...room.gifts.values()].map(({ periodN, state }) => `${periodN}${state}`).toSorted(),
    ...[...room.attempts.values()]
      .map(({ id, state, heard }) => `${id.at(-1)}${state}${heard}`)
      .toSorted(),
    ...[...room.alarms].toSorted(),
    ...SLOTS.map((slot) => bank[slot]),
    ...callers.map(({ slot, heard }) => `${slot}:${heard}`),
    '|',
    ...messages.map(({ slot, was }) => `${slot}:${was}`),
    JSON.stringify(rest),
  ].join(' ');
}
