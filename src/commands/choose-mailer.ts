/**
 * Who carries letters: the mail server that is named, in a demo a letterbox in memory, else nobody.
 */
import { type Mailer, smtpMailer } from '../letters/index.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

/** `null`: nobody carries letters; they wait in the outbox. */
export function chooseMailer(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly letterbox: Mailer;
}): Mailer | null {
  const url = options.system.environment.SMTP_URL;
  const { newsroom, isDemo } = options.open;
  if (url !== undefined && url !== '') {
    const { from_name: name, from_address: address } = newsroom.letters;
    return smtpMailer({ url, from: { name, address } });
  }
  if (isDemo) return options.letterbox;
  options.system.complain('SMTP_URL is not set: letters wait in the outbox until it is.');
  return null;
}
