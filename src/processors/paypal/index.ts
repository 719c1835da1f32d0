/** PayPal behind the processor port. */
export {
  checkPayPalSettings,
  type OpenPayPalOptions,
  type PayPalMode,
  type PayPalSettings,
  type SettingsProblem,
} from './settings.ts';
