/**
 * What the pay page asks of Stripe, and no more: three steps, of which only the last one lets a bank hear of anything, and
 * a look. `confirm-payment.ts` next door does them; a test hands in its own.
 */
import type {
  HostedPaymentOrder,
  LookUpAnswer,
  LookUpQuestion,
} from '../../../giving/processor.ts';
import type { CardCountry, ConfirmOutcome, MadePayment } from '../confirm-payment.ts';

export interface PayPagePayments {
  /** Where the card in a token was issued. Makes nothing. */
  cardCountry(tokenId: string): Promise<CardCountry>;
  /** Makes the payment, unconfirmed, under the attempt's key; again, it is the same one. No bank hears of it. */
  make(order: HostedPaymentOrder): Promise<MadePayment>;
  /** Asks the bank, under a key of attempt and token; the same again is answered as the first time. */
  confirm(confirming: {
    readonly order: HostedPaymentOrder;
    readonly objectRef: string;
    readonly tokenId: string;
  }): Promise<ConfirmOutcome>;
  /** What a payment is now. Moves nothing. */
  lookUp(question: LookUpQuestion): Promise<LookUpAnswer>;
}
