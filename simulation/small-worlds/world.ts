/**
 * The smallest world in which everything that can go wrong with a gift can happen: one gift, two attempts, a bank, one
 * process of ours at a time, and three ways to hear the same news.
 *
 * - The **bank** makes a payment when it is called with a key (the same key makes no second one), and then nature has its
 *   way: paid, paid with wrong money, asked to confirm, declined, expired; late money after either; a second charge under
 *   one key. Each change sends a message.
 * - **We** plan an attempt, take it for sending, call, hear the answer or not, hear messages (in any order, twice, never),
 *   and ask. What is heard was true when it left the bank, not when it is applied.
 * - A **transaction** is one step, because it locks the gift first and reads afterwards. Inside it the process can die
 *   after every write, and after the commit, before anybody knows: what it held in memory is gone (the answer it waited
 *   for, the question it asked), a message it had not acknowledged comes again.
 *
 * Every decision is the product's own. Options weaken the world on purpose, to see that the search would notice.
 */

import { type AttemptInput, isLive, isOnItsWay } from '../../src/giving/attempt.ts';
import { mayPlan } from '../../src/giving/gift.ts';
import type { PaymentEvidence } from '../../src/giving/processor.ts';
import type { Attempt } from '../../src/giving/rows.ts';
import { NewsroomInMemory } from '../../src/giving/testing/memory/newsroom-in-memory.ts';
import { applyEvidence, applyInput } from '../../src/giving/testing/memory/shell-in-memory.ts';
import { type Money, money } from '../../src/money/index.ts';
import { assert } from '../../src/problems/index.ts';
import { ACCOUNT, ATTEMPT_IDS, BEGAN, blankAttempt, GIFT_ID } from '../sequences/story.ts';

/** How a payment stands at the bank. */
export type Payment =
  | 'nothing'
  | 'open'
  | 'asks'
  | 'declined'
  | 'expired'
  | 'paid'
  | 'paid-wrong'
  /** The charge of wrong money is now reported with the right amount. */
  | 'corrected'
  | 'paid-twice';

export type Nth = 0 | 1;

/** Something heard, or waiting to be heard, about an attempt. */
export interface News {
  readonly nth: Nth;
  readonly was: Payment;
}

export type Caller =
  | { readonly at: 'taken'; readonly nth: Nth }
  | { readonly at: 'answered'; readonly nth: Nth; readonly was: Payment }
  | { readonly at: 'not-heard'; readonly nth: Nth };

/** With the faults that may still happen. */
export interface World extends Faults {
  readonly room: NewsroomInMemory;
  readonly bank: readonly [Payment, Payment];
  readonly caller: Caller | null;
  readonly asked: News | null;
  /** Sent by the bank, not acknowledged by us. */
  readonly messages: readonly News[];
}

export interface WorldOptions {
  /** False: what is decided on was read before the lock was taken. */
  readonly readsUnderLock: boolean;
  /** False: every write is committed by itself. */
  readonly isAtomic: boolean;
}

export const SOUND: WorldOptions = { readsUnderLock: true, isAtomic: true };

export interface Faults {
  /** Deaths of the process, after any write or after the commit. */
  readonly crashes: number;
  /** Messages that come again, and second charges under one key. */
  readonly repeats: number;
  /** Calls, answers and messages that never arrive. */
  readonly losses: number;
}

/** Explored in full, each. */
export const WORLDS: readonly Faults[] = [
  { crashes: 0, repeats: 0, losses: 0 },
  { crashes: 1, repeats: 0, losses: 0 },
  { crashes: 0, repeats: 1, losses: 0 },
  { crashes: 0, repeats: 0, losses: 1 },
  { crashes: 1, repeats: 0, losses: 1 },
];

const RIGHT = money(1000n, 'EUR');
const WRONG = money(300n, 'EUR');

export function beginning(faults: Faults): World {
  const room = new NewsroomInMemory();
  room.writeGift({ id: GIFT_ID, money: RIGHT, state: 'due', pledgeId: null, periodN: null });
  return {
    room,
    bank: ['nothing', 'nothing'],
    caller: null,
    asked: null,
    messages: [],
    ...faults,
  };
}

export interface Edge {
  readonly name: string;
  /** It needs a fault of the world, so the way to rest must do without it. */
  readonly isFault: boolean;
  readonly to: World;
}

const MESSAGES_MAX = 2;
const ATTEMPTS = [0, 1] as const;

