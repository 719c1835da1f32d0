/**
 * E-mail addresses: one canonical form for telling whether two texts name the same mailbox. Only what every mail system
 * folds is folded, because two mailboxes must never become one person, while one person with two spellings is a smaller
 * harm: letter case, and the two spellings of an international domain. Plus-tags, dots and look-alike letters stay.
 *
 * The text as it was typed is kept beside the canonical form, and mail goes to that.
 */
import { domainToASCII } from 'node:url';

export type EmailError =
  | 'empty'
  | 'hidden-character'
  | 'space-inside'
  | 'no-at'
  | 'many-at'
  | 'no-local'
  | 'bad-local'
  | 'bad-domain'
  | 'too-long';

export type EmailAddress =
  | {
      readonly ok: true;
      /** For matching and for blind indexes. */
      readonly canonical: string;
      /** What was typed, without blanks and marks around it: where mail goes. */
      readonly typed: string;
    }
  | { readonly ok: false; readonly error: EmailError };

/** White space and invisible marks, as they come with a pasted address. */
const AROUND = /[\p{White_Space}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;
/** Controls but TAB, CR and LF; format and private characters; halves of a surrogate pair. */
const HIDDEN = /(?![\t\r\n])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const SPACE = /\p{White_Space}/u;
const LOCAL =
  /^[\p{L}\p{M}\p{Nd}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{M}\p{Nd}!#$%&'*+\-/=?^_`{|}~]+)*$/u;
/** ASCII that no domain holds. It never reaches the URL parser, which would read a path, a port or a %-code in it. */
const NO_DOMAIN = /[^a-zA-Z0-9.\-\u0080-\u{10ffff}]/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const MOST_LOCAL_BYTES = 64;
const MOST_BYTES = 254;
/** Far beyond any address; bounds the work on what cannot be one. */
const MOST_CHARACTERS = 2000;

/** The canonical form of an address as typed, or the first thing that is wrong with it. */
export function readEmailAddress(text: string): EmailAddress {
  const typed = trimmed(text);
  if (typed === '') return failed('empty');
  if (HIDDEN.test(typed)) return failed('hidden-character');
  if (SPACE.test(typed)) return failed('space-inside');
  const [local, domain, ...more] = typed.split('@');
  if (local === undefined || domain === undefined) return failed('no-at');
  if (more.length > 0) return failed('many-at');
  if (local === '') return failed('no-local');
  if (domain === '') return failed('bad-domain');
  if (typed.length > MOST_CHARACTERS) return failed('too-long');
  const composed = local.normalize('NFC');
  if (!LOCAL.test(composed)) return failed('bad-local');
  const ascii = asciiDomain(domain);
  if (ascii === null) return failed('bad-domain');
  // Lower-casing can leave a letter and a mark that compose: NFC once more keeps the form stable.
  const canonical = `${composed.toLowerCase().normalize('NFC')}@${ascii}`;
  if (byteLength(composed) > MOST_LOCAL_BYTES || byteLength(canonical) > MOST_BYTES) {
    return failed('too-long');
  }
  return { ok: true, canonical, typed };
}

/** Whether two texts name one mailbox. A text that is no address is the same as nothing, not even as itself. */
export function isSameMailbox(a: string, b: string): boolean {
  const first = readEmailAddress(a);
  const second = readEmailAddress(b);
  return first.ok && second.ok && first.canonical === second.canonical;
}

function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && AROUND.test(text.charAt(start))) start += 1;
  while (end > start && AROUND.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/**
 * The domain by UTS #46, non-transitional, or null. The platform does it, with a last label added for the moment: with
 * it, numbers are not taken for an IPv4 address, and labels already in `xn--` form are checked instead of passed through.
 */
function asciiDomain(domain: string): string | null {
  if (NO_DOMAIN.test(domain)) return null;
  const checked = domainToASCII(`${domain}.é`);
  if (checked === '') return null;
  const labels = checked.split('.').slice(0, -1);
  const last = labels.at(-1) ?? '';
  const valid = labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return valid && !/^\d+$/.test(last) ? labels.join('.') : null;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function failed(error: EmailError): EmailAddress {
  return { ok: false, error };
}
