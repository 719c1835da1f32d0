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

/**
 * Every value is a word of letters, digits and hyphens, so nothing needs to be escaped.
 * @example '/support?language=en&every=month&currency=USD&appeal=letter&variant=a&amount=500'
 */
export function supportLink(link: SupportLink): string {
  const { language, every, currency, appealId, variantId, amount } = link;
  const address = `/support?language=${language}&every=${every}&currency=${currency}&appeal=${appealId}&variant=${variantId}`;
  return amount === undefined ? address : `${address}&amount=${amount}`;
}
