/**
 * The catalogue of every problem a person can meet, one row each (the habit is fastify's error catalogue).
 *
 * `moneyMoved` is part of the row so that no page can forget to say it: `no` (nothing was charged), `unknown` (we are
 * asking the processor), `not-about-money` (reading, desk, command line). The English sentences here are the fallback
 * and what the command line prints; pages look up `problem.<code>.happened` and `problem.<code>.next` in the locale.
 */

export type MoneyMoved = 'no' | 'unknown' | 'not-about-money';

export interface ProblemRow {
  readonly status: number;
  readonly moneyMoved: MoneyMoved;
  /** What happened, in one plain sentence. */
  readonly happened: string;
  /** What the person can do next, in one plain sentence. */
  readonly next: string;
}

export const PROBLEMS = {
  NOT_FOUND: {
    status: 404,
    moneyMoved: 'not-about-money',
    happened: 'There is no page at this address.',
    next: 'Go to the front page, or look through the sections.',
  },
  BAD_REQUEST: {
    status: 400,
    moneyMoved: 'no',
    happened: 'Something in this form could not be read.',
    next: 'Go back, check what you typed, and send it again.',
  },
  FROM_ELSEWHERE: {
    status: 403,
    moneyMoved: 'no',
    happened: 'This form was sent by a page of another site, so it was not taken.',
    next: 'Go to the front page and follow the links from there.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    moneyMoved: 'no',
    happened: 'What was sent is larger than this page takes.',
    next: 'Send less, or send it in parts.',
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    moneyMoved: 'no',
    happened: 'There were too many tries in a short time.',
    next: 'Wait a few minutes and try again.',
  },
  INTERNAL: {
    status: 500,
    moneyMoved: 'unknown',
    happened: 'Something went wrong on our side.',
    next: 'If you were giving, do not pay again: open the page of your gift, which knows what happened.',
  },
  RECORDS_UNREACHABLE: {
    status: 503,
    moneyMoved: 'unknown',
    happened: 'Our records cannot be reached for a moment.',
    next: 'Try again in a minute. If you were giving, do not pay again: the page of your gift knows what happened.',
  },
  UNAVAILABLE: {
    status: 503,
    moneyMoved: 'no',
    happened: 'This part of the site is not available for a moment.',
    next: 'Try again in a minute.',
  },
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof PROBLEMS;
