/**
 * What the fake takes, strictly: a member it does not know is refused, so that a typing mistake of the adapter shows here
 * as well as against the published description.
 */
import { z } from 'zod';

const minutes = z.number().int().min(1).max(34_560);

export const invoiceRequest = z.strictObject({
  amount: z.string().regex(/^\d{1,12}(?:\.\d{1,8})?$/),
  currency: z.string().regex(/^[A-Z]{3,5}$/),
  metadata: z.record(z.string(), z.unknown()),
  additionalSearchTerms: z.array(z.string()),
  checkout: z.strictObject({
    paymentMethods: z.array(z.enum(['BTC-CHAIN', 'BTC-LN'])).min(1),
    speedPolicy: z.enum(['HighSpeed', 'MediumSpeed', 'LowMediumSpeed', 'LowSpeed']),
    expirationMinutes: minutes,
    monitoringMinutes: minutes,
    paymentTolerance: z.number().min(0).max(100),
    lazyPaymentMethods: z.boolean(),
    redirectAutomatically: z.boolean(),
  }),
  receipt: z.strictObject({ enabled: z.boolean() }),
});

export const listQuery = z.strictObject({
  orderId: z.string().max(100).optional(),
  startDate: z.coerce.number().int().optional(),
  endDate: z.coerce.number().int().optional(),
  skip: z.coerce.number().int().min(0).optional(),
  take: z.coerce.number().int().min(1).max(1000).optional(),
  includePaymentMethods: z.enum(['true', 'false']).optional(),
});
