/**
 * Amounts in coins and the links that wallets understand, from BTCPay's own decimal text: nothing here is a number, so
 * nothing can be rounded.
 *
 * The links are made here and not taken from BTCPay, whose own may name its server (payjoin) and the store. Ours hold an
 * address and an amount and no words that a wallet would keep.
 */
import { assert } from '../../../problems/index.ts';

/** What is left to pay as people read it, `0.0001` for `0.00010000`; `null` when nothing is left, or it is no amount. */
export function coinText(due: string): string | null {
  const match = /^(\d{1,8})(?:\.(\d{1,8})0*)?$/.exec(due);
  if (match === null) return null;
  const [, whole = '', decimals = ''] = match;
  const fraction = decimals.replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return /[1-9]/.test(text) ? text : null;
}

/** A link by BIP 21. */
export function chainLink(of: { readonly address: string; readonly amount: string }): string {
  assert(isAddress(of.address), 'a link leads to an address');
  return `bitcoin:${of.address}?amount=${of.amount}`;
}

export function lightningLink(invoice: string): string {
  assert(isLightningInvoice(invoice), 'a link leads to a Lightning invoice');
  return `lightning:${invoice}`;
}

/** Base58 or bech32, by their letters: whether the checksum is right is for the wallet. */
export function isAddress(text: string): boolean {
  return /^[A-Za-z0-9]{14,100}$/.test(text);
}

export function isLightningInvoice(text: string): boolean {
  return /^ln[a-z0-9]{20,3000}$/i.test(text);
}
