/** The fake's own counting, apart from ours: decimal text to whole minor units and back, by its own table. */

/** No decimals: a decimal point makes the request fail. */
const WHOLE = new Set(['HUF', 'JPY', 'TWD']);

/** Minor units; `null` for text that PayPal would refuse for this currency. */
export function toMinor(value: unknown, currency: unknown): bigint | null {
  if (typeof value !== 'string' || typeof currency !== 'string') return null;
  const form = WHOLE.has(currency) ? /^\d{1,12}$/ : /^\d{1,12}\.\d{2}$/;
  return form.test(value) ? BigInt(value.replace('.', '')) : null;
}

export function toText(minor: bigint, currency: string): string {
  const sign = minor < 0n ? '-' : '';
  const digits = String(minor < 0n ? -minor : minor);
  if (WHOLE.has(currency)) return sign + digits;
  const padded = digits.padStart(3, '0');
  return `${sign}${padded.slice(0, -2)}.${padded.slice(-2)}`;
}

export function moneyJson(minor: bigint, currency: string): object {
  return { currency_code: currency, value: toText(minor, currency) };
}

/** Its tariff: 2.9 % and 30 minor units, cut down to whole ones, and never all of it. */
export function feeOf(gross: bigint): bigint {
  const fee = (gross * 29n) / 1000n + 30n;
  return fee < gross ? fee : 0n;
}
