/**
 * Plays one story in many orders: messages dropped, repeated, shuffled, the money worker running whenever it likes, and in
 * the end the truth. After every step the rules must hold; in the end every order must have led to the same state.
 */
import { isLive } from '../../src/giving/attempt.ts';
import { causeRef } from '../../src/giving/ledger/ledger.ts';
import { OPENING_PATIENCE_HOURS } from '../../src/giving/money-facts/decide-charge-fact.ts';
import { chargeCause } from '../../src/giving/settling/decide-settlement.ts';
import { brokenRule, brokenStep } from '../../src/giving/testing/memory/invariants-in-memory.ts';
import { NewsroomInMemory } from '../../src/giving/testing/memory/newsroom-in-memory.ts';
import {
  applyEvidence,
  applyInput,
  bookUnmatched,
  bookWaiting,
  recordFact,
} from '../../src/giving/testing/memory/shell-in-memory.ts';
import { BEGAN, type Draw, drawStory, type Story, type Told } from './story.ts';

export interface Played {
  readonly sequences: number;
  readonly steps: number;
  /** What was wrong, or null. */
  readonly found: string | null;
  readonly strict: boolean;
}

/** `isLate`: so long afterwards that nothing waits for more to be told. */
export type Step = Told | { readonly kind: 'worker'; readonly isLate: boolean };

const IN_THE_END: Step = { kind: 'worker', isLate: true };
export const LATE_HOURS = OPENING_PATIENCE_HOURS;

export const ORDERS_PER_STORY = 8;

/** Draws a story and plays it in {@link ORDERS_PER_STORY} orders. */
export function playStory(draw: Draw): Played {
  const story = drawStory(draw);
  const endings = new Map<string, string>();
  let steps = 0;
  const done = (sequences: number, found: string | null): Played => ({
    sequences,
    steps,
    found,
    strict: story.strict,
  });
  for (let order = 1; order <= ORDERS_PER_STORY; order += 1) {
    const sequence = order === 1 ? inOrder(story) : drawOrder(story, draw);
    steps += sequence.length;
    const played = playSequence(story, sequence);
    if (typeof played === 'string') return done(order, played);
    const unbooked = whatIsMissing(played, story);
    if (unbooked !== undefined) return done(order, unbooked);
    const ending = story.strict ? '' : endingOf(played);
    for (const [of, state] of [
      [ending, sumsOf(played)],
      [`${ending}; ${returnsOf(played)}`, finalState(played)],
    ] as const) {
      const known = endings.get(of);
      if (known !== undefined && known !== state) {
        return done(order, `I13: two final states\n${known}\n${state}`);
      }
      endings.set(of, state);
    }
  }
  return done(ORDERS_PER_STORY, null);
}

function inOrder({ truth }: Story): readonly Step[] {
  return [...truth, IN_THE_END];
}

/** Some messages never come, some come up to three times, all in any order; then the truth, in any order. */
export function drawOrder({ told, truth }: Story, draw: Draw): readonly Step[] {
  const heard: Step[] = [];
  for (const one of told) {
    const times = [0, 1, 1, 1, 2, 3][draw.below(6)] ?? 1;
    for (let time = 0; time < times; time += 1) heard.push(one);
  }
  for (let runs = draw.below(3); runs > 0; runs -= 1) heard.push({ kind: 'worker', isLate: false });
  return [...shuffled(heard, draw), ...shuffled(truth, draw), IN_THE_END];
}

function shuffled<T>(list: readonly T[], draw: Draw): readonly T[] {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = draw.below(last + 1);
    const [a, b] = [mixed[last], mixed[other]];
    if (a !== undefined && b !== undefined) [mixed[last], mixed[other]] = [b, a];
  }
  return mixed;
}

/** @returns the newsroom in the end, or the rule that was broken on the way */
export function playSequence(story: Story, sequence: readonly Step[]): NewsroomInMemory | string {
  const room = new NewsroomInMemory(story.room);
  let before = new NewsroomInMemory(room);
  for (const [index, step] of sequence.entries()) {
    try {
      take(room, step);
    } catch (error) {
      return `step ${index + 1}: ${error instanceof Error ? error.message : 'thrown'}`;
    }
    if (isSame(before, room)) continue;
    const broken = brokenStep(before, room) ?? brokenRule(room);
    if (broken !== undefined) return `step ${index + 1}: ${broken}`;
    before = new NewsroomInMemory(room);
  }
  return room;
}

/** Rows are replaced, never changed, so identity says whether anything happened. */
function isSame(a: NewsroomInMemory, b: NewsroomInMemory): boolean {
  if (a.transfers.size !== b.transfers.size || a.gifts.size !== b.gifts.size) return false;
  if (a.receipts.size !== b.receipts.size) return false;
  for (const [id, gift] of a.gifts) if (b.gifts.get(id) !== gift) return false;
  for (const [id, attempt] of a.attempts) if (b.attempts.get(id) !== attempt) return false;
  return true;
}

function take(room: NewsroomInMemory, step: Step): void {
  switch (step.kind) {
    case 'evidence':
      applyEvidence(room, step.report, BEGAN);
      return;
    case 'own':
      applyInput(room, { attemptId: step.attemptId, input: step.input }, BEGAN);
      return;
    case 'fact':
      recordFact(room, step, BEGAN);
      return;
    case 'stranger':
      bookUnmatched(room, step.charge);
      return;
    case 'worker':
      bookWaiting(room, step.isLate ? BEGAN.add({ hours: LATE_HOURS }) : BEGAN);
  }
}

