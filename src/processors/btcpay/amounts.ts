/** Amounts and times of BTCPay's as ours. */
import { Instant } from '../../calendar/index.ts';
import { fromProcessorAmount, type Money } from '../../money/index.ts';

/** `null` for what cannot be read exactly. */
export function readMoney(received: string, currency: string): Money | null {
  const read = fromProcessorAmount({ received, currency, processor: 'btcpay' });
  return read.ok ? read.money : null;
}

export function readInstant(unixSeconds: number): Instant {
  return Instant.fromEpochMilliseconds(unixSeconds * 1000);
}
