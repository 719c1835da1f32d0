/** Placeholder table, replaced by the reviewed one. */
export type Currency = string & { readonly __currency?: never };
export function isCurrency(code: string): code is Currency {
  return /^[A-Z]{3}$/.test(code);
}