/** Every charge of the truth is in the books once; nothing waits; nothing is left under way. */
function whatIsMissing(room: NewsroomInMemory, { truth }: Story): string | undefined {
  for (const told of truth) {
    const charge = chargeOf(told);
    if (charge === undefined) continue;
    const booked = [10, 90].filter((code) => room.transfer(`charge|${charge}`, code) !== undefined);
    if (booked.length !== 1) return `a charge is in the books ${booked.length} times: ${charge}`;
  }
  for (const { booked, fact } of room.facts.values()) if (!booked) return `waits: ${fact.ref}`;
  return undefined;
}

function chargeOf(told: Told): string | undefined {
  if (told.kind === 'stranger') return causeRef(chargeCause(told.charge));
  if (told.kind !== 'evidence' || told.report.evidence.state !== 'succeeded') return undefined;
  const { accountId, evidence } = told.report;
  return causeRef({ kind: 'charge', accountId, ref: evidence.chargeRef });
}

/** Which of the world's endings it was: what each charge was taken for, and which attempt succeeded. */
export function endingOf(room: NewsroomInMemory): string {
  const charges = [...room.transfers.values()]
    .filter(({ code }) => code === 10 || code === 90)
    .map(({ code, cause, amount, currency, giftId }) =>
      [code, cause, amount, currency, giftId].join(' '),
    );
  const won = [...room.attempts.values()].find(({ state }) => state === 'succeeded');
  return [...charges.toSorted(), `won by ${won?.id}`].join('; ');
}

/**
 * A bank that contradicts itself has as many endings as orders: where more went back of a charge than it brought, who took
 * the last of it; where a dispute was won and lost, which was booked first. Here that order as text, empty for a bank that
 * does not; given the order, the books must be the same to the last row.
 */
export function returnsOf(room: NewsroomInMemory): string {
  const order = new Set<string>();
  for (const { code, cause, group } of room.transfers.values()) {
    const isDoubled = room.alarms.has(
      `amount-changed ${cause.replace(/#[23]$/, '').replace('|', ':')}`,
    );
    if (isDoubled && (code === 31 || LOST_CODES.has(code))) order.add(`${code} ${cause}`);
    else if (BACK_CODES.has(code) && isOverdrawn(room, group)) order.add(cause);
  }
  return [...order].join(' then ');
}

const LOST_CODES: ReadonlySet<number> = new Set([32, 34]);
const BACK_CODES: ReadonlySet<number> = new Set([20, 21, 32, 34]);

function isOverdrawn(room: NewsroomInMemory, group: string): boolean {
  for (const row of room.transfers.values()) {
    if (row.group !== group || (row.code !== 10 && row.code !== 90)) continue;
    return room.alarms.has(`returned-too-much ${row.cause.slice('charge|'.length)}`);
  }
  return false;
}

/** What every account came to, of each charge: the same in every order, also where a bank contradicts itself. */
function sumsOf(room: NewsroomInMemory): string {
  const sums = new Map<string, bigint>();
  for (const { group, debit, credit, amount, currency } of room.transfers.values()) {
    for (const [account, signed] of [
      [debit, amount],
      [credit, -amount],
    ] as const) {
      const key = `${group} ${account} ${currency}`;
      sums.set(key, (sums.get(key) ?? 0n) + signed);
    }
  }
  return [...sums]
    .filter(([, amount]) => amount !== 0n)
    .map(([key, amount]) => `sum ${key} ${amount}`)
    .toSorted()
    .join('\n');
}

/**
 * The final state as text, every row of the books with all that is written in it. What only says who told first is left
 * out elsewhere: of an alarm, whether the gift was settled when it rang; of an attempt that was not declined, the words of
 * declines on its page; of one that never ended because its money did not fit, how far it was said to have got.
 */
export function finalState(room: NewsroomInMemory): string {
  const gifts = [...room.gifts.values()].map(
    ({ id, state, money }) => `gift ${id} ${state} ${money.minor} ${money.currency}`,
  );
  const attempts = [...room.attempts.values()].map(({ id, state, chargeRef, declineCode }) =>
    [
      'attempt',
      id,
      isLive(state) ? 'live' : state,
      chargeRef,
      state === 'declined' ? declineCode : '',
    ].join(' '),
  );
  const alarms = [...room.alarms].map((alarm) => `alarm ${alarm.slice(alarm.indexOf(' ') + 1)}`);
  const receipts = [...room.receipts].map((id) => `receipt ${id}`);
  const facts = [...room.facts].map(
    ([key, { fact, booked }]) =>
      `fact ${key} ${fact.money.minor} ${fact.money.currency} ${fact.payoutRef} ${booked}`,
  );
  const books = [...room.transfers.values()].map(
    ({ code, cause, group, debit, credit, amount, currency, accountId, giftId, happenedAt }) =>
      [
        'books',
        code,
        cause,
        group,
        debit,
        credit,
        amount,
        currency,
        accountId,
        giftId,
        happenedAt,
      ].join(' '),
  );
  const lines = [...gifts, ...attempts, ...new Set(alarms), ...receipts, ...facts, ...books];
  return lines.toSorted().join('\n');
}
