/** The lines of Stripe's balance, each with what it is about: walked oldest first, or a part of them whole. */
import type { Unknown } from '../../giving/processor.ts';
import type { StripeApi } from './api.ts';
import { listAll } from './list-all.ts';
import { type WalkCursor, type Walked, walk } from './walk.ts';
import { type BalanceLineAnswer, balanceLineAnswer, pageOf } from './wire.ts';

const ENDPOINT = 'GET /v1/balance_transactions';
const WITH_SOURCE = ['data.source'];
const linesPage = pageOf(balanceLineAnswer);

export async function walkLines(
  api: StripeApi,
  from: WalkCursor,
): Promise<Walked<BalanceLineAnswer>> {
  return await walk(
    api,
    (params) =>
      api.call({
        endpoint: ENDPOINT,
        send: (stripe) => stripe.balanceTransactions.list({ ...params, expand: [...WITH_SOURCE] }),
        answer: linesPage,
      }),
    from,
  );
}

/** All lines that were made in a time (seconds), or that went out with a payout. */
export async function allLines(
  api: StripeApi,
  which:
    | { readonly created: { readonly gte: number; readonly lt: number } }
    | { readonly payout: string },
): Promise<readonly BalanceLineAnswer[] | Unknown> {
  return await listAll((params) =>
    api.call({
      endpoint: ENDPOINT,
      send: (stripe) =>
        stripe.balanceTransactions.list({ ...which, ...params, expand: [...WITH_SOURCE] }),
      answer: linesPage,
    }),
  );
}
