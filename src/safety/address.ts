/**
 * Addresses of the network: which are public, and whose word about the client is believed.
 */
import { BlockList, isIP } from 'node:net';

/** Reserved and private ranges (IANA special-purpose registries). Documentation ranges are kept out of the list: only the demo uses them. */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');
}

/** `::ffff:192.0.2.1` is the IPv4 address it carries. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  return mapped?.[1] ?? address;
}

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return !NOT_PUBLIC.check(address, family === 6 ? 'ipv6' : 'ipv4');
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
