/**
 * Addresses, for as long as a letter needs them and not an hour longer.
 *
 * An address is kept while a pledge runs (each of its gifts brings a receipt), while a gift is under way, or while a letter
 * waits in the outbox; for everybody else there is none. It is deleted when its last letter has left, when a pledge is
 * stopped, when its supporter asks to be forgotten, and by a sweep for all that was missed, such as a payment page that
 * was closed. Deleting never waits for a lock: it names the very envelope it looked at, so one that was put in meanwhile
 * stays.
 */
import { domainToASCII } from 'node:url';
import { sql } from 'kysely';
import type { Clock, Instant, Random } from '../calendar/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { Giving, Worker } from '../giving/index.ts';
import { hasPendingLetter, mailHostCountry } from '../letters/index.ts';
import { assert } from '../problems/index.ts';
import { type Contact, openContact, sealContact } from './contact-seal.ts';
import type { SupporterKeys } from './key-files.ts';
import { makeWayOut, wayOutHash } from './way-out.ts';

export interface ContactsDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly giving: Pick<Giving, 'giftsOf' | 'pledgesOf'>;
  readonly keys: Pick<SupporterKeys, 'contactRecipient' | 'contactIdentity'>;
  /** Listed countries, ISO 3166-1 alpha-2. */
  readonly refusedCountries: () => readonly string[];
}

export interface Contacts {
  /**
   * Seals an address that was checked by the form and ties it to the supporter, inside the caller's transaction; a new
   * one takes the place of the old. A supporter who asked to be forgotten gets none.
   */
  attach(tx: Tx, supporterId: string, address: string): Promise<void>;
  /** The listed country whose authorities mail to this domain is in reach of, else `null`. No letter goes there. */
  refuseHost(domain: string): string | null;
  /** The contact, for the process that sends letters; `null` when none is held. Throws where the key is not at hand. */
  open(supporterId: string): Promise<Contact | null>;
  /** Deletes the address unless something still needs it. @returns whether none is held now */
  release(supporterId: string): Promise<boolean>;
  /** Deletes the address, whatever needs it. */
  remove(tx: Tx, supporterId: string): Promise<void>;
  /** Deletes the address whose letters carry this token, whatever needs it. Nobody learns whether there was one. */
  removeByWayOut(token: string): Promise<void>;
  /** The sweep. */
  readonly worker: Worker;
}

const FIRST_REVIEW = { hours: 1 } as const;
const NEXT_REVIEW = { hours: 24 } as const;
const REVIEWS_PER_RUN = 100;

export function createContacts(deps: ContactsDependencies): Contacts {
  return {
    async attach(tx, supporterId, address) {
      const wayOut = makeWayOut(deps.random);
      await put(tx, {
        supporterId,
        sealed: await sealContact({ address, wayOut }, deps.keys.contactRecipient),
        wayOutHash: wayOutHash(wayOut),
        reviewAt: deps.clock.now().add(FIRST_REVIEW),
      });
    },
    refuseHost: (domain) => refusedCountry(deps, domain),
    open: (supporterId) => open(deps, supporterId),
    release: (supporterId) => release(deps, supporterId),
    async remove(tx, supporterId) {
      await tx.deleteFrom('contact').where('supporter_id', '=', supporterId).execute();
    },
    async removeByWayOut(token) {
      await deps.db.deleteFrom('contact').where('way_out_hash', '=', wayOutHash(token)).execute();
    },
    worker: {
      name: 'contacts',
      runOnce: () => sweep(deps),
    },
  };
}

/** The lock makes us wait for a "forget me" under way, and then see it. */
async function put(
  tx: Tx,
  contact: {
    readonly supporterId: string;
    readonly sealed: Uint8Array;
    readonly wayOutHash: Uint8Array;
    readonly reviewAt: Instant;
  },
): Promise<void> {
  const { supporterId, sealed, wayOutHash: outHash, reviewAt } = contact;
  await sql`
    insert into contact (supporter_id, sealed, way_out_hash, review_at)
    select id, ${sealed}, ${outHash}, ${reviewAt} from supporter
    where id = ${supporterId} and forgotten_at is null
    for share
    on conflict (supporter_id) do update
    set sealed = excluded.sealed, way_out_hash = excluded.way_out_hash, review_at = excluded.review_at
  `.execute(tx);
}

function refusedCountry(deps: ContactsDependencies, domain: string): string | null {
  const country = mailHostCountry(domain);
  return country !== null && deps.refusedCountries().includes(country) ? country : null;
}

async function open(deps: ContactsDependencies, supporterId: string): Promise<Contact | null> {
  const { contactIdentity } = deps.keys;
  assert(contactIdentity !== null, 'only a process that holds the letters key opens contacts');
  const sealed = await readSealed(deps.db, supporterId);
  if (sealed === undefined) return null;
  const contact = await openContact(sealed, contactIdentity);
  const { address } = contact;
  // Asked again here: a country may have been listed since the address was given.
  const domain = domainToASCII(address.slice(address.lastIndexOf('@') + 1)).toLowerCase();
  if (refusedCountry(deps, domain) === null) return contact;
  await deleteSealed(deps.db, { supporterId, sealed });
  return null;
}

async function release(deps: ContactsDependencies, supporterId: string): Promise<boolean> {
  const sealed = await readSealed(deps.db, supporterId);
  if (sealed === undefined) return true;
  if (await isNeeded(deps, supporterId)) return false;
  await deleteSealed(deps.db, { supporterId, sealed });
  return true;
}

async function isNeeded(deps: ContactsDependencies, supporterId: string): Promise<boolean> {
  const pledges = await deps.giving.pledgesOf(supporterId);
  // A pledge that waits for its first gift needs nothing beyond that gift.
  if (pledges.some((pledge) => pledge.endedAt === null && pledge.state !== 'awaiting_first')) {
    return true;
  }
  const gifts = await deps.giving.giftsOf(supporterId);
  const underWay = gifts.some(
    ({ state }) => state === 'due' || state === 'collecting' || state === 'integrity_hold',
  );
  if (underWay) return true;
  return await hasPendingLetter(deps.db, {
    refs: [...gifts.map((gift) => gift.giftId), ...pledges.map((pledge) => pledge.pledgeId)],
    now: deps.clock.now(),
  });
}

async function readSealed(db: Db, supporterId: string): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('contact')
    .select('sealed')
    .where('supporter_id', '=', supporterId)
    .executeTakeFirst();
  return row?.sealed;
}

/** No two sealings are alike, so the envelope itself says which one was looked at. */
async function deleteSealed(
  db: Db,
  contact: { readonly supporterId: string; readonly sealed: Uint8Array },
): Promise<void> {
  await db
    .deleteFrom('contact')
    .where('supporter_id', '=', contact.supporterId)
    .where('sealed', '=', contact.sealed)
    .execute();
}

async function sweep(deps: ContactsDependencies): Promise<number> {
  const now = deps.clock.now();
  const { rows } = await sql<{ supporter_id: string }>`
    update contact set review_at = ${now.add(NEXT_REVIEW)}
    where supporter_id in (
      select supporter_id from contact where review_at <= ${now}
      order by review_at limit ${REVIEWS_PER_RUN} for update skip locked
    )
    returning supporter_id
  `.execute(deps.db);
  for (const row of rows) await release(deps, row.supporter_id);
  return rows.length;
}
