/**
 * A company whose cards are typed into a page of ours, for tests of that page: tokens with a card behind each, a payment
 * per attempt, confirmations that are answered from memory when they are sent again, and answers that get lost. It keeps
 * its books in the money core's own fake, and notes every call in order.
 */

import type {
  HostedPaymentAnswer,
  HostedPaymentOrder,
  Unknown,
} from '../../../../giving/processor.ts';
import { FakeProcessor } from '../../../../giving/testing/fake-processor.ts';
import { payPageAddress } from '../../../common/index.ts';
import type { CardCountry, ConfirmOutcome, MadePayment } from '../../confirm-payment.ts';
import type { PayPagePayments } from '../payments.ts';

export const ACCOUNT = 'stripe-1';
export const PUBLISHABLE_KEY = 'pk_test_0123456789';

export type CardEnds = 'pays' | 'declines' | 'asks-bank' | 'processing';
export type Loss = 'lost-before' | 'lost-after' | 'refused';

interface Card {
  readonly country: string | null;
  readonly ends: CardEnds;
  usedBy: string | null;
}

const NOT_HEARD: Unknown = { kind: 'unknown', reason: 'timeout' };

export class OwnPageCompany extends FakeProcessor implements PayPagePayments {
  readonly countryLosses: Loss[] = [];
  readonly confirmLosses: Loss[] = [];
  /** Tokens that a bank was asked about, in order. */
  readonly confirmed: string[] = [];
  /** Runs after the payment was made and before its page hears of it. */
  duringMake: (() => Promise<void>) | null = null;
  readonly #cards = new Map<string, Card>();
  readonly #answers = new Map<string, ConfirmOutcome>();

  constructor(options: ConstructorParameters<typeof FakeProcessor>[0]) {
    super({ accountId: ACCOUNT, ...options });
  }

  /** What a browser gets for a card that was typed in. */
  token(card: { readonly country?: string | null; readonly ends?: CardEnds } = {}): string {
    const id = `ctoken_${this.#cards.size + 1}`;
    const { country = 'DE', ends = 'pays' } = card;
    this.#cards.set(id, { country, ends, usedBy: null });
    return id;
  }

  override async openHostedPayment(order: HostedPaymentOrder): Promise<HostedPaymentAnswer> {
    const { returnUrl, idempotencyKey: attemptId } = order;
    const pageUrl = payPageAddress({ accountId: this.accountId, attemptId, returnUrl });
    return { kind: 'opened-here', pageUrl };
  }

  async cardCountry(tokenId: string): Promise<CardCountry> {
    this.calls.push('country');
    if (this.countryLosses.shift() !== undefined) return NOT_HEARD;
    const card = this.#cards.get(tokenId);
    return card === undefined ? { kind: 'token-gone' } : { kind: 'country', country: card.country };
  }

  async make(order: HostedPaymentOrder): Promise<MadePayment> {
    const made = await super.openHostedPayment(order);
    await this.duringMake?.();
    if (made.kind === 'opened') return { kind: 'made', objectRef: made.objectRef };
    return made.kind === 'opened-here' ? NOT_HEARD : made;
  }

  async confirm(confirming: Parameters<PayPagePayments['confirm']>[0]): Promise<ConfirmOutcome> {
    const { order, objectRef, tokenId } = confirming;
    this.calls.push(`confirm ${objectRef}`);
    const loss = this.confirmLosses.shift();
    if (loss === 'lost-before') return NOT_HEARD;
    if (loss === 'refused') return { kind: 'refused', code: 'parameter_invalid' };
    const key = `${order.idempotencyKey}:${tokenId}`;
    const outcome = this.#answers.get(key) ?? this.#ask(objectRef, tokenId);
    this.#answers.set(key, outcome);
    return loss === 'lost-after' ? NOT_HEARD : outcome;
  }

  /** The supporter says yes on their bank's page. */
  confirmAtBank(objectRef: string): void {
    this.pay(objectRef);
  }

  #ask(objectRef: string, tokenId: string): ConfirmOutcome {
    const payment = this.ofPage(objectRef);
    const card = this.#cards.get(tokenId);
    const answer = (): ConfirmOutcome => ({
      kind: 'evidence',
      evidence: payment.evidence,
      challengeUrl: null,
    });
    // Paid or closed already: Stripe says what it is and asks no bank.
    if (payment.evidence.state !== 'open') return answer();
    if (card === undefined || card.usedBy !== null) return { kind: 'token-gone' };
    card.usedBy = objectRef;
    this.confirmed.push(tokenId);
    this.payerCountry = card.country;
    switch (card.ends) {
      case 'pays':
        this.pay(objectRef);
        return answer();
      case 'declines':
        this.say(payment, { state: 'open', declinedCode: 'insufficient_funds' });
        return answer();
      case 'processing':
        this.say(payment, { state: 'processing' });
        return answer();
      case 'asks-bank':
        this.say(payment, { state: 'open' });
        return {
          kind: 'evidence',
          evidence: payment.evidence,
          challengeUrl: `https://hooks.stripe.example/challenge/${objectRef}?a=1&b=2`,
        };
    }
  }
}
