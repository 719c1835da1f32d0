/**
 * One day of a processor's own books beside ours: pure. What one side has and the other has not, or has with another
 * amount, is a difference; equal things are not mentioned. Amounts in minor units.
 */
import { assert } from '../../problems/index.ts';
import type { MoneyFact } from '../processor.ts';

/** One thing that moved money: a charge, or a fact told about money. */
export interface BookedThing {
  readonly kind: 'charge' | MoneyFact['kind'];
  readonly ref: string;
  readonly currency: string;
  readonly minor: bigint;
}

export interface Difference {
  readonly kind: BookedThing['kind'];
  readonly ref: string;
  readonly currency: string;
  /** `null`: not in our books. */
  readonly ours: bigint | null;
  /** `null`: not in theirs. */
  readonly theirs: bigint | null;
}

/** The differences, by kind, reference and currency; none when both books say the same. */
export function compareDay(books: {
  readonly ours: readonly BookedThing[];
  readonly theirs: readonly BookedThing[];
}): readonly Difference[] {
  const ours = sums(books.ours);
  const theirs = sums(books.theirs);
  const differences: Difference[] = [];
  for (const [key, thing] of new Map([...ours, ...theirs])) {
    const difference = {
      kind: thing.kind,
      ref: thing.ref,
      currency: thing.currency,
      ours: ours.get(key)?.minor ?? null,
      theirs: theirs.get(key)?.minor ?? null,
    };
    assert(difference.ours !== null || difference.theirs !== null, 'one side has what differs');
    if (difference.ours !== difference.theirs) differences.push(difference);
  }
  assert(differences.length <= ours.size + theirs.size, 'each thing differs once');
  return differences.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A thing may be booked in two postings (a refund that is more than its gift); together they are one. */
function sums(things: readonly BookedThing[]): Map<string, BookedThing> {
  const summed = new Map<string, BookedThing>();
  for (const thing of things) {
    assert(thing.minor > 0n, 'what moved is at least one minor unit');
    const known = summed.get(keyOf(thing));
    summed.set(keyOf(thing), { ...thing, minor: thing.minor + (known?.minor ?? 0n) });
  }
  return summed;
}

function keyOf(thing: Pick<BookedThing, 'kind' | 'ref' | 'currency'>): string {
  return JSON.stringify([thing.kind, thing.ref, thing.currency]);
}
