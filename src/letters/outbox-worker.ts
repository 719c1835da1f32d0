/**
 * The worker that sends what stands in the outbox: lease one letter, see whether it is still true, send it, write down
 * what became of it.
 *
 * A letter is rendered at the moment it is sent, from what is true then; a renderer answers `not-needed` when there is
 * nothing to say any more. Sending is the one thing that cannot be taken back or asked about: when a process dies between
 * the mail server's "yes" and our own note of it, the letter goes a second time with the same message id, which mail
 * programs show once. A letter that fails waits longer each time and is dead after eight tries; a dead or sent letter
 * lets go of the address it was for.
 */
import type { Clock } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import { errorFacts, type Log } from '../problems/index.ts';
import type { Letter } from './letter.ts';
import type { Mailer, MailerAnswer } from './mailer.ts';
import {
  finishLetter,
  type LeasedLetter,
  type LetterKind,
  type LetterOutcome,
  leaseLetter,
} from './outbox-store.ts';

export interface Destination {
  readonly address: string;
  /** A POST to it ends all letters to this address (RFC 8058); the token in it says nothing about anybody. */
  readonly unsubscribeUrl: string;
}

/** Whoever a letter goes to. The address is opened for the sending alone. */
export interface LetterRecipient {
  /** Where the letter goes, or `null` when no address is held (any more) or none may be written to. */
  open(): Promise<Destination | null>;
  /** Called once the letter is out of the way: the place to delete an address that nothing needs any more. */
  release(): Promise<void>;
}

/** Writes one kind of letter about `ref`, from what is true now. */
export type LetterRenderer = (
  ref: string,
) => Promise<{ readonly letter: Letter; readonly recipient: LetterRecipient } | 'not-needed'>;

export interface LetterWorkerDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly renderers: Readonly<Record<LetterKind, LetterRenderer>>;
  readonly log: Log;
}

export interface LetterWorker {
  readonly name: 'letters';
  /** Sends what is due, at most a hundred letters, and returns how many it took in hand. Never throws for one letter. */
  runOnce(): Promise<number>;
}

const LETTERS_PER_RUN = 100;
export const LETTER_TRIES = 8;
/** Minutes to wait after the first, second … failed try. */
const WAIT_MINUTES = [1, 5, 15, 60, 240, 720, 1440];

export function createLetterWorker(deps: LetterWorkerDependencies): LetterWorker {
  return {
    name: 'letters',
    async runOnce() {
      let taken = 0;
      while (taken < LETTERS_PER_RUN) {
        // One at a time: a lease covers the sending of one letter, not of a heap.
        const letter = await leaseLetter(deps.db, deps.clock.now());
        if (letter === undefined) break;
        taken += 1;
        await work(deps, letter);
      }
      return taken;
    },
  };
}

async function work(deps: LetterWorkerDependencies, leased: LeasedLetter): Promise<void> {
  if (leased.tries > LETTER_TRIES) {
    await finish(deps, leased, { state: 'dead' });
    return;
  }
  let recipient: LetterRecipient | undefined;
  let outcome: LetterOutcome;
  try {
    const rendered = await render(deps, leased);
    if (rendered === 'not-needed') {
      outcome = { state: 'unneeded' };
    } else {
      recipient = rendered.recipient;
      outcome = await send(deps, { leased, ...rendered });
    }
  } catch (error) {
    // A poisoned letter blocks only itself. The error's own words may hold anything, so they stay here.
    deps.log.error('letter-failed', { outbox: leased.id, ...errorFacts(error) });
    outcome = laterOrDead(deps, leased);
  }
  const written = await finish(deps, leased, outcome);
  if (written && outcome.state !== 'pending' && recipient !== undefined) {
    await release(deps, leased, recipient);
  }
}

function render(deps: LetterWorkerDependencies, leased: LeasedLetter): ReturnType<LetterRenderer> {
  if (!isKnown(deps.renderers, leased.kind)) throw new Error('no renderer for this kind of letter');
  return deps.renderers[leased.kind](leased.ref);
}

function isKnown(
  renderers: LetterWorkerDependencies['renderers'],
  kind: string,
): kind is LetterKind {
  return Object.hasOwn(renderers, kind);
}

async function send(
  deps: LetterWorkerDependencies,
  options: {
    readonly leased: LeasedLetter;
    readonly letter: Letter;
    readonly recipient: LetterRecipient;
  },
): Promise<LetterOutcome> {
  const { leased, letter, recipient } = options;
  const destination = await recipient.open();
  if (destination === null) return { state: 'unneeded' };
  const answer = await deps.mailer.send({
    letter,
    ...destination,
    key: leased.dedupeKey,
    at: deps.clock.now(),
  });
  return outcomeOf(deps, { leased, answer });
}

function outcomeOf(
  deps: LetterWorkerDependencies,
  { leased, answer }: { readonly leased: LeasedLetter; readonly answer: MailerAnswer },
): LetterOutcome {
  switch (answer.kind) {
    case 'sent':
      return { state: 'sent' };
    case 'refused':
      deps.log.warn('letter-refused', { outbox: leased.id, reason: answer.reason });
      return { state: 'dead' };
    case 'not-now':
      deps.log.warn('letter-not-now', {
        outbox: leased.id,
        reason: answer.reason,
        tries: leased.tries,
      });
      return laterOrDead(deps, leased);
  }
}

function laterOrDead(deps: LetterWorkerDependencies, leased: LeasedLetter): LetterOutcome {
  const minutes = WAIT_MINUTES[leased.tries - 1];
  if (leased.tries >= LETTER_TRIES || minutes === undefined) return { state: 'dead' };
  return { state: 'pending', nextAt: deps.clock.now().add({ minutes }) };
}

async function finish(
  deps: LetterWorkerDependencies,
  leased: LeasedLetter,
  outcome: LetterOutcome,
): Promise<boolean> {
  if (outcome.state === 'dead') {
    deps.log.error('letter-dead', { outbox: leased.id, tries: leased.tries });
  }
  return await finishLetter(deps.db, leased, outcome);
}

async function release(
  deps: LetterWorkerDependencies,
  leased: LeasedLetter,
  recipient: LetterRecipient,
): Promise<void> {
  try {
    await recipient.release();
  } catch (error) {
    // The letter is out; the sweep of contacts deletes the address later.
    deps.log.error('letter-release-failed', { outbox: leased.id, ...errorFacts(error) });
  }
}
