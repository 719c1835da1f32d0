/** The bank's published terms that a merchant plans by; the bank keeps to them and the adapter reports them. */

/** How long the same key with the same body is answered from memory: a day, as Stripe promises for its keys. */
export const KEY_WINDOW_MS = 86_400_000;

/** Below this the fixed fee would eat nearly everything. In minor units of any currency. */
export const SMALLEST_CHARGE_MINOR = 50n;
export const LARGEST_CHARGE_MINOR = 99_999_999n;
