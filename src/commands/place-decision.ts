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
  ownHost,
  proxyList,
} from '../safety/index.ts';
import { isDemoTorExit } from '../web/demo/demo-readers.ts';
import type { DemoState } from '../web/demo/demo-state.ts';
import type { ConnectionAddress } from '../web/server.ts';

export function placeDecision(options: {
  readonly newsroom: Newsroom;
  readonly connectionAddress: ConnectionAddress;
  readonly demoState: DemoState | null;
  readonly sources: readonly CountrySource[];
  readonly clock: Clock;
  readonly listed: readonly string[];
}): DecidePlace {
  const { newsroom, demoState, sources, clock } = options;
  const listed = new Set(options.listed);
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
      sources,
      listed,
      isTorExit: demoState === null ? () => false : isDemoTorExit,
      now: clock.now(),
    });
}
