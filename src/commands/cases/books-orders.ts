/**
 * The orders in which one history is told. Every permutation of up to six events; more are sampled. Each event is
 * delivered one to three times; where the table allows it, events also come before, between and after our own steps. The
 * samples are drawn from a seed, so a failing order can be told again.
 */
import type { SeededRandom } from '../../calendar/index.ts';
import type { BooksCase, HistoryStep, ToldEvent } from './books-format.ts';

export type Happening =
  | { readonly kind: 'act'; readonly step: HistoryStep }
  | { readonly kind: 'tell'; readonly event: ToldEvent };

const PERMUTED_MAX = 6;
/** Drawn orders where there are too many events for all of them. */
const SAMPLES = 720;
/** Ways of mixing each order of events into our own steps. */
const MIXINGS = 2;
const COPIES_MAX = 3;

export function ordersOf(given: BooksCase, random: SeededRandom): Happening[][] {
  if (given.order === 'as-given') return asGiven(given, random);
  const acts = given.history.map((step): Happening => ({ kind: 'act', step }));
  const orders: Happening[][] = [];
  for (const events of permutations(given.events, random)) {
    orders.push([...acts, ...withCopies(events.map(tell), random)]);
    if (!given.early) continue;
    for (let nth = 0; nth < MIXINGS; nth += 1) {
      orders.push(mixed(acts, withCopies(events.map(tell), random), random));
    }
  }
  return orders;
}

const tell = (event: ToldEvent): Happening => ({ kind: 'tell', event });

function permutations(events: readonly ToldEvent[], random: SeededRandom): ToldEvent[][] {
  if (events.length <= PERMUTED_MAX) return allOrders(events);
  return Array.from({ length: SAMPLES }, () => shuffled(events, random));
}

function allOrders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    allOrders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

/** Each told one to three times, the copies anywhere after the first. */
function withCopies(told: readonly Happening[], random: SeededRandom): Happening[] {
  const all = [...told];
  for (const one of told) {
    const copies = below(COPIES_MAX, random);
    for (let nth = 0; nth < copies; nth += 1) {
      const first = all.indexOf(one);
      all.splice(first + 1 + below(all.length - first, random), 0, one);
    }
  }
  return all;
}

/** Both lists in their own order, mixed. */
function mixed(
  acts: readonly Happening[],
  told: readonly Happening[],
  random: SeededRandom,
): Happening[] {
  const all: Happening[] = [];
  let [act, event] = [0, 0];
  while (act < acts.length || event < told.length) {
    const left = acts.length - act + (told.length - event);
    const takesAct = below(left, random) < acts.length - act;
    const next = takesAct ? acts[act++] : told[event++];
    if (next !== undefined) all.push(next);
  }
  return all;
}

/** One list by its numbers; the copies come after the first. */
function asGiven(given: BooksCase, random: SeededRandom): Happening[][] {
  const all = [
    ...given.history.map((step) => ({
      at: step.at ?? 0,
      happening: { kind: 'act', step } as Happening,
    })),
    ...given.events.map((event) => ({ at: event.at ?? 0, happening: tell(event) })),
  ]
    .toSorted((a, b) => a.at - b.at)
    .map(({ happening }) => happening);
  return [all, ...Array.from({ length: MIXINGS }, () => copiedInPlace(all, random))];
}

function copiedInPlace(all: readonly Happening[], random: SeededRandom): Happening[] {
  const copied = [...all];
  for (const one of all) {
    if (one.kind === 'act') continue;
    for (let nth = below(COPIES_MAX, random); nth > 0; nth -= 1) {
      const first = copied.indexOf(one);
      copied.splice(first + 1 + below(copied.length - first, random), 0, one);
    }
  }
  return copied;
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(below(left.length, random), 1));
  return drawn;
}

/** A whole number from 0 up to, not including, `limit`. */
function below(limit: number, random: SeededRandom): number {
  const [a = 0, b = 0] = random.bytes(2);
  return (a * 256 + b) % Math.max(1, limit);
}

/** For a failing case: the order in words. */
export function orderText(order: readonly Happening[]): string {
  return order
    .map((one) => {
      if (one.kind === 'tell') return one.event.id;
      const { step } = one;
      const about = 'attempt' in step ? step.attempt : 'gift' in step ? step.gift : '';
      return `${step.do}${about === undefined ? '' : ` ${about}`}`;
    })
    .join(', ');
}
