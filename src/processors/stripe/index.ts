/** Stripe behind the processor port. */
export { openStripe } from './adapter.ts';
export {
  checkStripeSettings,
  type OpenStripeOptions,
  type StripeMode,
  type StripePage,
  type StripeSettings,
  splitWebhookSecrets,
} from './settings.ts';
