/** How the table of the books writes a history, read once into shapes that name what they are about. */
import { z } from 'zod';

const amount = z.string().regex(/^\d{1,12}$/);
const currency = z.string().regex(/^[A-Z]{3}$/);
const name = z.string().min(1).max(100);
const at = { at: z.number().optional() };

export const historyStep = z.discriminatedUnion('do', [
  z.object({ do: z.literal('gift'), gift: name, amount, currency, ...at }),
  z.object({
    do: z.literal('pledge'),
    pledge: name,
    amount,
    currency,
    unit: z.enum(['month', 'year']),
    subscription: name.optional(),
    ...at,
  }),
  z.object({ do: z.literal('due'), gift: name, pledge: name, n: z.int().min(0), ...at }),
  z.object({ do: z.literal('plan'), attempt: name, gift: name, account: name, ...at }),
  z.object({ do: z.literal('send'), attempt: name, ...at }),
  z.object({
    do: z.enum(['answer', 'lookup']),
    attempt: name,
    result: z.enum(['unknown', 'needs_action', 'declined', 'expired', 'not_found']),
    ...at,
  }),
  z.object({
    do: z.literal('accept'),
    account: name,
    charge: name,
    gift: name,
    reason: z.string(),
    ...at,
  }),
  z.object({
    do: z.enum(['cancel', 'pause', 'resume', 'lapse', 'give-up']),
    pledge: name.optional(),
    gift: name.optional(),
    ...at,
  }),
  z.object({ do: z.literal('drop-account'), account: name, ...at }),
  z.object({ do: z.literal('crash'), ...at }),
  z.object({ do: z.literal('restart'), ...at }),
]);
export type HistoryStep = z.infer<typeof historyStep>;

const told = z.object({ id: name, account: name, amount, currency, ...at });
const chargeTold = told.extend({
  type: z.enum([
    'charge.created',
    'charge.processing',
    'charge.authorised',
    'charge.needs_action',
    'charge.declined',
    'charge.expired',
    'charge.succeeded',
  ]),
  charge: name,
  attempt: name.nullable(),
});
const moneyTold = z.discriminatedUnion('type', [
  told.extend({ type: z.enum(['fee', 'available', 'dispute.fee']), txn: name }),
  told.extend({ type: z.literal('payout'), payout: name }),
  told.extend({ type: z.literal('refund'), refund: name, charge: name }),
  told.extend({
    type: z.enum(['dispute.opened', 'dispute.won', 'dispute.lost']),
    dispute: name,
    charge: name,
  }),
]);
const subscriptionTold = z.object({
  id: name,
  type: z.literal('subscription.ended'),
  account: name,
  subscription: name,
  ...at,
});
const otherTold = z.object({ id: name, type: z.string(), ...at });

interface Numbered {
  readonly id: string;
  readonly at: number | null;
}

type FactKind =
  | 'fee'
  | 'available'
  | 'payout'
  | 'refund'
  | 'dispute-opened'
  | 'dispute-won'
  | 'dispute-lost'
  | 'dispute-fee';

/** One thing a processor told. */
export type ToldEvent = Numbered &
  (
    | {
        readonly kind: 'charge';
        readonly state:
          | 'created'
          | 'processing'
          | 'authorised'
          | 'needs_action'
          | 'declined'
          | 'expired'
          | 'succeeded';
        readonly account: string;
        readonly charge: string;
        readonly attempt: string | null;
        readonly amount: string;
        readonly currency: string;
      }
    | {
        readonly kind: 'money';
        readonly fact: FactKind;
        readonly account: string;
        readonly ref: string;
        readonly charge: string | null;
        readonly amount: string;
        readonly currency: string;
      }
    | {
        readonly kind: 'subscription-ended';
        readonly account: string;
        readonly subscription: string;
      }
    /** A type we do not know: kept and ignored. */
    | { readonly kind: 'ignored' }
  );

const CHARGE_STATES = {
  'charge.created': 'created',
  'charge.processing': 'processing',
  'charge.authorised': 'authorised',
  'charge.needs_action': 'needs_action',
  'charge.declined': 'declined',
  'charge.expired': 'expired',
  'charge.succeeded': 'succeeded',
} as const;

const FACT_KINDS = {
  fee: 'fee',
  available: 'available',
  payout: 'payout',
  refund: 'refund',
  'dispute.opened': 'dispute-opened',
  'dispute.won': 'dispute-won',
  'dispute.lost': 'dispute-lost',
  'dispute.fee': 'dispute-fee',
} as const satisfies Record<string, FactKind>;

export const toldEvent = z.union([
  chargeTold.transform(
    (one): ToldEvent => ({
      ...one,
      at: one.at ?? null,
      kind: 'charge',
      state: CHARGE_STATES[one.type],
    }),
  ),
  moneyTold.transform(
    (one): ToldEvent => ({
      id: one.id,
      at: one.at ?? null,
      kind: 'money',
      fact: FACT_KINDS[one.type],
      account: one.account,
      ref: refOf(one),
      charge: 'charge' in one ? one.charge : null,
      amount: one.amount,
      currency: one.currency,
    }),
  ),
  subscriptionTold.transform(
    (one): ToldEvent => ({ ...one, at: one.at ?? null, kind: 'subscription-ended' }),
  ),
  otherTold.transform((one): ToldEvent => ({ id: one.id, at: one.at ?? null, kind: 'ignored' })),
]);

function refOf(one: z.infer<typeof moneyTold>): string {
  switch (one.type) {
    case 'fee':
    case 'available':
    case 'dispute.fee':
      return one.txn;
    case 'payout':
      return one.payout;
    case 'refund':
      return one.refund;
    case 'dispute.opened':
    case 'dispute.won':
    case 'dispute.lost':
      return one.dispute;
  }
}

export const booksCase = z.object({
  history: z.array(historyStep),
  events: z.array(toldEvent),
  order: z.enum(['any', 'as-given']).default('any'),
  early: z.boolean().default(false),
});
export type BooksCase = z.infer<typeof booksCase>;