/** Every step that can come next. @throws AssertionFailure when the program catches itself in a mistake */
export function stepsFrom(world: World, options: WorldOptions): readonly Edge[] {
  const edges: Edge[] = [];
  for (const nth of ATTEMPTS) edges.push(...natureSteps(world, nth));
  edges.push(...ownSteps(world, options));
  for (const news of new Set(world.messages)) edges.push(...messageSteps(world, news, options));
  if (world.crashes > 0 && (world.caller !== null || world.asked !== null)) {
    edges.push({ name: 'crash', isFault: true, to: crashed(world) });
  }
  return edges;
}

function crashed(world: World): World {
  return { ...world, caller: null, asked: null, crashes: world.crashes - 1 };
}

const NEXT: Readonly<Record<Payment, readonly Payment[]>> = {
  nothing: [],
  open: ['asks', 'paid', 'paid-wrong', 'declined', 'expired'],
  asks: ['paid', 'expired'],
  declined: ['paid'],
  expired: ['paid'],
  paid: ['paid-twice'],
  'paid-wrong': ['corrected'],
  corrected: [],
  'paid-twice': [],
};

function natureSteps(world: World, nth: Nth): readonly Edge[] {
  return NEXT[world.bank[nth]].flatMap((was): Edge[] => {
    // A second charge under one key is a fault of the world's own.
    const isTwice = was === 'paid-twice';
    if (isTwice && world.repeats === 0) return [];
    // Nobody may count on money that comes late, or on a bank that corrects itself: rest must be reached without.
    const isLate = world.bank[nth] === 'declined' || world.bank[nth] === 'expired';
    const isFault = isTwice || isLate || was === 'corrected';
    const changed: World = {
      ...world,
      bank: nth === 0 ? [was, world.bank[1]] : [world.bank[0], was],
      repeats: isTwice ? world.repeats - 1 : world.repeats,
    };
    const name = `bank: ${nth} ${was}`;
    const news = { nth, was };
    const lost: Edge[] =
      world.losses > 0
        ? [
            {
              name: `${name}, untold`,
              isFault: true,
              to: { ...changed, losses: world.losses - 1 },
            },
          ]
        : [];
    if (world.messages.length >= MESSAGES_MAX) return lost;
    const told = { ...changed, messages: sorted([...world.messages, news]) };
    return [{ name, isFault, to: told }, ...lost];
  });
}

function sorted(messages: readonly News[]): readonly News[] {
  return messages.toSorted((a, b) => `${a.nth}${a.was}`.localeCompare(`${b.nth}${b.was}`));
}

function attemptAt(world: World, nth: Nth): Attempt | undefined {
  return world.room.attempts.get(ATTEMPT_IDS[nth]);
}

function ownSteps(world: World, options: WorldOptions): readonly Edge[] {
  const { caller, asked } = world;
  if (caller !== null)
    return [...callerSteps(world, caller, options), ...askSteps(world, asked, options)];
  const edges: Edge[] = [...askSteps(world, asked, options)];
  const gift = world.room.gift(GIFT_ID);
  const made = world.room.attempts.size;
  const hasLiveAttempt = [...world.room.attempts.values()].some(({ state }) => isLive(state));
  if (made < 2 && mayPlan({ state: gift.state, hasLiveAttempt, pledgeState: null })) {
    const nth: Nth = made === 0 ? 0 : 1;
    const plan = (room: NewsroomInMemory): void => {
      room.writeAttempt(blankAttempt(nth + 1, 'planned'));
      room.writeGift({ ...room.gift(GIFT_ID), state: 'collecting' });
    };
    edges.push(...transaction(world, { name: `plan ${nth}`, write: plan, after: world }, options));
  }
  for (const nth of ATTEMPTS) {
    const attempt = attemptAt(world, nth);
    if (attempt?.state === 'planned') {
      const send = tell(nth, { kind: 'send' });
      const after: World = { ...world, caller: { at: 'taken', nth } };
      edges.push(...transaction(world, { name: `take ${nth}`, write: send, after }, options));
    } else if (attempt !== undefined && isOnItsWay(attempt.state) && attempt.heard === null) {
      // Sent, and no answer is known: the same key again.
      const to: World = { ...world, caller: { at: 'taken', nth } };
      edges.push({ name: `resend ${nth}`, isFault: false, to });
    }
  }
  return edges;
}

