/**
 * The addresses that Tor's readers come from, as the Tor Project publishes them: one on each line, or in the lines of its
 * older list (`ExitAddress 192.0.2.1 2026-11-25 10:00:00`). Whoever comes from one of them is nowhere (C1 of the safety checks).
 *
 * A list is as old as it says itself: by the times of the older list, or by the line that `tuppence geo update` writes at its
 * head. The time of the file says nothing, since every copy and every restore makes it new.
 */
import { isIP } from 'node:net';
import { Instant } from '../../calendar/index.ts';
import { canonicalAddress } from '../address.ts';

/** Far more than there are, some two thousand; a file that is longer is something else. */
const EXITS_MAX = 100_000;
/** Fewer than that is a page that says something, not the list. */
const EXITS_MIN = 100;

export type TorReading =
  | {
      readonly ok: true;
      readonly exits: ReadonlySet<string>;
      /** `null`: the list does not say. */
      readonly dataFrom: Instant | null;
    }
  | { readonly ok: false };

const DATED = /^# data from (\S+)$/;

export function readTorExits(text: string): TorReading {
  const exits = new Set<string>();
  let dataFrom: Instant | null = null;
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    dataFrom = later(dataFrom, instantIn(DATED.exec(trimmed)?.[1]));
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [first = '', second = '', day = '', time = ''] = trimmed.split(/\s+/);
    const address = first === 'ExitAddress' ? second : first;
    if (isIP(address) === 0) {
      if (/^(ExitNode|Published|LastStatus)$/.test(first)) continue;
      return { ok: false };
    }
    if (first === 'ExitAddress') dataFrom = later(dataFrom, instantIn(`${day}T${time}Z`));
    exits.add(canonicalAddress(address));
    if (exits.size > EXITS_MAX) return { ok: false };
  }
  return exits.size < EXITS_MIN ? { ok: false } : { ok: true, exits, dataFrom };
}

/** The list with a line at its head that says how old it is; one that says so itself stays as it is. */
export function datedTorExits(text: string, dataFrom: Instant): string {
  const read = readTorExits(text);
  return read.ok && read.dataFrom !== null ? text : `# data from ${dataFrom.toString()}\n${text}`;
}

function instantIn(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  try {
    return Instant.from(text);
  } catch {
    return null;
  }
}

/** The older list tells a time for each exit; the list is as new as the newest of them. */
function later(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return one.epochMilliseconds >= other.epochMilliseconds ? one : other;
}
