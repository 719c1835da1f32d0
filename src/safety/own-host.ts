/**
 * Whether a request was sent to a host of the newsroom's own.
 *
 * A mirror that passes requests on to us shows us its own address, in its own country, and never that of the reader behind
 * it. So a request that names any other host has no place that could be told: an unknown host is never asked on (safety
 * checks C1). The same holds for a name that somebody else points at our address.
 */
import type { BlockList } from 'node:net';
import { isTrustedProxy } from './address.ts';
import type { Asker } from './place.ts';

/** Names of this very machine, for a newsroom that has no public address yet. */
const LOOPBACK =
  /^(?:(?:[a-z0-9-]+\.)*localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/;

export interface OwnHostOptions {
  /** The newsroom's public origin; `null`: only this machine's own names are known. */
  readonly origin: string | null;
  readonly trustedProxies: BlockList;
}

/**
 * Makes the test. The `Host` header counts, or `X-Forwarded-Host` where the connection comes from one of the newsroom's
 * own proxies.
 */
export function ownHost(
  options: OwnHostOptions,
): (asker: Asker, connection: string | null) => boolean {
  const { origin, trustedProxies } = options;
  const own = origin === null ? null : new URL(origin);
  const isOwn = (host: string): boolean => {
    if (own === null) return LOOPBACK.test(host);
    return host === own.host || host === `${own.hostname}:${defaultPort(own)}`;
  };
  return (asker, connection) => {
    const forwarded = asker.headers.get('x-forwarded-host');
    const host =
      forwarded !== null && isTrustedProxy(connection, trustedProxies)
        ? forwarded
        : asker.headers.get('host');
    return host !== null && isOwn(host.toLowerCase());
  };
}

function defaultPort({ protocol, port }: URL): string {
  if (port !== '') return port;
  return protocol === 'https:' ? '443' : '80';
}
