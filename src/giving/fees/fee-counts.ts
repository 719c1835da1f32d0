/**
 * Answering "what arrives" from the counts of the worker. They change every few hours, so each process keeps what it read
 * for a few minutes; a page that is opened a thousand times a second costs one small query in that time.
 */
import { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { type Currency, isCurrency, type Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { type Arrives, type FeeSeen, whatArrivesOf } from './what-arrives.ts';

const KEPT_MINUTES = 5;

/** By account and currency. */
type Counts = ReadonlyMap<string, readonly FeeSeen[]>;

export type WhatArrives = (gift: { readonly money: Money }) => Promise<Arrives | undefined>;

export function createWhatArrives(
  context: Pick<GivingContext, 'db' | 'clock' | 'processors'>,
): WhatArrives {
  let kept: { readonly counts: Promise<Counts>; readonly until: Instant } | undefined;
  return async ({ money }) => {
    const now = context.clock.now();
    if (kept === undefined || Instant.compare(now, kept.until) >= 0) {
      const counts = readCounts(context.db);
      kept = { counts, until: now.add({ minutes: KEPT_MINUTES }) };
      counts.catch(() => {
        kept = undefined;
      });
    }
    const counts = await kept.counts;
    // The account that would take it: the first one that takes this currency.
    const account = context.processors.find(({ capabilities }) =>
      capabilities.currencies.includes(money.currency),
    );
    if (account === undefined) return undefined;
    return whatArrivesOf(counts.get(keyOf(account.accountId, money.currency)) ?? [], money);
  };
}

async function readCounts(db: Db): Promise<Counts> {
  const rows = await db.selectFrom('fee_observed').selectAll().execute();
  const counts = new Map<string, FeeSeen[]>();
  for (const row of rows) {
    assert(isCurrency(row.currency), 'a stored currency has a row in the table');
    assert(row.fee_minor >= 0n && row.seen > 0, 'a fee that was seen takes nothing or something');
    assert(row.amount_minor > 0n, 'a fee was taken of money');
    const key = keyOf(row.processor_account_id, row.currency);
    const seen = { amount: row.amount_minor, fee: row.fee_minor, seen: row.seen };
    counts.set(key, [...(counts.get(key) ?? []), seen]);
  }
  return counts;
}

function keyOf(accountId: string, currency: Currency): string {
  return `${currency} ${accountId}`;
}
