/**
 * Sealing an address so that the database holds nothing of it: an age file to a key that is not there.
 *
 * Each sealing has its own one-time key, so the same address sealed twice looks different, and every address is padded to
 * the same size first. There is no hash of an address anywhere: a hash of a guessable thing is the thing. What is sealed is
 * text, one thing a line, so that whoever opens it with the standard tool can read it.
 */
import { Decrypter, Encrypter } from 'age-encryption';
import { assert } from '../problems/index.ts';

const PADDED_BYTES = 512;

/** What lies under one seal. */
export interface Contact {
  /** One line; any address that mail can be sent to is far shorter than what fits (254 of 480 bytes). */
  readonly address: string;
  /** See `way-out.ts`. */
  readonly wayOut: string;
}

/** Seals a contact whose address was checked by the form. */
export async function sealContact(contact: Contact, recipient: string): Promise<Uint8Array> {
  const { address, wayOut } = contact;
  assert(address !== '' && !/[\r\n]/.test(address), 'an address is one line');
  const bytes = new TextEncoder().encode(`${address}\n${wayOut}\n`);
  assert(bytes.length <= PADDED_BYTES, 'a contact fits its envelope');
  // Line ends fill the rest: whoever looks sees two lines.
  const padded = new Uint8Array(PADDED_BYTES).fill(0x0a);
  padded.set(bytes);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return await encrypter.encrypt(padded);
}

/** Opens what {@link sealContact} made, or throws: a wrong key or a changed row is nobody's everyday case. */
export async function openContact(sealed: Uint8Array, identity: string): Promise<Contact> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const [address, wayOut] = (await decrypter.decrypt(sealed, 'text')).split('\n');
  assert(address && wayOut, 'under the seal lie an address and a way out');
  return { address, wayOut };
}
