/** How each processor counts each currency, and what is sent to it. */
import { z } from 'zod';
import {
  isCurrency,
  money,
  PROCESSOR_NAMES,
  processorCounting,
  toProcessorAmount,
} from '../../money/index.ts';
import { caseFormat } from './case-format.ts';

const pair = { currency: z.string(), processor: z.enum(PROCESSOR_NAMES) };

const given = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lookup'), ...pair }),
  z.object({ kind: z.literal('send'), ...pair, minor: z.string().regex(/^\d+$/) }),
]);
type Given = z.infer<typeof given>;

export const currencies = caseFormat({
  name: 'currencies',
  given,
  run: (one: Given) => (one.kind === 'lookup' ? lookUp(one) : send(one)),
});

function lookUp(options: Extract<Given, { kind: 'lookup' }>): unknown {
  const counting = processorCounting(options);
  if (counting === 'unknown') return { exponent: 'unknown', whole_units_only: 'unknown' };
  const { exponent, wholeUnitsOnly, step } = counting;
  return {
    exponent,
    whole_units_only: wholeUnitsOnly,
    ...(step === undefined ? {} : { step: Number(step) }),
  };
}

function send({ currency, processor, minor }: Extract<Given, { kind: 'send' }>): unknown {
  if (!isCurrency(currency)) return { refuse: 'unknown-currency' };
  const sent = toProcessorAmount(money(BigInt(minor), currency), processor);
  return sent.ok ? { sent: sent.sent } : { refuse: sent.refuse };
}