type Write = (room: NewsroomInMemory, readFrom: NewsroomInMemory) => void;

function tell(nth: Nth, input: AttemptInput): Write {
  return (room, readFrom) => {
    applyInput(room, { attemptId: ATTEMPT_IDS[nth], input }, BEGAN, { readFrom });
  };
}

function callerSteps(world: World, caller: Caller, options: WorldOptions): readonly Edge[] {
  const { nth } = caller;
  const over: World = { ...world, caller: null };
  switch (caller.at) {
    case 'taken': {
      // The bank makes a payment for a key once.
      const was = world.bank[nth] === 'nothing' ? 'open' : world.bank[nth];
      const bank = nth === 0 ? ([was, world.bank[1]] as const) : ([world.bank[0], was] as const);
      const called: World = { ...world, bank };
      const edges: Edge[] = [
        {
          name: `call ${nth}`,
          isFault: false,
          to: { ...called, caller: { at: 'answered', nth, was } },
        },
      ];
      if (world.losses > 0) {
        const lost = { ...called, losses: world.losses - 1 };
        edges.push(
          {
            name: `answer lost ${nth}`,
            isFault: true,
            to: { ...lost, caller: { at: 'not-heard', nth } },
          },
          {
            name: `call lost ${nth}`,
            isFault: true,
            to: { ...lost, bank: world.bank, caller: { at: 'not-heard', nth } },
          },
        );
      }
      return edges;
    }
    case 'answered':
      return hear(world, { name: 'answer', news: caller, after: over }, options);
    case 'not-heard':
      return transaction(
        world,
        {
          name: `not heard ${nth}`,
          write: tell(nth, { kind: 'answer-not-heard' }),
          after: over,
        },
        options,
      );
  }
}

function askSteps(world: World, asked: News | null, options: WorldOptions): readonly Edge[] {
  if (asked !== null) {
    return hear(world, { name: 'poll', news: asked, after: { ...world, asked: null } }, options);
  }
  const edges: Edge[] = [];
  for (const nth of ATTEMPTS) {
    const attempt = attemptAt(world, nth);
    if (attempt === undefined || attempt.state === 'planned') continue;
    const was = world.bank[nth];
    // "There is no such payment" is believed only when no call of ours can still arrive.
    if (was === 'nothing' && (world.caller !== null || !isOnItsWay(attempt.state))) continue;
    edges.push({ name: `ask ${nth}`, isFault: false, to: { ...world, asked: { nth, was } } });
  }
  return edges;
}

function messageSteps(world: World, news: News, options: WorldOptions): readonly Edge[] {
  const at = world.messages.indexOf(news);
  const rest = world.messages.filter((_, index) => index !== at);
  const edges = [
    ...hear(world, { name: 'message', news, after: { ...world, messages: rest } }, options),
  ];
  if (world.repeats > 0) {
    const again: World = { ...world, repeats: world.repeats - 1 };
    edges.push(
      ...hear(world, { name: 'message, to come again', news, after: again }, options).map(
        (edge) => ({ ...edge, isFault: true }),
      ),
    );
  }
  return edges;
}

function hear(
  world: World,
  of: { readonly name: string; readonly news: News; readonly after: World },
  options: WorldOptions,
): readonly Edge[] {
  const { nth, was } = of.news;
  if (was === 'nothing') {
    const write = tell(nth, { kind: 'not-found' });
    return transaction(world, { ...of, name: `${of.name}: ${nth} nothing`, write }, options);
  }
  return evidenceOf(nth, was).flatMap((evidence) =>
    transaction(
      world,
      {
        after: of.after,
        name: `${of.name}: ${nth} ${was}`,
        write: (room, readFrom) => {
          const report = {
            attemptId: ATTEMPT_IDS[nth],
            accountId: ACCOUNT,
            objectRef: null,
            evidence,
          };
          applyEvidence(room, report, BEGAN, { readFrom });
        },
      },
      options,
    ),
  );
}

/** Two charges of one payment may be told in either way. */
function evidenceOf(nth: Nth, was: Exclude<Payment, 'nothing'>): readonly PaymentEvidence[] {
  switch (was) {
    case 'open':
      return [{ state: 'open' }];
    case 'asks':
      return [{ state: 'needs_action', pageUrl: null }];
    case 'declined':
      return [{ state: 'declined', code: 'card_declined', advice: 'retry-later' }];
    case 'expired':
      return [{ state: 'expired' }];
    case 'paid':
    case 'corrected':
      return [charge(`charge_${nth}`, RIGHT)];
    case 'paid-wrong':
      return [charge(`charge_${nth}`, WRONG)];
    case 'paid-twice':
      return [charge(`charge_${nth}`, RIGHT), charge(`charge_${nth}_again`, RIGHT)];
  }
}

