export { type DemoLetter, type DemoLetterbox, demoLetterbox } from './demo-letterbox.ts';
export {
  type EmailAddress,
  type EmailError,
  isSameMailbox,
  readEmailAddress,
} from './email-address.ts';
export {
  composeLetter,
  type Letter,
  type LetterSubject,
  PREVIEW_CHARACTERS,
} from './letter.ts';
export { mailHostCountry } from './mail-hosts.ts';
export type { Mailer, MailerAnswer, Sending } from './mailer.ts';
export {
  enqueueLetter,
  hasPendingLetter,
  type LetterKind,
} from './outbox-store.ts';
export {
  createLetterWorker,
  type Destination,
  type LetterRecipient,
  type LetterRenderer,
  type LetterWorker,
  type LetterWorkerDependencies,
} from './outbox-worker.ts';
export { type PledgeFacts, type PledgeStanding, pledgeNotice } from './pledge-notice.ts';
export { type ReceiptFacts, receiptLetter } from './receipt.ts';
export { type ReturnFacts, returnLetter } from './return-notice.ts';
export { type SmtpMailerOptions, SmtpUrlError, smtpMailer } from './smtp-mailer.ts';
