/** The world of one gift, explored: what must hold in each of its states, and when it is at rest. */
import { isLive } from '../../src/giving/attempt.ts';
import { brokenRule, brokenStep } from '../../src/giving/testing/memory/invariants-in-memory.ts';
import { GIFT_ID } from '../sequences/story.ts';
import { type Exploration, exploreModel } from './explorer.ts';
import { stepsFrom, takenByBank, type World, type WorldOptions } from './world.ts';

export function explore(start: World, options: WorldOptions): Exploration {
  return exploreModel(start, {
    canonical,
    stepsFrom: (world) => stepsFrom(world, options),
    broken: (world) => brokenRule(world.room) ?? untold(world),
    brokenStep: (before, after) => brokenStep(before.room, after.room),
    isAtRest,
  });
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
