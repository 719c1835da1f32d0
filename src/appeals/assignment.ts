/**
 * Which variant a slot sees: the same on server and device, exact in its shares, unrelated from one experiment to the next.
 *
 * A slot is a number 0 to 99 that a device draws and shares with a hundredth of all readers. The experiment's key deals
 * the hundred slots out anew (they are put in the order of a hash of key and slot), then the first share of them is the
 * first variant's, and so on. No slot, no experiment: the control. No Node in here.
 */
import { smallHash } from '../calendar/small-hash.ts';

export const SLOTS = 100;

/**
 * What stands for the variant in the link of a reader whom no slot assigned (no storage, no script). They see the control's
 * words, but their gifts must not count for it: their asks do not either, and the control would seem to bring more.
 */
export const UNASSIGNED = 'unassigned';

export interface Experiment {
  readonly experimentKey: string;
  /** The first is the control. */
  readonly variants: readonly { readonly share: number }[];
}

/** The position of the variant that `slot` sees; `null` (no slot) and what no share covers see the control, position 0. */
export function variantPosition(
  { experimentKey, variants }: Experiment,
  slot: number | null,
): number {
  if (slot === null) return 0;
  let left = dealtSlots(experimentKey).indexOf(slot);
  return Math.max(
    0,
    variants.findIndex(({ share }) => {
      left -= share;
      return left < 0;
    }),
  );
}

/** What {@link variantPosition} says of every slot, for counting: the deal is worked out once. */
export function positionsOfSlots({ experimentKey, variants }: Experiment): readonly number[] {
  const positions = Array.from({ length: SLOTS }, () => 0);
  const dealt = dealtSlots(experimentKey);
  let from = 0;
  for (const [position, { share }] of variants.entries()) {
    for (const slot of dealt.slice(from, from + share)) positions[slot] = position;
    from += share;
  }
  return positions;
}

/** The hundred slots in the order in which the key deals them out. */
export function dealtSlots(experimentKey: string): number[] {
  const rank = (slot: number) => smallHash(`${experimentKey} ${slot}`);
  return Array.from({ length: SLOTS }, (_, slot) => slot).sort(
    (a, b) => rank(a) - rank(b) || a - b,
  );
}
