/**
 * What a reader's device keeps for us, as one short text: a quiet-until day, the days of true views, the day of the last
 * appeal, a count of stories and a slot. Nothing in it tells a supporter from anybody else.
 *
 * It may have been written by another version, by a broken clock or by somebody else, so it is read defensively: every
 * part that is unreadable, in the future or out of range is dropped for itself, and nothing here ever throws. At most 200
 * characters, all ASCII; the oldest views go first. No Node in here.
 */
import { smallHash } from '../calendar/small-hash.ts';
import { SLOTS } from './assignment.ts';
import type { DayNumber } from './day-number.ts';
import type { DeviceFacts } from './rules.ts';

export interface DeviceMemory {
  readonly quietUntil: DayNumber | null;
  readonly lastAppeal: DayNumber | null;
  readonly stories: number;
  readonly slot: SlotMemory | null;
  readonly views: readonly View[];
}

export interface SlotMemory {
  readonly slot: number;
  /** The day it was drawn; it is kept for at most 90 days. */
  readonly drawn: DayNumber;
}

/** One true view. The appeal is a short number made from its id, so that the text stays short. */
export interface View {
  readonly appeal: number;
  readonly day: DayNumber;
}

export const EMPTY_MEMORY: DeviceMemory = {
  quietUntil: null,
  lastAppeal: null,
  stories: 0,
  slot: null,
  views: [],
};

const VERSION = '1';
const LONGEST = 200;
/** No choice writes a date further away; one that lies there was written by a broken clock. */
const FURTHEST_QUIET_DAYS = 400;
const VIEW_WINDOW_DAYS = 30;
const SLOT_DAYS = 90;
const MOST_STORIES = 9999;

/** Reads what the device kept; `today` is the reader's own day. */
export function readMemory(text: string | null, today: DayNumber): DeviceMemory {
  if (text === null || text.length > LONGEST) return EMPTY_MEMORY;
  const [version, quiet, last, stories, slot, drawn, ...views] = text.split(' ');
  if (version !== VERSION) return EMPTY_MEMORY;
  return soundMemory(
    {
      quietUntil: number(quiet),
      lastAppeal: number(last),
      stories: number(stories) ?? 0,
      slot: { slot: number(slot) ?? Number.NaN, drawn: number(drawn) ?? Number.NaN },
      views: views.map((view) => {
        const [appeal, day] = view.split('.');
        return { appeal: number(appeal) ?? Number.NaN, day: number(day) ?? Number.NaN };
      }),
    },
    today,
  );
}

/** What of a memory may be believed on `today`: the rest is dropped, part by part. */
export function soundMemory(memory: DeviceMemory, today: DayNumber): DeviceMemory {
  const { quietUntil, lastAppeal, stories, slot } = memory;
  return {
    quietUntil: isWhole(quietUntil, 0, today + FURTHEST_QUIET_DAYS) ? quietUntil : null,
    lastAppeal: isWhole(lastAppeal, 0, today) ? lastAppeal : null,
    stories: isWhole(stories, 0, Number.MAX_SAFE_INTEGER) ? Math.min(stories, MOST_STORIES) : 0,
    slot:
      slot !== null &&
      isWhole(slot.slot, 0, SLOTS - 1) &&
      isWhole(slot.drawn, today - SLOT_DAYS, today)
        ? slot
        : null,
    views: memory.views.filter(
      (view) =>
        isWhole(view.appeal, 0, 0xffffffff) &&
        isWhole(view.day, today - VIEW_WINDOW_DAYS + 1, today),
    ),
  };
}

/** The text to keep: at most 200 ASCII characters, which {@link readMemory} reads back (but for the oldest views). */
export function writeMemory(memory: DeviceMemory): string {
  const head = [
    VERSION,
    digits(memory.quietUntil),
    digits(memory.lastAppeal),
    digits(memory.stories),
    digits(memory.slot?.slot ?? null),
    digits(memory.slot?.drawn ?? null),
  ];
  const views = memory.views.map((view) => `${digits(view.appeal)}.${digits(view.day)}`);
  while ([...head, ...views].join(' ').length > LONGEST) views.shift();
  return [...head, ...views].join(' ');
}

/** The memory after a true view of an appeal on `today`: it counts for the cap and for the cool-down. */
export function withView(memory: DeviceMemory, appealId: string, today: DayNumber): DeviceMemory {
  const views = [...memory.views, { appeal: smallHash(appealId), day: today }];
  return { ...memory, lastAppeal: today, views };
}

/** What the rules may know of the device. */
export function deviceFacts(memory: DeviceMemory): DeviceFacts {
  return {
    quietUntil: memory.quietUntil,
    lastAppeal: memory.lastAppeal,
    stories: memory.stories,
    viewsOf: (appealId) =>
      memory.views.filter((view) => view.appeal === smallHash(appealId)).map((view) => view.day),
  };
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^[0-9a-z]{1,7}$/.test(text) ? Number.parseInt(text, 36) : null;
}

function digits(value: number | null): string {
  return value === null ? '-' : value.toString(36);
}

function isWhole(value: number | null, least: number, most: number): value is number {
  return Number.isInteger(value) && value !== null && value >= least && value <= most;
}
