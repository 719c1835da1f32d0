/**
 * The addresses that Tor's readers come from, as the Tor Project publishes them: one on each line, or in the lines of its
 * older list (`ExitAddress 192.0.2.1 2026-11-25 10:00:00`). Whoever comes from one of them is nowhere (C1 of the safety checks).
 */
import { isIP } from 'node:net';
import { plainAddress } from '../address.ts';

/** Far more than there are, some two thousand; a file that is longer is something else. */
const EXITS_MAX = 100_000;
/** Fewer than that is a page that says something, not the list. */
const EXITS_MIN = 100;

export type TorReading =
  | { readonly ok: true; readonly exits: ReadonlySet<string> }
  | { readonly ok: false };

export function readTorExits(text: string): TorReading {
  const exits = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [first = '', second = ''] = trimmed.split(/\s+/);
    const address = first === 'ExitAddress' ? second : first;
    if (isIP(address) === 0) {
      if (/^(ExitNode|Published|LastStatus)$/.test(first)) continue;
      return { ok: false };
    }
    exits.add(plainAddress(address) ?? address);
    if (exits.size > EXITS_MAX) return { ok: false };
  }
  return exits.size < EXITS_MIN ? { ok: false } : { ok: true, exits };
}
