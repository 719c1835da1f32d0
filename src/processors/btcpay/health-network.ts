/**
 * Whether the coins are of the network that the newsroom file says. BTCPay's interface does not name the network; the
 * address of the latest invoice does. Coins of a test network counted as real ones would fill the books with nothing.
 */
import type { HealthFinding } from '../../giving/processor.ts';
import { error, ok, reasonOf, warning } from './health-words.ts';
import { METHODS } from './invoice-request.ts';
import type { BtcPayServer } from './server.ts';
import type { BtcPayMode } from './settings.ts';
import { listedInvoices } from './wire.ts';

export async function networkFinding(
  server: BtcPayServer,
  mode: BtcPayMode,
): Promise<HealthFinding> {
  const query = 'includePaymentMethods=true&take=1';
  const heard = await server.call({
    method: 'GET',
    path: `/stores/${server.store}/invoices?${query}`,
  });
  const read = heard.kind === 'heard' ? listedInvoices.safeParse(heard.json) : null;
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    return warning(`The store’s invoices could not be read (${reasonOf(heard)}). Try again.`);
  }
  const methods = read.data.flatMap(({ paymentMethods }) => paymentMethods);
  const found = methods.map(networkOf).find((network) => network !== null);
  if (found === undefined) {
    return warning(
      'The store has no invoice yet, so whether its coins are real cannot be seen: make a gift and look again.',
    );
  }
  if (found === mode) {
    return ok(`The store’s coins are of ${found === 'live' ? 'the real' : 'a test'} network.`);
  }
  return found === 'live'
    ? error('The store’s coins are real, but the newsroom file says mode: test.')
    : error('The store’s coins are of a test network, but the newsroom file says mode: live.');
}

/** Real addresses begin with 1, 3 or bc1, real Lightning invoices with lnbc and a number; `null`: neither. */
export function networkOf(of: {
  readonly paymentMethodId: string;
  readonly destination?: string | null | undefined;
}): BtcPayMode | null {
  const destination = (of.destination ?? '').toLowerCase();
  if (destination === '') return null;
  switch (of.paymentMethodId) {
    case METHODS.chain:
      return /^(?:bc1|[13])/.test(destination) ? 'live' : 'test';
    case METHODS.lightning:
      return /^lnbc\d/.test(destination) ? 'live' : 'test';
    default:
      return null;
  }
}
