/** Typed amounts, put to the parser that serves the form, the desk and imports. */
import { z } from 'zod';
import { isCurrency, parseAmount } from '../../money/index.ts';
import { caseFormat } from './case-format.ts';

const minorUnits = z
  .string()
  .regex(/^\d+$/)
  .transform((digits) => BigInt(digits));

export const amounts = caseFormat({
  name: 'amounts',
  given: z.object({
    text: z.string(),
    currency: z.string().refine(isCurrency),
    language: z.string(),
    min: minorUnits.optional(),
    max: minorUnits.optional(),
  }),
  run: ({ text, ...field }) => {
    const parsed = parseAmount(text, field);
    if (parsed.ok) return { minor: String(parsed.money.minor) };
    if (parsed.error !== 'ambiguous') return { error: parsed.error };
    return { error: parsed.error, offers: parsed.offers.map(({ minor }) => String(minor)) };
  },
});
