/**
 * Walks every state of a small world, each once, and asks in each whether the rules hold; then whether from every state
 * there is a way to rest without new faults. Every state is written down canonically, so that two ways to one state meet.
 */
import { isLive } from '../../src/giving/attempt.ts';
import { brokenRule, brokenStep } from '../../src/giving/testing/memory/invariants-in-memory.ts';
import { UniqueViolation } from '../../src/giving/testing/memory/newsroom-in-memory.ts';
import { GIFT_ID } from '../sequences/story.ts';
import { stepsFrom, takenByBank, type World, type WorldOptions } from './world.ts';

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** States where nothing is under way and bank and books agree. */
  readonly atRest: number;
  /** The first thing that was wrong, with the steps that led there, or null. */
  readonly found: string | null;
}

const STATES_MAX = 1_000_000;

interface Seen {
  readonly parent: number;
  readonly by: string;
}

class Explorer {
  readonly #options: WorldOptions;
  readonly #ids = new Map<string, number>();
  readonly #seen: Seen[] = [];
  readonly #waiting: World[] = [];
  /** For each state, the states from which one faultless step leads to it. */
  readonly #before: number[][] = [];
  readonly #rest: number[] = [];
  #steps = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  explore(start: World): Exploration {
    this.#meet(start, { parent: -1, by: 'begin' });
    for (let id = 0; id < this.#waiting.length; id += 1) {
      const found = this.#expand(id);
      if (found !== undefined) return this.#result(`${found}\n${this.#pathTo(id)}`);
      if (this.#waiting.length > STATES_MAX) return this.#result('the world is too large');
    }
    const stuck = this.#firstWithoutRest();
    return this.#result(
      stuck === undefined ? null : `no way to rest from here\n${this.#pathTo(stuck)}`,
    );
  }

  #result(found: string | null): Exploration {
    return {
      states: this.#ids.size,
      steps: this.#steps,
      atRest: this.#rest.length,
      found,
    };
  }

  #meet(world: World, seen: Seen): number {
    const text = canonical(world);
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#waiting.length;
    this.#ids.set(text, id);
    this.#seen.push(seen);
    this.#before.push([]);
    this.#waiting.push(world);
    return id;
  }

  #expand(id: number): string | undefined {
    const world = this.#waiting[id];
    if (world === undefined) return 'a state was lost';
    const broken = brokenRule(world.room) ?? untold(world);
    if (broken !== undefined) return broken;
    if (isAtRest(world)) this.#rest.push(id);
    try {
      for (const { name, isFault, to } of stepsFrom(world, this.#options)) {
        this.#steps += 1;
        const fell = brokenStep(world.room, to.room);
        if (fell !== undefined) return `${fell}, by: ${name}`;
        const next = this.#meet(to, { parent: id, by: name });
        if (!isFault) this.#before[next]?.push(id);
      }
    } catch (error) {
      if (error instanceof UniqueViolation) return `the database would refuse: ${error.message}`;
      return error instanceof Error ? error.message : 'thrown';
    }
    return undefined;
  }

  /** Backwards from every state of rest, along steps without faults. */
  #firstWithoutRest(): number | undefined {
    const reached = new Uint8Array(this.#waiting.length);
    const queue = [...this.#rest];
    for (const id of queue) reached[id] = 1;
    for (let at = 0; at < queue.length; at += 1) {
      for (const id of this.#before[queue[at] ?? -1] ?? []) {
        if (reached[id] === 1) continue;
        reached[id] = 1;
        queue.push(id);
      }
    }
    const first = reached.indexOf(0);
    return first === -1 ? undefined : first;
  }

  #pathTo(id: number): string {
    const names: string[] = [];
    for (let at = id; at >= 0; ) {
      const seen = this.#seen[at];
      if (seen === undefined) break;
      names.push(seen.by);
      at = seen.parent;
    }
    return names.reverse().join(' > ');
  }
}

export function explore(start: World, options: WorldOptions): Exploration {
  return new Explorer(options).explore(start);
}

function canonical({ room, bank, caller, asked, messages, ...faults }: World): string {
  const gift = room.gift(GIFT_ID);
  const attempts = [...room.attempts.values()].map(({ state, heard, chargeRef }) =>
    [state, heard, chargeRef].join('/'),
  );
  const news = (one: { nth: number; was: string } | null): string =>
    one === null ? '' : `${one.nth}${one.was}`;
  return [
    gift.state,
    ...attempts,
    '|',
    ...[...room.transfers].map(([key, { amount }]) => `${key}=${amount}`).toSorted(),
    '|',
    // Of an alarm only whether it rang matters; it rings once for one thing.
    ...new Set([...room.alarms].map((alarm) => alarm.slice(alarm.indexOf(' '))).toSorted()),
    '|',
    ...bank,
    caller === null ? '' : `${caller.at}${caller.nth}${'was' in caller ? caller.was : ''}`,
    news(asked),
    ...messages.map(news),
    faults.crashes,
    faults.repeats,
    faults.losses,
  ].join(' ');
}

/** Money that does not fit was told to a person, at once; nobody is called for money that settled its gift. */
function untold({ room }: World): string | undefined {
  for (const { code, cause } of room.transfers.values()) {
    if (code !== 10 && code !== 90) continue;
    const ref = cause.slice(cause.indexOf('|') + 1);
    const rang = room.alarms.has(`hold ${ref}`) || room.alarms.has(`unmatched ${ref}`);
    if (code === 90 && !rang) return `nobody was told of ${ref}`;
    if (code === 10 && rang) return `somebody was called for nothing: ${ref}`;
  }
  return undefined;
}

/**
 * Nothing is under way: no process holds anything, no message waits, and the books have every charge of the bank, once. No
 * attempt may take money any more, but for one whose money came and did not fit: a person has that.
 */
function isAtRest(world: World): boolean {
  const { room } = world;
  if (world.caller !== null || world.asked !== null || world.messages.length > 0) return false;
  const taken = takenByBank(world);
  for (const [ref, { minor }] of taken) {
    const cause = `charge|one:${ref}`;
    const row = room.transfer(cause, 10) ?? room.transfer(cause, 90);
    // A person resolves a charge whose amount changed after it was booked.
    if (row === undefined) return false;
    if (row.amount !== minor && !world.bank.includes('corrected')) return false;
  }
  const booked = [...room.transfers.values()].filter(({ code }) => code === 10 || code === 90);
  if (booked.length !== taken.size) return false;
  for (const [index, attempt] of [...room.attempts.values()].entries()) {
    const was = world.bank[index];
    const isHeld = was?.startsWith('paid') === true || was === 'corrected';
    if (isLive(attempt.state) && !isHeld) return false;
  }
  const rightMoneyCame = world.bank.some((was) => was === 'paid' || was === 'paid-twice');
  return !rightMoneyCame || room.gift(GIFT_ID).state === 'settled';
}
