/**
 * The steps of a history that write something new: gifts, pledges, periods and attempts, each written as the product
 * writes it. @returns of each: false when the step was turned away
 */
import { PlainDate } from '../../calendar/index.ts';
import { isLive } from '../../giving/attempt.ts';
import { giftBodyHash } from '../../giving/fingerprint.ts';
import { mayPlan } from '../../giving/gift.ts';
import {
  insertAttempt,
  insertGift,
  lockGift,
  moveGift,
  readAttempts,
  readGift,
} from '../../giving/gift-store.ts';
import { isPledgeOver } from '../../giving/pledge.ts';
import { lockPledge } from '../../giving/pledges/pledge-store.ts';
import { renewalGiftId } from '../../giving/renewals/renewal.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { HistoryStep } from './books-format.ts';
import { idOf, moneyOf, SUPPORTER } from './history-words.ts';
import type { MoneyHistory } from './money-history.ts';

export async function writeGift(
  on: MoneyHistory,
  step: Extract<HistoryStep, { do: 'gift' }>,
): Promise<boolean> {
  const id = idOf('gift', step.gift);
  const meant = moneyOf(step);
  const bodyHash = giftBodyHash({ money: meant, interval: 'once' });
  const known = await readGift(on.tx, id);
  if (known !== undefined) return known.bodyHash === bodyHash;
  on.gifts.set(step.gift, id);
  return await write(on, id, { money: meant, bodyHash, pledge: null });
}

export async function writePledge(
  on: MoneyHistory,
  step: Extract<HistoryStep, { do: 'pledge' }>,
): Promise<boolean> {
  const now = on.context.clock.now();
  const { minor, currency } = moneyOf(step);
  const account = step.subscription === undefined ? undefined : on.home(step.subscription);
  await on.tx
    .insertInto('pledge')
    .values({
      id: idOf('pledge', step.pledge),
      supporter_id: SUPPORTER,
      amount_minor: minor,
      currency,
      unit: step.unit,
      anchor_date: PlainDate.from('2026-01-31'),
      zone: 'Europe/Berlin',
      mandate_id: null,
      state: 'awaiting_first',
      paused_until: null,
      resume_at: null,
      replaces: null,
      subscription_account_id: account ?? null,
      subscription_ref: account === undefined ? null : (step.subscription ?? null),
      created_at: now,
      ended_at: null,
    })
    .execute();
  return true;
}

export async function writeDue(
  on: MoneyHistory,
  step: Extract<HistoryStep, { do: 'due' }>,
): Promise<boolean> {
  const pledge = await lockPledge(on.tx, idOf('pledge', step.pledge));
  const id = step.n === 0 ? idOf('gift', `${step.pledge}:0`) : renewalGiftId(pledge.id, step.n);
  const taken = [...on.gifts].some(([name, one]) => one === id && name !== step.gift);
  if (taken) return false;
  on.gifts.set(step.gift, id);
  // Settling the period before may have made it already.
  if ((await readGift(on.tx, id)) !== undefined) return true;
  const bodyHash = giftBodyHash({ money: pledge.money, interval: pledge.unit });
  const written = await write(on, id, {
    money: pledge.money,
    bodyHash,
    pledge: { id: pledge.id, n: step.n },
  });
  await on.tx
    .updateTable('pledge')
    .set({ next_n: Math.max(pledge.nextN, step.n + 1) })
    .where('id', '=', pledge.id)
    .execute();
  if (isPledgeOver(pledge.state)) await on.moveGift(id, 'abandon');
  return written;
}

async function write(
  on: MoneyHistory,
  id: string,
  gift: {
    readonly money: Money;
    readonly bodyHash: string;
    readonly pledge: { readonly id: string; readonly n: number } | null;
  },
): Promise<boolean> {
  const now = on.context.clock.now();
  return await insertGift(on.tx, {
    id,
    supporter_id: SUPPORTER,
    pledge_id: gift.pledge?.id ?? null,
    period_n: gift.pledge?.n ?? null,
    due_date:
      gift.pledge === null ? null : PlainDate.from('2026-01-31').add({ months: gift.pledge.n }),
    amount_minor: gift.money.minor,
    currency: gift.money.currency,
    body_hash: gift.bodyHash,
    state: 'due',
    next_at: now,
    appeal_id: null,
    variant_id: null,
    created_at: now,
  });
}

export async function writePlan(
  on: MoneyHistory,
  step: Extract<HistoryStep, { do: 'plan' }>,
): Promise<boolean> {
  const { tx } = on;
  const now = on.context.clock.now();
  const gift = await lockGift(tx, on.giftId(step.gift));
  assert(gift !== undefined, 'a gift is planned after it is due');
  const attempts = await readAttempts(tx, gift.id);
  const pledge = gift.pledgeId === null ? null : await lockPledge(tx, gift.pledgeId);
  const hasLiveAttempt = attempts.some((attempt) => isLive(attempt.state));
  const pledgeState = pledge?.state ?? null;
  if (!mayPlan({ state: gift.state, hasLiveAttempt, pledgeState })) return false;
  const isRenewal = gift.periodN !== null && gift.periodN > 0;
  await insertAttempt(tx, {
    id: idOf('attempt', step.attempt),
    gift_id: gift.id,
    n: attempts.length + 1,
    mandate_id: isRenewal ? await mandateAt(on, step.account) : null,
    processor_account_id: step.account,
    request_hash: 'the hash of what will be sent',
    created_at: now,
  });
  await moveGift(tx, gift, { input: { kind: 'plan' }, nextAt: now, now });
  return true;
}

/** Renewals are charged on a mandate. */
async function mandateAt(on: MoneyHistory, account: string): Promise<string> {
  const id = idOf('mandate', account);
  await on.tx
    .insertInto('mandate')
    .values({
      id,
      supporter_id: SUPPORTER,
      processor_account_id: account,
      customer_ref: 'customer',
      method_ref: 'method',
      method_fingerprint: null,
      state: 'usable',
      created_at: on.context.clock.now(),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return id;
}
