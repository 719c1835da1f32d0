/**
 * The secret of the pages of renewals (`giving/page-key.ts`), made from the key of supporter numbers, so that there is no
 * further file to keep: whoever puts `number.key` back has the addresses in letters and bookmarks back too.
 */
import { hkdfSync } from 'node:crypto';
import { assert } from '../problems/index.ts';
import { PEPPER_BYTES } from './number-hash.ts';

const SECRET_BYTES = 32;
/** Separates this use of the key from any other: what opens pages says nothing about the hash of numbers. */
const PURPOSE = 'secret of pages 1';

export function pageSecretOf(numberKey: Uint8Array): Uint8Array {
  assert(numberKey.length === PEPPER_BYTES, 'the key of the number hash has 32 bytes');
  return new Uint8Array(hkdfSync('sha256', numberKey, '', PURPOSE, SECRET_BYTES));
}
