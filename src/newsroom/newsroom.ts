/**
 * What one newsroom configures: one readable file, checked at start, wrong values refused with the line to change.
 *
 * The file is YAML because people without engineers edit it and it may hold comments. Everything in it is data; secrets
 * (processor keys) are not in it but in the environment, so that the file can be shown around.
 */
import { z } from 'zod';
import { type Currency, isCurrency } from '../money/index.ts';
import { processorEntry } from './processor-entry.ts';

const languageTag = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language tag such as "en" or "ar"');
const words = z.record(languageTag, z.string().min(1).max(400));
const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens');
const countryCode = z.string().regex(/^[A-Z]{2}$/, 'two capital letters, such as "DE"');
const zone = z.string().refine(isZone, 'a time zone such as "Europe/Berlin"');
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

/** Three amounts, ascending and different; the open field is always beside them. */
const amounts = z
  .array(minorUnits)
  .length(3)
  .refine(
    (list) => list.every((amount, at) => at === 0 || amount > (list[at - 1] ?? 0n)),
    'three amounts, each larger than the one before',
  );

const amountSet = z.object({
  once: amounts,
  month: amounts,
  year: amounts,
  /** Smallest and largest gift, in minor units; the server checks them, whatever a form says. */
  minimum: minorUnits,
  maximum: minorUnits,
});

/** An address, or a network smaller than everybody: whoever is in it may say where a reader comes from. */
const proxy = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
  .refine((text) => !/\/0*$/.test(text), 'not the whole internet')
  .meta({ description: 'an address such as 10.0.0.7, or a network such as 10.0.0.0/24' });

export const newsroomFile = z.strictObject({
  name: z.string().min(1).max(80),
  /** One sentence under the name. */
  tagline: words,
  languages: z.array(languageTag).min(1).max(60),
  zone,
  /** Where readers reach us, without a slash at the end; in the demo the address it was started on. */
  origin: z
    .url({ protocol: /^https?$/ })
    .regex(/[^/]$/, 'no slash at the end')
    .optional(),
  /** The one colour of the newsroom, dark enough to be read on paper white. */
  accent: z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour such as "#8a1c1c"'),
  sections: z
    .array(z.strictObject({ id: identifier, title: words }))
    .min(1)
    .max(30),
  giving: z.strictObject({
    /** The currency a reader meets first. */
    currency: currencyCode,
    amounts: z.record(z.string(), amountSet),
    /** What a bank statement says: 5 to 22 Latin letters, truthful, never the newsroom's name. */
    statement_text: z
      .string()
      .regex(
        /^[A-Z0-9 .-]{5,22}$/,
        '5 to 22 capital Latin letters, digits, spaces, dots or hyphens',
      ),
    /** Whether an address is required for a pledge. */
    contact_for_pledges: z.enum(['optional', 'required']).default('optional'),
    processors: z.array(processorEntry).min(1).max(8),
  }),
  letters: z.strictObject({
    /** Neutral: neither the newsroom's name nor its domain. */
    from_name: z.string().min(1).max(60),
    from_address: z.email(),
  }),
  safety: z.strictObject({
    /** Countries the newsroom adds to the shipped list. */
    listed: z
      .array(
        z.strictObject({ country: countryCode, reason: z.string().min(3), since: z.iso.date() }),
      )
      .default([]),
    /** Where "Leave this page" leads: an everyday page that says nothing about the reader. */
    exit_to: z.url({ protocol: /^https$/ }),
    /** Addresses of the newsroom's own reverse proxies, whose headers may be believed. */
    trusted_proxies: z.array(proxy).max(20).default([]),
  }),
});

export type Newsroom = z.infer<typeof newsroomFile>;
export type AmountSet = z.infer<typeof amountSet>;
export type GiftInterval = 'once' | 'month' | 'year';

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
