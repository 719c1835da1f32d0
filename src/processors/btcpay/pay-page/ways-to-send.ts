/** What a supporter can send, and where to: of each way that BTCPay offers and our page knows. */
import { METHODS } from '../invoice-request.ts';
import type { MethodAnswer } from '../wire.ts';
import { chainLink, coinText, isAddress, isLightningInvoice, lightningLink } from './coin-text.ts';

export interface WayToSend {
  readonly kind: 'chain' | 'lightning';
  /** Address or Lightning invoice. */
  readonly destination: string;
  /** What is left to send, in bitcoin. */
  readonly amount: string;
  /** For a wallet on this device. */
  readonly link: string;
  /** For the code. Capitals alone take less room, where they mean the same. */
  readonly scanned: string;
}

/** Those that can be paid now. A way that cannot be read is left out: an amount or address in doubt is never shown. */
export function waysToSend(methods: readonly MethodAnswer[]): readonly WayToSend[] {
  return methods.flatMap((method): readonly WayToSend[] => {
    const destination = method.destination ?? '';
    const amount = coinText(method.due);
    if (amount === null || method.activated === false) return [];
    switch (method.paymentMethodId) {
      case METHODS.chain: {
        if (!isAddress(destination)) return [];
        const link = chainLink({ address: destination, amount });
        return [{ kind: 'chain', destination, amount, link, scanned: link }];
      }
      case METHODS.lightning: {
        if (!isLightningInvoice(destination)) return [];
        const link = lightningLink(destination);
        return [{ kind: 'lightning', destination, amount, link, scanned: link.toUpperCase() }];
      }
      default:
        return [];
    }
  });
}
