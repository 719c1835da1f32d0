/**
 * Ids: UUIDs of version 7 (time-ordered, so that indexes stay local) and of version 5 (the same name gives the same id).
 * RFC 9562.
 */
import { createHash } from 'node:crypto';
import { assert } from '../problems/index.ts';

/** @param options.atMs milliseconds since 1970; `options.bytes` ten random bytes */
export function uuidV7(options: { readonly atMs: number; readonly bytes: Uint8Array }): string {
  assert(options.bytes.length >= 10, 'a version 7 UUID takes ten random bytes');
  const all = new Uint8Array(16);
  const view = new DataView(all.buffer);
  view.setUint16(0, Math.floor(options.atMs / 2 ** 32));
  view.setUint32(2, options.atMs % 2 ** 32);
  all.set(options.bytes.subarray(0, 10), 6);
  return format({ bytes: all, version: 7 });
}

/** The id that `name` always has within `namespace`. */
export function uuidV5(options: { readonly namespace: string; readonly name: string }): string {
  assert(isUuid(options.namespace), 'a namespace is a UUID');
  const digest = createHash('sha1')
    .update(Buffer.from(options.namespace.replaceAll('-', ''), 'hex'))
    .update(options.name)
    .digest();
  return format({ bytes: new Uint8Array(digest.subarray(0, 16)), version: 5 });
}

/** Any RFC UUID in its usual writing, letter case ignored. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
}

function format(options: { readonly bytes: Uint8Array; readonly version: number }): string {
  const { bytes, version } = options;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
