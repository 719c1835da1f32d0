/**
 * The order for a page where a supporter pays. It is built from stored rows and the newsroom's settings alone, so that the
 * same attempt gives the same order on every machine; its hash is stored before it is sent, and an order whose hash has
 * changed since (another statement text, say) is never sent under the old key.
 *
 * A renewal that is paid by hand leads back with the key of its page (`page-key.ts`), which follows from its id.
 */
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { hostedOrderHash } from '../fingerprint.ts';
import { needsPageKey, pageKeyOf } from '../page-key.ts';
import { amountOfPeriod, isCollectMonths } from '../pledges/collection.ts';
import type { HostedPaymentOrder } from '../processor.ts';
import { type Gift, intervalOf, type Pledge } from '../rows.ts';

export interface HostedOrderFacts {
  readonly gift: Pick<Gift, 'id' | 'money' | 'coversPeriods'>;
  readonly pledge: Pick<Pledge, 'id' | 'unit'> | null;
  readonly attemptId: string;
  readonly supporterId: string;
  readonly language: string;
}

export interface HostedOrder {
  readonly order: HostedPaymentOrder;
  readonly hash: string;
}

export function hostedOrder(context: GivingContext, facts: HostedOrderFacts): HostedOrder {
  const { gift, pledge, attemptId, supporterId, language } = facts;
  const { settings } = context;
  const order: HostedPaymentOrder = {
    references: { attemptId, giftId: gift.id, supporterId, pledgeId: pledge?.id ?? null },
    idempotencyKey: attemptId,
    money: gift.money,
    keepMandate: pledge?.unit ?? null,
    ...monthsTogether(gift.coversPeriods),
    statementText: settings.statementText,
    language,
    refusedCountries: settings.refusedCountries().toSorted(),
    ...waysBack(context, facts),
  };
  assert(order.money.minor > 0n, 'an order is for at least one minor unit');
  assert(order.idempotencyKey === order.references.attemptId, 'the key of an order is its attempt');
  assert(
    URL.canParse(order.returnUrl) && URL.canParse(order.cancelUrl),
    'whoever pays, or turns back, comes to a page of ours',
  );
  return { order, hash: hostedOrderHash(order) };
}

function monthsTogether(covers: number): Pick<HostedPaymentOrder, 'everyMonths'> {
  if (!isCollectMonths(covers) || covers === 1) return {};
  return { everyMonths: covers };
}

/** Where the processor's page leads: after paying, and for whoever turns back. */
function waysBack(
  { settings }: GivingContext,
  facts: HostedOrderFacts,
): Pick<HostedPaymentOrder, 'returnUrl' | 'cancelUrl'> {
  const { gift, language } = facts;
  const origin = settings.publicOrigin();
  const back = `${origin}/support/return/${gift.id}?language=${encodeURIComponent(language)}`;
  if (!needsPageKey(gift.id)) {
    return { returnUrl: back, cancelUrl: `${origin}/support?${backToForm(facts)}` };
  }
  const key = pageKeyOf(settings.pageSecret, gift.id);
  const page = `${origin}/thanks/${gift.id}?language=${encodeURIComponent(language)}`;
  return { returnUrl: `${back}&key=${key}`, cancelUrl: `${page}&key=${key}` };
}

/** The filled-in support form, with the same gift: whoever turns back on the pay page finds what they chose. */
function backToForm({ gift, pledge, language }: HostedOrderFacts): URLSearchParams {
  const { money, coversPeriods } = gift;
  return new URLSearchParams({
    gift: gift.id,
    language,
    every: intervalOf(pledge),
    currency: money.currency,
    amount: String(amountOfPeriod(money, coversPeriods).minor),
    ...(coversPeriods === 1 ? {} : { months: String(coversPeriods) }),
  });
}
