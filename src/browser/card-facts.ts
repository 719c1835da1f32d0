/** What the server tells the script of the card fields, in the form's `data-card`. */
import type { StripeElementLocale } from '@stripe/stripe-js';

export interface CardFacts {
  /** Publishable: it may only make tokens. */
  readonly key: string;
  readonly locale: StripeElementLocale;
  /** As Stripe counts the currency; made by the server. */
  readonly amount: number;
  /** In small letters. */
  readonly currency: string;
  /** Whether the card is to be charged again, as was agreed to before. */
  readonly repeats: boolean;
  readonly words: {
    readonly loading: string;
    readonly sending: string;
    /** The fields could not be had: the heading, and what was not charged. */
    readonly missing: string;
    readonly blocked: string;
    /** No token, and nobody says why. */
    readonly failed: string;
    /** Said after every mistake. */
    readonly nothing: string;
  };
}

/** The facts of a form of ours; null where there are none: then the page stays as it is without script. */
export function readCardFacts(form: HTMLFormElement): CardFacts | null {
  const sent: CardFacts | null = JSON.parse(form.dataset.card ?? 'null');
  return sent;
}
