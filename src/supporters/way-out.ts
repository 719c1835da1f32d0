/**
 * The way out of letters: an opaque token in every letter's `List-Unsubscribe` (RFC 8058). Whoever posts it has the address
 * deleted; nothing else happens, and nothing else can be learnt with it.
 *
 * The token is random and lies sealed beside the address. The database holds its hash alone, which is enough to find the
 * row and not enough to make the token.
 */
import { createHash } from 'node:crypto';
import type { Random } from '../calendar/index.ts';

const TOKEN_BYTES = 16;

/** A new token: 22 characters that fit an address as they are. */
export function makeWayOut(random: Random): string {
  return Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
}

export function isWayOut(text: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(text);
}

/** 128 random bits need neither salt nor slowness. */
export function wayOutHash(token: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

/** Where a token is posted, below the newsroom's origin. */
export function wayOutPath(token: string): string {
  return `/letters/${token}`;
}
