/**
 * The mailer port: hands one letter to whoever carries it, and says in one of three words what became of it.
 *
 * Implementations never throw for what a network or a mail server does, and never pass on a server's own words: those
 * quote the address.
 */
import type { Instant } from '../calendar/index.ts';
import type { Letter } from './letter.ts';

export type MailerAnswer =
  | { readonly kind: 'sent' }
  /** Nobody took it, or we did not hear that somebody did; worth trying again. `reason` is a code of ours. */
  | { readonly kind: 'not-now'; readonly reason: 'connection' | 'timeout' | 'busy' | 'unreadable' }
  /** The mail server refused this letter or this address for good. */
  | { readonly kind: 'refused'; readonly reason: 'address' | 'letter' };

/** A letter on its way out. */
export interface Sending {
  readonly letter: Letter;
  /** Where to. Held in memory for this one call. */
  readonly address: string;
  /** The one-click way out (RFC 8058), for the headers. */
  readonly unsubscribeUrl: string;
  /** The same for every try of one letter, so that a mail program shows a letter that was sent twice only once. */
  readonly key: string;
  /** What the letter's date says. */
  readonly at: Instant;
}

export interface Mailer {
  send(sending: Sending): Promise<MailerAnswer>;
  /** Lets connections go. */
  close(): Promise<void>;
}
