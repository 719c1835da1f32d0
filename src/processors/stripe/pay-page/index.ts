/** The pay page of ours for Stripe, on which a card's country is known before its bank hears of anything. */
export type { PayPagePayments } from './payments.ts';
export { type StripePayPagesOptions, stripePayPages } from './routes.ts';
