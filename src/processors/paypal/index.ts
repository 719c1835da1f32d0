/** PayPal behind the processor port. */
export { openPayPal } from './adapter.ts';
export {
  checkPayPalSettings,
  type OpenPayPalOptions,
  type PayPalMode,
  type PayPalSettings,
} from './settings.ts';