function charge(chargeRef: string, amount: Money): PaymentEvidence {
  return {
    state: 'succeeded',
    chargeRef,
    money: amount,
    happenedAt: BEGAN,
    payerCountry: null,
    mandate: null,
    fee: { ref: `fee_${chargeRef}`, money: money(10n, 'EUR') },
  };
}

/** What the bank took, by the name of the charge. */
export function takenByBank(world: World): ReadonlyMap<string, Money> {
  const taken = new Map<string, Money>();
  for (const nth of ATTEMPTS) {
    const was = world.bank[nth];
    if (was === 'nothing') continue;
    for (const evidence of evidenceOf(nth, was)) {
      if (evidence.state === 'succeeded') taken.set(evidence.chargeRef, evidence.money);
    }
  }
  return taken;
}

/** The process dies at a write. */
class Death extends Error {}

class DyingRoom extends NewsroomInMemory {
  #writesLeft: number;
  writes = 0;

  constructor(from: NewsroomInMemory, writesLeft: number) {
    super(from);
    this.#writesLeft = writesLeft;
  }

  #write(): void {
    if (this.#writesLeft === 0) throw new Death();
    this.#writesLeft -= 1;
    this.writes += 1;
  }

  override writeGift(...args: Parameters<NewsroomInMemory['writeGift']>): void {
    this.#write();
    super.writeGift(...args);
  }

  override writeAttempt(...args: Parameters<NewsroomInMemory['writeAttempt']>): void {
    this.#write();
    super.writeAttempt(...args);
  }

  override post(...args: Parameters<NewsroomInMemory['post']>): boolean {
    this.#write();
    return super.post(...args);
  }

  override raise(...args: Parameters<NewsroomInMemory['raise']>): void {
    this.#write();
    super.raise(...args);
  }
}

const WRITES_MAX = 20;

/** A transaction that commits, that dies after each of its writes, or that dies just after its commit. */
function transaction(
  world: World,
  of: { readonly name: string; readonly write: Write; readonly after: World },
  options: WorldOptions,
): readonly Edge[] {
  const draft = new DyingRoom(world.room, WRITES_MAX);
  of.write(draft, draft);
  const committed = new NewsroomInMemory(draft);
  const edges: Edge[] = [{ name: of.name, isFault: false, to: { ...of.after, room: committed } }];
  if (!options.readsUnderLock) edges.push(...staleSteps(world, of));
  if (world.crashes === 0) return edges;
  for (let writes = 0; writes < draft.writes; writes += 1) {
    const room = dyingAfter(world.room, of.write, writes);
    const to = crashed({ ...world, room: options.isAtomic ? world.room : room });
    edges.push({ name: `${of.name}, dead after ${writes} writes`, isFault: true, to });
  }
  // The commit is done, and nobody was told.
  const to = crashed({ ...world, room: committed });
  edges.push({ name: `${of.name}, dead after the commit`, isFault: true, to });
  return edges;
}

function dyingAfter(room: NewsroomInMemory, write: Write, writes: number): NewsroomInMemory {
  const draft = new DyingRoom(room, writes);
  try {
    write(draft, draft);
  } catch (error) {
    assert(error instanceof Death, 'it dies of the crash');
    return new NewsroomInMemory(draft);
  }
  assert(false, 'it wrote no more than before');
}

/** What would follow if the same had been decided on what a message that was applied meanwhile had not changed yet. */
function staleSteps(
  world: World,
  of: { readonly name: string; readonly write: Write; readonly after: World },
): readonly Edge[] {
  return world.messages.flatMap((other): Edge[] => {
    if (other.was === 'nothing') return [];
    return evidenceOf(other.nth, other.was).map((evidence) => {
      const room = new NewsroomInMemory(world.room);
      const attemptId = ATTEMPT_IDS[other.nth];
      applyEvidence(room, { attemptId, accountId: ACCOUNT, objectRef: null, evidence }, BEGAN);
      of.write(room, world.room);
      return { name: `${of.name}, read before the lock`, isFault: true, to: { ...of.after, room } };
    });
  });
}
