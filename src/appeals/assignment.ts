/**
 * Which variant a slot sees: the same on server and device, exact in its shares, unrelated from one experiment to the next.
 *
 * A slot is a number 0 to 99 that a device draws and shares with a hundredth of all readers. The experiment's key deals
 * the hundred slots out anew (a Fisher-Yates shuffle driven by the key), then the first share of them is the first
 * variant's, and so on. No slot, no experiment: the control. No Node in here.
 */
import { smallHash } from '../calendar/small-hash.ts';

export const SLOTS = 100;

export interface Share {
  readonly share: number;
}

/** The position of the variant that `slot` sees; `null` (no slot) and what no share covers see the control, position 0. */
export function variantPosition(options: {
  readonly experimentKey: string;
  readonly slot: number | null;
  readonly variants: readonly Share[];
}): number {
  if (options.slot === null || options.variants.length < 2) return 0;
  const place = dealtPlaces(options.experimentKey)[options.slot] ?? 0;
  let upTo = 0;
  for (const [position, variant] of options.variants.entries()) {
    upTo += variant.share;
    if (place < upTo) return position;
  }
  return 0;
}

/** For each slot its place after the shuffle: a permutation of 0 to 99. */
export function dealtPlaces(experimentKey: string): number[] {
  const next = numbersFrom(experimentKey);
  const places = Array.from({ length: SLOTS }, (_, slot) => slot);
  for (let last = SLOTS - 1; last > 0; last--) {
    const other = next() % (last + 1);
    const kept = places[last] ?? 0;
    places[last] = places[other] ?? 0;
    places[other] = kept;
  }
  return places;
}

/** Numbers that follow from the key alone: a 32-bit mixer over a counter, plain integers, the same in every engine. */
function numbersFrom(key: string): () => number {
  let state = smallHash(key);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
