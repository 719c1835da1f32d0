/**
 * Letters over SMTP.
 *
 * The mail server learns what it must and no more: our host's name, a mail program's name and the letter's subject matter
 * are kept out of the headers. The connection is encrypted, or the letter is not sent; only a server on this machine, or
 * one the operator marks with `?tls=off`, is spoken to in the clear. A mail server's answers quote the address, so nothing
 * of them leaves this file but a code.
 */
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { Instant } from '../calendar/index.ts';
import type { Mailer, MailerAnswer, Sending } from './mailer.ts';

export interface SmtpMailerOptions {
  /** `smtp://user:password@host:587` or `smtps://…:465`; `?tls=off` allows a plain connection to a server of your own network. */
  readonly url: string;
  readonly from: { readonly name: string; readonly address: string };
}

/** The address of a mail server cannot be used; the message is for the operator and quotes no password. */
export class SmtpUrlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SmtpUrlError';
  }
}

/** One letter may take this long in all stages together and stay inside the worker's lease of 60 s. */
const CONNECT_TIMEOUT_MS = 10_000;
const GREETING_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 20_000;

/** Connects at the first letter. Throws {@link SmtpUrlError} for an address that cannot be one of a mail server. */
export function smtpMailer(options: SmtpMailerOptions): Mailer {
  const domain = options.from.address.slice(options.from.address.lastIndexOf('@') + 1);
  const transport = createTransport({
    ...readSmtpUrl(options.url),
    // Said in the greeting; the default would be the name of this machine.
    name: domain,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: GREETING_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(sending) {
      try {
        await transport.sendMail(message({ sending, from: options.from, domain }));
        return { kind: 'sent' };
      } catch (error) {
        return answerOf(error);
      }
    },
    async close() {
      transport.close();
    },
  };
}

function message(options: {
  readonly sending: Sending;
  readonly from: { readonly name: string; readonly address: string };
  readonly domain: string;
}): SMTPTransport.MailOptions {
  const { letter, address, unsubscribeUrl, key, at } = options.sending;
  // Keys hold ids of gifts, and whoever knows such an id can open the page of the gift.
  const identity = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return {
    from: { name: options.from.name, address: options.from.address },
    // An object, not text: an address is never parsed as a list of addresses.
    to: { name: '', address },
    subject: letter.subject,
    text: letter.text,
    messageId: `<${identity}@${options.domain}>`,
    date: mailDate(at),
    xMailer: false,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': letter.language,
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  };
}

/** What a failed sending means, from the codes alone. */
function answerOf(error: unknown): MailerAnswer {
  const { code, command, responseCode } = smtpFacts(error);
  if (responseCode >= 500 && command === 'RCPT TO') return { kind: 'refused', reason: 'address' };
  if (responseCode >= 500 && command === 'DATA') return { kind: 'refused', reason: 'letter' };
  // The address was checked before; what the library itself cannot write into an envelope will not get better.
  if (code === 'EENVELOPE' && responseCode === 0) return { kind: 'refused', reason: 'address' };
  if (responseCode > 0) return { kind: 'not-now', reason: 'busy' };
  if (code === 'ETIMEDOUT') return { kind: 'not-now', reason: 'timeout' };
  if (code === 'EPROTOCOL') return { kind: 'not-now', reason: 'unreadable' };
  return { kind: 'not-now', reason: 'connection' };
}

function smtpFacts(error: unknown): { code: string; command: string; responseCode: number } {
  const facts: { code?: unknown; command?: unknown; responseCode?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  return {
    code: typeof facts.code === 'string' ? facts.code : '',
    command: typeof facts.command === 'string' ? facts.command : '',
    responseCode: typeof facts.responseCode === 'number' ? facts.responseCode : 0,
  };
}

function readSmtpUrl(text: string): SMTPTransport.Options {
  if (!URL.canParse(text)) throw new SmtpUrlError('The address of the mail server is not a URL.');
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') {
    throw new SmtpUrlError('The address of the mail server starts with smtp:// or smtps://.');
  }
  if (url.hostname === '') {
    throw new SmtpUrlError('The address of the mail server names no host.');
  }
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const plain = url.searchParams.get('tls') === 'off' || isLoopback(host);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !plain,
    ignoreTLS: !secure && plain,
    ...(url.username === ''
      ? {}
      : {
          auth: {
            user: decodeURIComponent(url.username),
            pass: decodeURIComponent(url.password),
          },
        }),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5322, in UTC: the zone of our machine is nobody's business. */
function mailDate(at: Instant): string {
  const moment = at.toZonedDateTimeISO('UTC');
  const time = [moment.hour, moment.minute, moment.second]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return `${WEEKDAYS[moment.dayOfWeek - 1]}, ${moment.day} ${MONTHS[moment.month - 1]} ${moment.year} ${time} +0000`;
}
