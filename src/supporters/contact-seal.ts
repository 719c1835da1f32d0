/**
 * Sealing an address so that the database holds nothing of it: an age file to a key that is not there.
 *
 * Each sealing has its own one-time key, so the same address sealed twice looks different, and every address is padded to
 * the same size first. There is no hash of an address anywhere: a hash of a guessable thing is the thing.
 */
import { Decrypter, Encrypter } from 'age-encryption';
import { assert } from '../problems/index.ts';

const PADDED_BYTES = 512;
/** The longest address that fits with its end mark; any address that mail can be sent to is shorter (254). */
export const ADDRESS_BYTES_LIMIT = PADDED_BYTES - 1;

/** Seals `address`. Whoever calls has checked it: one line, at most {@link ADDRESS_BYTES_LIMIT} bytes. */
export async function sealAddress(address: string, recipient: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(address);
  assert(bytes.length > 0 && bytes.length <= ADDRESS_BYTES_LIMIT, 'an address fits its envelope');
  assert(!address.includes('\n'), 'an address is one line');
  // Line ends fill the rest, so that whoever opens it with the standard tool sees the address alone.
  const padded = new Uint8Array(PADDED_BYTES).fill(0x0a);
  padded.set(bytes);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return await encrypter.encrypt(padded);
}

/** Opens what {@link sealAddress} made, or throws: a wrong key or a changed row is nobody's everyday case. */
export async function openAddress(sealed: Uint8Array, identity: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const padded = await decrypter.decrypt(sealed, 'text');
  return padded.slice(0, padded.indexOf('\n'));
}
