/**
 * Form-encoded parameters, read as strictly as Stripe reads them: one it does not know is refused, and so is a number that
 * is none. A parameter that Stripe knows and this fake has no behaviour for is refused as well: better loud than ignored.
 */
import qs from 'qs';
import { z } from 'zod';
import { badParameter, type Refusal } from './refusal.ts';

/** Options of the outside check of the forms (qs): what `a[b][0][c]=d` may be. */
export function parseForm(text: string): unknown {
  return qs.parse(text, {
    depth: 20,
    arrayLimit: 1000,
    parameterLimit: 1000,
    allowSparse: true,
    strictNullHandling: false,
    plainObjects: false,
  });
}

export const text = (length = 5000) => z.string().min(1).max(length);
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/)
  .transform((digits) => BigInt(digits));
export const seconds = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform((digits) => Number(digits));
export const flag = z.enum(['true', 'false']).transform((word) => word === 'true');
export const currency = z
  .string()
  .regex(/^[a-zA-Z]{3}$/)
  .transform((code) => code.toLowerCase());
export const address = z.url({ protocol: /^https?$/ }).max(5000);
export const expand = z.array(text(500)).max(20).optional();
/** At most 50 keys of 40 characters, values of 500 (docs.stripe.com/metadata). */
export const metadata = z
  .record(
    z
      .string()
      .min(1)
      .max(40)
      .regex(/^[^[\]]+$/),
    z.string().max(500),
  )
  .refine((all) => Object.keys(all).length <= 50);
/** A part of a number range: `created[gte]`. */
export const range = z
  .union([
    seconds.transform((at) => ({ gte: at, lte: at })),
    z.strictObject({
      gt: seconds.optional(),
      gte: seconds.optional(),
      lt: seconds.optional(),
      lte: seconds.optional(),
    }),
  ])
  .optional();
/** Whatever stands below it is taken and means nothing here. */
export const untouched = z.record(z.string(), z.unknown()).optional();

/** The parameters as a schema reads them. @throws Refusal in Stripe's shape */
export function readParameters<T>(schema: z.ZodType<T>, parameters: unknown): T {
  const read = schema.safeParse(parameters);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refusalFor(issue, parameters);
}

function refusalFor(issue: z.core.$ZodIssue | undefined, parameters: unknown): Refusal {
  if (issue === undefined) return badParameter({ param: '', message: 'Invalid parameters.' });
  if (issue.code === 'unrecognized_keys') {
    const param = nameOf([...issue.path, issue.keys[0] ?? '']);
    return badParameter({
      param,
      code: 'parameter_unknown',
      message: `Received unknown parameter: ${param}`,
    });
  }
  const param = nameOf(issue.path);
  const given = at(parameters, issue.path);
  if (given === undefined) {
    return badParameter({
      param,
      code: 'parameter_missing',
      message: `Missing required param: ${param}.`,
    });
  }
  if (given === '') {
    return badParameter({
      param,
      code: 'parameter_invalid_empty',
      message: `An empty value was sent for ${param}.`,
    });
  }
  const wantsNumber = issue.code === 'invalid_format' && issue.pattern?.includes('\\d') === true;
  return badParameter({
    param,
    ...(wantsNumber ? { code: 'parameter_invalid_integer' } : {}),
    message: `Invalid ${param}.`,
  });
}

/** As Stripe writes it: `payment_intent_data[metadata][a]`. */
function nameOf(path: readonly PropertyKey[]): string {
  const [first = '', ...rest] = path.map(String);
  return first + rest.map((part) => `[${part}]`).join('');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let below = value;
  for (const part of path) {
    if (typeof below !== 'object' || below === null) return undefined;
    below = (below as Record<PropertyKey, unknown>)[part];
  }
  return below;
}
