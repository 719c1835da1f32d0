/**
 * The address of the support page with what a letter can fill in: interval, currency, an amount, and which appeal and
 * variant it came from. No story, no page, no person. No Node in here.
 */
import type { AskInterval } from './appeal.ts';

export interface SupportLink {
  readonly language: string;
  readonly currency: string;
  readonly every: AskInterval;
  /** Minor units as digits; left out where the reader is to choose. */
  readonly amount?: string;
  readonly appealId: string;
  readonly variantId: string;
}

/** @example '/support?language=en&every=month&currency=USD&amount=500&appeal=letter&variant=a' */
export function supportLink(link: SupportLink): string {
  const query = new URLSearchParams({
    language: link.language,
    every: link.every,
    currency: link.currency,
    ...(link.amount === undefined ? {} : { amount: link.amount }),
    appeal: link.appealId,
    variant: link.variantId,
  });
  return `/support?${query}`;
}
