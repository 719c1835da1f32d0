/**
 * What a reader's device keeps for us, as one short text: a quiet-until day, the days of true views, the day of the last
 * appeal, a count of stories and a slot. Nothing in it tells a supporter from anybody else.
 *
 * It may have been written by another version, by a broken clock or by somebody else, so it is read defensively: every
 * part that is unreadable, in the future or out of range is dropped for itself, and nothing here ever throws. At most 200
 * characters, all ASCII; the oldest views go first. No Node in here.
 */
import type { DayNumber } from '../calendar/day-number.ts';
import { smallHash } from '../calendar/small-hash.ts';

export interface DeviceMemory {
  readonly quietUntil: DayNumber | null;
  readonly lastAppeal: DayNumber | null;
  readonly stories: number;
  /** A number 0 to 99, and the day it was drawn; it is kept for at most 90 days. */
  readonly slot: number | null;
  readonly slotDay: DayNumber | null;
  readonly views: readonly View[];
}

/** One true view: a short number made from the appeal's id, and the day. */
export type View = readonly [appeal: number, day: DayNumber];

const VERSION = 1;
const LONGEST = 200;
/** No choice writes a date further away; one that lies there was written by a broken clock. */
const FURTHEST_QUIET_DAYS = 400;
const VIEW_WINDOW_DAYS = 30;
const SLOT_DAYS = 90;
const MOST_STORIES = 9999;

/** What may have been kept: anything at all in each place. */
type KeptParts = readonly [
  quietUntil?: unknown,
  lastAppeal?: unknown,
  stories?: unknown,
  slot?: unknown,
  slotDay?: unknown,
  views?: unknown,
];

/** Reads what the device kept; `today` is the reader's own day. */
export function readMemory(text: string | null, today: DayNumber): DeviceMemory {
  try {
    const [version, ...parts] = JSON.parse(text ?? '');
    if (version === VERSION && (text ?? '').length <= LONGEST) return soundMemory(parts, today);
  } catch {
    // Nothing kept, or nothing of ours: start anew.
  }
  return soundMemory([], today);
}

/** What of the parts may be believed on `today`: the rest is dropped, part by part. */
export function soundMemory(parts: KeptParts, today: DayNumber): DeviceMemory {
  const [quietUntil, lastAppeal, stories, slot, drawn, views] = parts;
  const slotDay = whole(drawn, today - SLOT_DAYS, today);
  return {
    quietUntil: whole(quietUntil, 0, today + FURTHEST_QUIET_DAYS),
    lastAppeal: whole(lastAppeal, 0, today),
    stories: whole(stories, 0, MOST_STORIES) ?? 0,
    slot: slotDay && whole(slot, 0, 99),
    slotDay,
    views: Array.isArray(views)
      ? views.filter(
          (view): view is View =>
            Array.isArray(view) &&
            whole(view[0], 0, 9999) !== null &&
            whole(view[1], today - VIEW_WINDOW_DAYS + 1, today) !== null,
        )
      : [],
  };
}

/** The text to keep: at most 200 ASCII characters, which {@link readMemory} reads back (but for the oldest views). */
export function writeMemory(memory: DeviceMemory): string {
  const { quietUntil, lastAppeal, stories, slot, slotDay, views } = memory;
  const text = JSON.stringify([VERSION, quietUntil, lastAppeal, stories, slot, slotDay, views]);
  return text.length > LONGEST ? writeMemory({ ...memory, views: views.slice(1) }) : text;
}

/** The memory after a true view of an appeal on `today`: it counts for the cap and for the cool-down. */
export function withView(memory: DeviceMemory, appealId: string, today: DayNumber): DeviceMemory {
  return { ...memory, lastAppeal: today, views: [...memory.views, [shortName(appealId), today]] };
}

/** True views of an appeal in the last 30 days. */
export function viewsOf({ views }: DeviceMemory, appealId: string): number {
  return views.filter(([appeal]) => appeal === shortName(appealId)).length;
}

/** Four digits for an appeal's id: the text stays short, and names no appeal to somebody who reads it. */
export function shortName(appealId: string): number {
  return smallHash(appealId) % 10_000;
}

function whole(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value
    : null;
}
