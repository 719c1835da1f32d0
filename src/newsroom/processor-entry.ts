/**
 * One entry of `giving.processors` in the newsroom file: a payment company's account and what it is offered for. The order
 * of the entries is the order of preference.
 *
 * Nothing secret stands here. Secrets come from the environment, named after the account (`secretName`), so that the file
 * can be shown around and put under version control.
 */
import { z } from 'zod';
import { type Currency, isCurrency } from '../money/index.ts';

const account = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens');
const currencyCode = z.custom<Currency>(
  (value) => typeof value === 'string' && isCurrency(value),
  'a currency Tuppence has a reviewed row for, such as "USD"',
);
const minorUnits = z
  .number()
  .int()
  .positive()
  .max(999_999_999)
  .transform((value) => BigInt(value));
const amountByCurrency = z.partialRecord(currencyCode, minorUnits);

/** What the newsroom offers it for; what is left out is as the company allows. */
const offer = {
  account,
  currencies: z.array(currencyCode).min(1).optional(),
  intervals: z
    .array(z.enum(['once', 'month', 'year']))
    .min(1)
    .optional(),
  /** Smallest and largest amounts for it, in minor units per currency, inside the newsroom's own. */
  minimum: amountByCurrency.optional(),
  maximum: amountByCurrency.optional(),
};
const mode = z.enum(['test', 'live']);

const sandbox = z.strictObject({ kind: z.literal('sandbox'), ...offer });

const stripe = z.strictObject({
  kind: z.literal('stripe'),
  ...offer,
  mode,
  /**
   * Where supporters pay: `own`, a page of ours with the company's card fields, on which a card's country is known before
   * its bank hears of it; `hosted`, the company's page, which works without script and knows no countries.
   */
  page: z.enum(['own', 'hosted']),
  /** Begins with pk_; not a secret. Needed for `own`. */
  publishable_key: z
    .string()
    .regex(/^pk_(test|live)_\w+$/, 'the publishable key, which begins with pk_test_ or pk_live_')
    .optional(),
  /** The operator's word that a Radar rule blocks cards of every listed country. Needed for `hosted` with listed countries. */
  listed_cards_blocked_by_radar: z.boolean().default(false),
});

const paypal = z.strictObject({
  kind: z.literal('paypal'),
  ...offer,
  mode,
  client_id: z.string().min(10).max(200),
  webhook_id: z.string().min(5).max(60),
});

const btcpay = z.strictObject({
  kind: z.literal('btcpay'),
  ...offer,
  mode,
  /** Address of the BTCPay server, without a slash at the end. */
  server: z.url({ protocol: /^https?$/ }).regex(/[^/]$/, 'no slash at the end'),
  store: z
    .string()
    .regex(/^[A-Za-z0-9]{20,60}$/, "the store's id, long letters and digits from its settings"),
});

export const processorEntry = z.discriminatedUnion('kind', [sandbox, stripe, paypal, btcpay]);
export type ProcessorEntry = z.infer<typeof processorEntry>;

export type SecretKind = 'SECRET_KEY' | 'WEBHOOK_SECRET' | 'CLIENT_SECRET' | 'API_KEY';

/** Which secrets an account needs, by the name of what the company calls them. */
export function secretsNeeded(kind: ProcessorEntry['kind']): readonly SecretKind[] {
  switch (kind) {
    case 'sandbox':
      return [];
    case 'stripe':
      return ['SECRET_KEY', 'WEBHOOK_SECRET'];
    case 'paypal':
      return ['CLIENT_SECRET'];
    case 'btcpay':
      return ['API_KEY', 'WEBHOOK_SECRET'];
  }
}

/**
 * Name of the setting that holds a secret: `TUPPENCE_STRIPE_1_SECRET_KEY` for the account `stripe-1`. With `_FILE` behind
 * it, the path of a file that holds it.
 */
export function secretName(accountId: string, secret: SecretKind): string {
  return `TUPPENCE_${accountId.toUpperCase().replaceAll('-', '_')}_${secret}`;
}
