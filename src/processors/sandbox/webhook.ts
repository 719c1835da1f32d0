/**
 * Signing and checking webhooks: HMAC-SHA256 over the time and the raw bytes of the body.
 *
 * The header reads `sandbox-signature: t=1790000000,v1=<hex>`, with one `v1` per secret while a secret is being
 * replaced. The time is inside the signature, so an old message cannot be sent again with a fresh one. Both ends use
 * this file; the test holds vectors computed apart from it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../calendar/index.ts';

/** How far a message's time may be from ours, in seconds, either way. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

/** More than any secret replacement needs; a longer header is not looked at. */
const HEADER_LENGTH_LIMIT = 1000;
const SIGNATURES_LIMIT = 5;

/** The header for a body, one signature per secret. */
export function signWebhook(options: {
  readonly body: Uint8Array;
  readonly at: Instant;
  readonly secrets: readonly string[];
}): string {
  const seconds = secondsOf(options.at);
  const signatures = options.secrets.map(
    (secret) => `v1=${hmac(secret, seconds, options.body).toString('hex')}`,
  );
  return [`t=${seconds}`, ...signatures].join(',');
}

export type SignatureCheck = 'right' | 'signature' | 'too-old';

/**
 * Checks a header against the raw bytes. `signature`: none of the signatures is right (or the header is no header);
 * `too-old`: the signature is right but its time is more than {@link SIGNATURE_TOLERANCE_SECONDS} from `now`.
 */
export function checkWebhook(options: {
  readonly header: string | null;
  readonly body: Uint8Array;
  readonly now: Instant;
  readonly secret: string;
}): SignatureCheck {
  const read = readHeader(options.header ?? '');
  if (read === undefined) return 'signature';
  const expected = hmac(options.secret, read.seconds, options.body);
  // Every signature is compared, so that the time taken does not tell which one was right.
  const isRight = read.signatures
    .map((signature) => timingSafeEqual(signature, expected))
    .includes(true);
  if (!isRight) return 'signature';
  const age = Math.abs(Number(read.seconds) - Number(secondsOf(options.now)));
  return age > SIGNATURE_TOLERANCE_SECONDS ? 'too-old' : 'right';
}

function readHeader(
  header: string,
): { readonly seconds: string; readonly signatures: readonly Buffer[] } | undefined {
  if (header.length > HEADER_LENGTH_LIMIT) return undefined;
  const pairs = header.split(',').map((part) => part.trim());
  const times = pairs.filter((pair) => pair.startsWith('t=')).map((pair) => pair.slice(2));
  const signatures = pairs
    .filter((pair) => /^v1=[0-9a-f]{64}$/.test(pair))
    .map((pair) => Buffer.from(pair.slice(3), 'hex'));
  const seconds = times[0];
  if (seconds === undefined || times.length !== 1 || !/^\d{1,12}$/.test(seconds)) return undefined;
  if (signatures.length === 0 || signatures.length > SIGNATURES_LIMIT) return undefined;
  return { seconds, signatures };
}

function hmac(secret: string, seconds: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

function secondsOf(at: Instant): string {
  return String(Math.floor(at.epochMilliseconds / 1000));
}
