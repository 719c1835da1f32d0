/**
 * Which addresses are on the public internet: the one list, used where a reader's place is decided and where a feed is
 * fetched from an address that somebody typed.
 */
import { BlockList, isIP } from 'node:net';

/** Everything that is not public (IANA special-purpose registries), and ways to write IPv4 addresses differently. */
const SPECIAL: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

/** RFC 5737: for examples only, so nobody ever comes from there; the demo's pretended readers do. */
const DOCUMENTATION: typeof SPECIAL = [
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
];

const special = blockLists(SPECIAL);
const documentation = blockLists(DOCUMENTATION);

/** Whether an address (as text) is one on the public internet. Mapped and translated forms of IPv4 never are. */
export function isPublicAddress(address: string): boolean {
  return isIP(address) !== 0 && !isIn(special, address) && !isIn(documentation, address);
}

/** Whether an address is kept for examples. */
export function isDocumentationAddress(address: string): boolean {
  return isIP(address) !== 0 && isIn(documentation, address);
}

/** One list per family: a shared one would compare IPv4 addresses with the mapped range of IPv6. */
function blockLists(networks: typeof SPECIAL): {
  readonly ipv4: BlockList;
  readonly ipv6: BlockList;
} {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const [network, prefix] of networks) {
    const family = network.includes(':') ? 'ipv6' : 'ipv4';
    lists[family].addSubnet(network, prefix, family);
  }
  return lists;
}

/** An address with a zone (`fe80::1%eth0`) belongs to a link, never to the internet. */
function isIn(lists: ReturnType<typeof blockLists>, address: string): boolean {
  if (address.includes('%')) return true;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return lists[family].check(address, family);
}
