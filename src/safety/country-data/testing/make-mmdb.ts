/** A small file in the MaxMind DB format, written from its published description, for tests. */

export interface MadeMmdb {
  /** Network in bits, IPv6 or (in its low part) IPv4, to the record. */
  readonly networks: readonly (readonly [
    bits: string,
    record: Readonly<Record<string, unknown>>,
  ])[];
  readonly builtSeconds: number;
  readonly ipVersion?: 4 | 6;
  readonly databaseType?: string;
}

/** The bits of `a.b.c.d/length`, where an IPv6 tree has IPv4. */
export function ipv4Bits(network: string): string {
  const [address = '', length = '32'] = network.split('/');
  const bits = address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return '0'.repeat(96) + bits.slice(0, Number(length));
}

/** The bits of a network written as hexadecimal groups without `::`, such as `2a02:06b8/32`. */
export function ipv6Bits(network: string): string {
  const [groups = '', length = '128'] = network.split('/');
  const bits = groups
    .split(':')
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
  return bits.slice(0, Number(length));
}

export function makeMmdb(made: MadeMmdb): Buffer {
  const { networks, builtSeconds, ipVersion = 6, databaseType = 'Test-Country' } = made;
  const nodes: [Slot, Slot][] = [[EMPTY, EMPTY]];
  const data: Buffer[] = [];
  let dataLength = 0;
  for (const [bits, record] of networks) {
    const encoded = encode(record);
    place(nodes, ipVersion === 4 ? bits.slice(96) : bits, { data: dataLength });
    data.push(encoded);
    dataLength += encoded.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  nodes.forEach((pair, at) => {
    pair.forEach((slot, side) => {
      tree.writeUIntBE(numberOf(slot, nodes.length), at * 6 + side * 3, 3);
    });
  });
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: builtSeconds,
    database_type: databaseType,
    description: { en: 'made for a test' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 24,
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]);
}

type Slot = 'empty' | { readonly node: number } | { readonly data: number };
const EMPTY: Slot = 'empty';

function place(nodes: [Slot, Slot][], bits: string, leaf: Slot): void {
  let at = 0;
  [...bits].forEach((bit, depth) => {
    const side = bit === '1' ? 1 : 0;
    const pair = nodes[at];
    if (pair === undefined) return;
    if (depth === bits.length - 1) {
      pair[side] = leaf;
      return;
    }
    const slot = pair[side];
    if (typeof slot === 'object' && 'node' in slot) {
      at = slot.node;
      return;
    }
    nodes.push([slot, slot]);
    pair[side] = { node: nodes.length - 1 };
    at = nodes.length - 1;
  });
}

function numberOf(slot: Slot, count: number): number {
  if (slot === 'empty') return count;
  return 'node' in slot ? slot.node : count + 16 + slot.data;
}

function encode(value: unknown): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') return encodeNumber(value);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(Object(value));
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([name, item]) => [encode(name), encode(item)]),
  ]);
}

function encodeNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return Buffer.concat([control(6, 4), bytes]);
}

/** Type and size, of less than 29, or of less than 285. */
function control(type: number, size: number): Buffer {
  const [short, more] = size < 29 ? [size, []] : [29, [size - 29]];
  if (type <= 7) return Buffer.from([(type << 5) | short, ...more]);
  return Buffer.from([short, type - 7, ...more]);
}
