/**
 * Whose word about an address is believed, tied to the country decision: in a demo the place the viewer pretends to be in,
 * and from there on as in production.
 */
import type { Clock } from '../calendar/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import {
  type Asker,
  type CountrySource,
  clientAddress,
  type DecidePlace,
  decidePlace,
  type Listing,
  ownHost,
  proxyList,
} from '../safety/index.ts';
import type { DemoState } from '../web/demo/demo-state.ts';
import type { ConnectionAddress } from '../web/server.ts';

/** What is known of places; it may change while the newsroom runs. */
export interface PlaceData {
  sources(): readonly CountrySource[];
  isTorExit(address: string): boolean;
}

export function placeDecision(options: {
  readonly newsroom: Newsroom;
  readonly connectionAddress: ConnectionAddress;
  readonly demoState: DemoState | null;
  readonly places: PlaceData;
  readonly clock: Clock;
  /** The listed countries of now. */
  readonly listing: Pick<Listing, 'set'>;
}): DecidePlace {
  const { newsroom, demoState, places, clock } = options;
  const trustedProxies = proxyList(newsroom.safety.trusted_proxies);
  const isOwnHost = ownHost({ origin: newsroom.origin ?? null, trustedProxies });
  const addressOf = (asker: Asker): string | null => {
    const connection = options.connectionAddress(asker);
    if (!isOwnHost(asker, connection)) return null;
    if (demoState !== null) return demoState.readerAddress;
    const forwardedFor = asker.headers.get('x-forwarded-for');
    return clientAddress({ connection, forwardedFor, trustedProxies });
  };
  return (asker) =>
    decidePlace({
      address: addressOf(asker),
      sources: places.sources(),
      listed: options.listing.set(),
      isTorExit: (address) => places.isTorExit(address),
      now: clock.now(),
    });
}
