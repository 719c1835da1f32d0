/** Stripe: its settings and what can be wrong with them. */
export {
  checkStripeSettings,
  type OpenStripeOptions,
  type SettingsProblem,
  type StripeMode,
  type StripePage,
  type StripeSettings,
  splitWebhookSecrets,
} from './settings.ts';
