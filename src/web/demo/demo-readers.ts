/**
 * Who the viewer of a demo pretends to be, and the demo's own small country data.
 *
 * The pretence swaps the connection's address for one of the documentation ranges (RFC 5737) and leaves everything after
 * that as in production: the same two sources, the same decision. The data is made with the demo's clock, so it is never
 * too old, on the day of the clone and years later.
 */
import type { Clock } from '../../calendar/index.ts';
import type { CountrySource } from '../../safety/index.ts';

export const DEMO_READERS = ['germany', 'listed', 'unknown', 'tor'] as const;
export type DemoReader = (typeof DEMO_READERS)[number];

const ADDRESSES: Readonly<Record<DemoReader, string>> = {
  germany: '192.0.2.10',
  listed: '198.51.100.10',
  unknown: '203.0.113.10',
  tor: '203.0.113.99',
};

export function demoAddress(reader: DemoReader): string {
  return ADDRESSES[reader];
}

export function isDemoReader(text: string): text is DemoReader {
  return DEMO_READERS.some((reader) => reader === text);
}

export function isDemoTorExit(address: string): boolean {
  return address === ADDRESSES.tor;
}

/** Two sources that agree about two ranges and know nothing else. */
export function demoCountrySources(clock: Clock): readonly CountrySource[] {
  const byRange = (address: string): string | null => {
    if (address.startsWith('192.0.2.')) return 'DE';
    if (address.startsWith('198.51.100.')) return 'RU';
    return null;
  };
  return ['demo ranges by registry', 'demo ranges by routing'].map((name) => ({
    name,
    get dataFrom() {
      return clock.now();
    },
    country: byRange,
  }));
}
