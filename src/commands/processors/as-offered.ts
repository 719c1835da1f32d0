/** A processor as the newsroom offers it: what it can do, narrowed by what the newsroom file says it is for. */
import type { Processor } from '../../giving/index.ts';
import { type Currency, isCurrency } from '../../money/index.ts';
import type { ProcessorEntry } from '../../newsroom/index.ts';

export function asOffered(processor: Processor, entry: ProcessorEntry): Processor {
  const able = processor.capabilities;
  const wished = entry.currencies;
  return {
    ...processor,
    capabilities: {
      ...able,
      currencies:
        wished === undefined
          ? able.currencies
          : able.currencies.filter((currency) => wished.includes(currency)),
      minimumMinor: joined(able.minimumMinor, entry.minimum, larger),
      maximumMinor: joined(able.maximumMinor ?? {}, entry.maximum, smaller),
      ...(entry.intervals === undefined ? {} : { intervals: entry.intervals }),
    },
  };
}

type Bounds = Readonly<Partial<Record<string, bigint>>>;

/** Where both set a bound, the narrower one holds. */
function joined(
  able: Bounds,
  wished: Partial<Record<Currency, bigint>> | undefined,
  narrower: (a: bigint, b: bigint) => bigint,
): Bounds {
  const bounds = new Map(Object.entries(able));
  for (const [currency, bound] of Object.entries(wished ?? {})) {
    if (!isCurrency(currency)) continue;
    const known = bounds.get(currency);
    bounds.set(currency, known === undefined ? bound : narrower(known, bound));
  }
  return Object.fromEntries(bounds);
}

function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
