/**
 * Whose word about the client's address is believed.
 */
import { BlockList, isIP, SocketAddress } from 'node:net';

/** `::ffff:192.0.2.1` is the IPv4 address it carries. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  return mapped?.[1] ?? address;
}

/** One spelling for each address, so that lists of them can be compared: `2A0B::0:1` is `2a0b::1`. Not an address: as it is. */
export function canonicalAddress(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6 || plain.includes('%')) return plain;
  return plainAddress(new SocketAddress({ address: plain, family: 'ipv6' }).address);
}

/**
 * The client's address: the connection's own, unless the connection comes from one of the newsroom's proxies; then the
 * last address in `X-Forwarded-For` that is not itself such a proxy. The first entry is never believed: anybody can send it.
 */
export function clientAddress(options: {
  readonly connection: string | null;
  readonly forwardedFor: string | null;
  readonly trustedProxies: BlockList;
}): string | null {
  const connection = options.connection === null ? null : plainAddress(options.connection);
  if (connection === null || isIP(connection) === 0) return null;
  if (!isIn(options.trustedProxies, connection)) return connection;
  const chain = (options.forwardedFor ?? '').split(',').map((part) => plainAddress(part.trim()));
  for (const address of chain.reverse()) {
    if (isIP(address) === 0) return null;
    if (!isIn(options.trustedProxies, address)) return address;
  }
  return null;
}

/** Reads the newsroom file's list of proxies: addresses or networks such as `10.0.0.0/8`. Unreadable ones are trusted by nobody. */
export function proxyList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [network = '', prefix] = entry.split('/');
    const family = isIP(network);
    if (family === 0 || (prefix !== undefined && !/^[1-9]\d{0,2}$/.test(prefix))) continue;
    const type = family === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(network, type);
    else list.addSubnet(network, Number(prefix), type);
  }
  return list;
}

/** Whether a connection comes from one of the newsroom's own proxies. */
export function isTrustedProxy(connection: string | null, trustedProxies: BlockList): boolean {
  if (connection === null) return false;
  const address = plainAddress(connection);
  return isIP(address) !== 0 && isIn(trustedProxies, address);
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
