/**
 * What we read of BTCPay's answers. Each schema picks the few members that are needed; a buyer's name, e-mail and postal
 * address, which an invoice's metadata may hold when another program made it, are dropped while parsing. New members are
 * ignored; a state we do not know is for the map to judge.
 *
 * Amounts are decimal text, never numbers: a number would have been through a float.
 */
import { z } from 'zod';

/** What else would not be put into a path. */
export const invoiceId = z.string().regex(/^[A-Za-z0-9]{8,64}$/);

const decimal = z.string().regex(/^-?\d{1,20}(?:\.\d{1,30})?$/);
/** Seconds. The upper bound is the last moment a calendar of ours reaches. */
const unixSeconds = z.number().int().nonnegative().max(8_640_000_000_000);
const id = z.string().max(100).nullish().catch(undefined);

const metadata = z
  .object({
    orderId: id,
    orderUrl: z.string().max(2000).nullish().catch(undefined),
    giftId: id,
    supporterId: id,
    pledgeId: id,
  })
  .nullish()
  .catch(undefined);

export const paymentAnswer = z.object({
  receivedDate: unixSeconds,
  status: z.string().max(40),
  /** In coins. */
  value: decimal,
});
export type PaymentAnswer = z.infer<typeof paymentAnswer>;

export const methodAnswer = z.object({
  paymentMethodId: z.string().max(60),
  /** Of a Lightning invoice it is the invoice itself, which may be long. */
  destination: z.string().max(4000).nullish(),
  activated: z.boolean().optional(),
  /** Left to pay, in coins; negative when more came than was asked for. */
  due: decimal,
  amount: decimal,
  totalPaid: decimal,
  payments: z.array(paymentAnswer).max(1000),
});
export type MethodAnswer = z.infer<typeof methodAnswer>;

export const methodsAnswer = z.array(methodAnswer).max(50);

export const invoiceAnswer = z.object({
  id: invoiceId,
  storeId: z.string().max(100),
  amount: decimal,
  /** What came, in the invoice's currency at the invoice's rate, rounded to that currency's decimals by BTCPay. */
  paidAmount: decimal.optional(),
  currency: z.string().max(10),
  createdTime: unixSeconds,
  expirationTime: unixSeconds,
  monitoringExpiration: unixSeconds,
  status: z.string().max(40),
  additionalStatus: z.string().max(40),
  metadata,
});
export type InvoiceAnswer = z.infer<typeof invoiceAnswer>;

export const invoicesAnswer = z.array(invoiceAnswer).max(1000);

/** With `includePaymentMethods`. */
export const listedInvoices = z
  .array(invoiceAnswer.extend({ paymentMethods: methodsAnswer }))
  .max(1000);

/** BTCPay's own words for what it did not do: one with a code, or one for each member that it does not take. */
export const problemAnswer = z.union([
  z.object({ code: z.string().max(100).nullable(), message: z.string() }),
  z.array(z.object({ path: z.string().max(200), message: z.string() })).max(100),
]);

export const apiKeyAnswer = z.object({ permissions: z.array(z.string().max(200)).max(500) });

export const storeAnswer = z.object({
  id: z.string().max(100),
  name: z.string().max(300).nullish(),
  anyoneCanCreateInvoice: z.boolean().optional(),
  lightningDescriptionTemplate: z.string().max(2000).nullish(),
  archived: z.boolean().optional(),
  networkFeeMode: z.string().max(40).nullish(),
});

export const storeMethodsAnswer = z
  .array(z.object({ paymentMethodId: z.string().max(60), enabled: z.boolean() }))
  .max(200);

export const webhooksAnswer = z
  .array(
    z.object({
      url: z.string().max(2048),
      enabled: z.boolean(),
      automaticRedelivery: z.boolean().optional(),
      authorizedEvents: z.object({
        everything: z.boolean().optional(),
        specificEvents: z.array(z.string().max(100)).max(200).nullish(),
      }),
    }),
  )
  .max(200);

export const healthAnswer = z.object({ synchronized: z.boolean() });

export const ratesAnswer = z
  .array(z.object({ currencyPair: z.string().max(30), rate: decimal.nullish().catch(null) }))
  .max(300);
