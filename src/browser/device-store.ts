/**
 * The one place that touches the device's storage: one key, at most 200 bytes, read defensively, written whole.
 *
 * Storage may be refused, full or throw. Then every fact takes its default, the letter still works, and whoever wrote is
 * told that nothing was kept, so that the page can say so.
 */
import { type DeviceMemory, readMemory, writeMemory } from '../appeals/device-memory.ts';
import { type DayNumber, dayNumber } from '../calendar/day-number.ts';

const KEY = 'note';

/** The reader's own day. */
export function today(): DayNumber {
  const now = new Date();
  return dayNumber(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

/** The moment at which a day starts in UTC: for writing it as text, never for comparing. */
export function startOf(day: DayNumber): Date {
  return new Date(day * 86_400_000);
}

export function readDevice(): DeviceMemory {
  return readMemory(attempt(() => localStorage.getItem(KEY)) ?? null, today());
}

/** Changes what is kept, from what is kept now (another tab may have written). Returns whether it was kept. */
export function changeDevice(change: Partial<DeviceMemory>): boolean {
  const text = writeMemory({ ...readDevice(), ...change });
  attempt(() => localStorage.setItem(KEY, text));
  return attempt(() => localStorage.getItem(KEY)) === text;
}

/** Whether the device lets us keep anything; asks without writing. */
export function canKeep(): boolean {
  return attempt(() => localStorage.length) !== undefined;
}

export function forgetDevice(): void {
  attempt(() => localStorage.removeItem(KEY));
}

/** Storage may throw at every touch. */
function attempt<T>(touch: () => T): T | undefined {
  try {
    return touch();
  } catch {
    return undefined;
  }
}
