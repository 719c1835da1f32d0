/** Amounts, times and countries of PayPal's answers as ours; `null` for what cannot be read exactly. */
import { Instant } from '../../calendar/index.ts';
import { fromProcessorAmount, type Money } from '../../money/index.ts';
import type { MoneyAnswer } from './wire.ts';

export function readMoney(answer: MoneyAnswer): Money | null {
  const { value: received, currency_code: currency } = answer;
  const read = fromProcessorAmount({ received, currency, processor: 'paypal' });
  return read.ok ? read.money : null;
}

/** PayPal writes offsets with and without a colon. */
export function readInstant(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  try {
    return Instant.from(text);
  } catch {
    return null;
  }
}

/** A moment as the reports want it, whole seconds in UTC. */
export function reportTime(instant: Instant): string {
  return instant.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString();
}

/** PayPal's country codes are ISO 3166 but for one: it writes `C2` for China. */
export function readCountry(code: string | undefined): string | null {
  if (code === 'C2') return 'CN';
  return code !== undefined && /^[A-Z]{2}$/.test(code) ? code : null;
}
