/**
 * What must be true at the end of every seed: the rules of the books by the program's own check, and what the program cannot
 * check by itself, because only the companies' own books and the memory of supporters know it.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Bank } from './bank/bank.ts';
import { checkInvariants, type Db, type GiftState, giftRank } from './core.ts';
import { judgeCalendar } from './verdict-calendar.ts';
import { againstFunds } from './verdict-money.ts';
import type { World } from './world.ts';

export interface Breach {
  readonly rule: string;
  readonly says: string;
}

/** Everything that is wrong; empty when all is well. */
export async function judge(world: World): Promise<readonly Breach[]> {
  const { db } = world;
  return [
    ...(await checkInvariants(db)).map(({ rule, says, examples }) => ({
      rule,
      says: `${says} ${examples.join(' ')}`,
    })),
    ...(await againstBooks(world)),
    ...(await againstFunds(world)),
    ...(await againstPromises(world)),
    ...(await judgeCalendar(world)),
    ...(await oncePerIntention(world)),
    ...(await lettersLeft(world)),
    ...(await atRest(db)),
    ...(await noSurprises(db)),
  ];
}

interface Booked {
  readonly code: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly gift_id: string | null;
}

/** I6: every charge in a company's books is in the ledger once, as a gift or as unmatched, and nothing else is. */
async function againstBooks(world: World): Promise<readonly Breach[]> {
  const { rows } = await sql<Booked & { cause_ref: string }>`
    select code, amount, currency, gift_id, cause_ref from ledger_transfer
    where cause_kind = 'charge' order by id
  `.execute(world.db);
  const booked = new Map<string, Booked[]>();
  for (const row of rows) booked.set(row.cause_ref, [...(booked.get(row.cause_ref) ?? []), row]);
  const found: Breach[] = [];
  const promised = await promisedAmounts(world.db);
  for (const bank of world.banks) found.push(...ofOneBank(world, bank, { booked, promised }));
  for (const [ref] of booked) found.push({ rule: 'I6', says: `${ref} is in no company's books` });
  found.push(...(await ofGifts(world)));
  return found;
}

/** What each gift is for: the amount its supporter agreed to. */
async function promisedAmounts(db: Db): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; amount: string }>`
    select id, amount_minor || ' ' || currency as amount from gift
  `.execute(db);
  return new Map(rows.map(({ id, amount }) => [id, amount]));
}

function ofOneBank(
  world: World,
  bank: Bank,
  {
    booked,
    promised,
  }: {
    booked: Map<string, Booked[]>;
    promised: ReadonlyMap<string, string>;
  },
): readonly Breach[] {
  const found: Breach[] = [];
  for (const charge of bank.books.charges.values()) {
    const ref = `${bank.habits.accountId}:${charge.chargeRef}`;
    const [first, ...more] = booked.get(ref) ?? [];
    booked.delete(ref);
    if (first === undefined) {
      // A company that dropped us is not polled any more; what it took on a page we had given up, nobody can know.
      if (world.droppedBank === bank) continue;
      found.push({ rule: 'I6', says: `${ref} was captured and is not in the ledger` });
      continue;
    }
    if (more.length > 0)
      found.push({ rule: 'I6', says: `${ref} is in the ledger ${more.length + 1} times` });
    if (first.amount !== charge.money.minor || first.currency !== charge.money.currency) {
      found.push({ rule: 'I6', says: `${ref} is in the ledger with another amount` });
    }
  }
  for (const { giftId, money } of bank.books.payments.values()) {
    const amount = promised.get(giftId);
    const asked = `${money.minor} ${money.currency}`;
    if (amount === undefined || amount === asked) continue;
    found.push({ rule: 'I15', says: `gift ${giftId} is ${amount} and was asked for as ${asked}` });
  }
  for (const key of bank.chargedAfterCancel) {
    found.push({ rule: 'I8', says: `attempt ${key} was sent after its pledge was cancelled` });
  }
  return found;
}

/** No gift is charged twice without its supporter, and one that was paid once, rightly, is settled. */
async function ofGifts(world: World): Promise<readonly Breach[]> {
  const charges = world.banks.flatMap((bank) => [...bank.books.charges.values()]);
  const rows = await world.db
    .selectFrom('gift')
    .select(['id', 'state', 'amount_minor', 'currency'])
    .orderBy('id')
    .execute();
  const dropped = world.droppedBank?.books.charges;
  const found: Breach[] = [];
  for (const gift of rows) {
    const own = charges.filter((charge) => charge.giftId === gift.id);
    const automatic = own.filter(({ kind }) => kind === 'mandate');
    if (automatic.length > 1) {
      found.push({
        rule: 'never doubled',
        says: `gift ${gift.id} was charged ${automatic.length} times by itself`,
      });
    }
    const [only] = own;
    if (own.length !== 1 || only === undefined || dropped?.has(only.chargeRef) === true) continue;
    const fits = only.money.minor === gift.amount_minor && only.money.currency === gift.currency;
    if (fits && gift.state !== 'settled') {
      found.push({
        rule: 'never lost',
        says: `gift ${gift.id} was paid once and is ${gift.state}`,
      });
    }
  }
  return found;
}

/** I11 and I12: what a supporter was told or saw is still so, or better. */
async function againstPromises(world: World): Promise<readonly Breach[]> {
  const found: Breach[] = [];
  const gifts = await world.db
    .selectFrom('gift')
    .select(['id', 'state', 'amount_minor'])
    .orderBy('id')
    .execute();
  const stateOf = new Map<string, GiftState>(gifts.map(({ id, state }) => [id, state]));
  for (const giftId of world.acknowledgedGifts.keys()) {
    if (!stateOf.has(giftId))
      found.push({ rule: 'I11', says: `gift ${giftId} was acknowledged and is gone` });
  }
  for (const [giftId, seen] of world.seenGifts) {
    const state = stateOf.get(giftId);
    if (state !== undefined && giftRank(state) < giftRank(seen)) {
      found.push({ rule: 'I12', says: `gift ${giftId} was ${seen} and is ${state}` });
    }
  }
  const pledges = await world.db
    .selectFrom('pledge')
    .select(['id', 'state'])
    .orderBy('id')
    .execute();
  for (const { id, state } of pledges) {
    const seen = world.seenPledges.get(id);
    const wasOver = seen === 'cancelled' || seen === 'lapsed';
    if (wasOver && state !== seen) {
      found.push({ rule: 'I12', says: `pledge ${id} was ${seen} and is ${state}` });
    }
  }
  return found;
}

/** Bug 18: who meant to give once gave once, however often they tapped. */
async function oncePerIntention(world: World): Promise<readonly Breach[]> {
  const { rows } = await sql<{ id: string }>`select id from gift where state = 'settled'`.execute(
    world.db,
  );
  const settled = new Set(rows.map(({ id }) => id));
  return world.supporters.flatMap(({ name, intentions }) =>
    [...intentions]
      .map((ids) => [...ids].filter((id) => settled.has(id)).length)
      .filter((count) => count > 1)
      .map((count) => ({
        rule: 'never doubled',
        says: `${name} meant one gift and gave ${count}`,
      })),
  );
}

/** I10: every letter left, or was given up after its tries; what counts as sent, the mail server has. */
async function lettersLeft(world: World): Promise<readonly Breach[]> {
  const { rows } = await sql<{ key: string; state: string }>`
    select dedupe_key as key, state from outbox order by 1
  `.execute(world.db);
  return rows.flatMap(({ key, state }) => {
    if (state === 'pending') return [{ rule: 'I10', says: `letter ${key} never left` }];
    const isThere = world.letters.has(key);
    if (state === 'sent' && !isThere) return [{ rule: 'I10', says: `letter ${key} was not sent` }];
    return [];
  });
}

/** Liveness: after the weather cleared nothing is left that we do not know. */
async function atRest(db: Db): Promise<readonly Breach[]> {
  const { rows } = await sql<{ what: string }>`
    select 'attempt ' || id || ' is ' || state as what from attempt
    where state in ('planned', 'unknown') or (state = 'sent' and heard is null)
    union all
    select 'message ' || event_id || ' is ' || state from processor_event
    where state in ('received', 'parked')
    order by 1
  `.execute(db);
  return rows.map(({ what }) => ({ rule: 'liveness', says: what }));
}

/**
 * A program that caught itself in a mistake parks the gift and rings; here that is a finding. Three alarms are weather:
 * a list that could not be read once, and staff who give back what the company gave back a moment ago on its own pages, or
 * whose company gives nothing back.
 */
async function noSurprises(db: Db): Promise<readonly Breach[]> {
  const { rows } = await sql<{ kind: string; detail: string | null }>`
    select kind, detail from alarm
    where kind in ('our-bug', 'amount-changed')
      or (kind = 'listing-unreadable' and detail is distinct from 'unreadable')
      or (kind = 'refund-refused' and detail is distinct from 'more_than_left' and detail is distinct from 'not_possible')
      or (kind in ('hold', 'unmatched') and not exists (
        select from ledger_transfer where code = 90 and cause_ref = alarm.ref))
      or (kind = 'assertion' and detail is distinct from 'ConnectionCut 57P01' and detail is distinct from 'Crash')
    order by id
  `.execute(db);
  return rows.map(({ kind, detail }) => ({
    rule: 'no surprise',
    says: `alarm ${kind}: ${detail ?? ''}`,
  }));
}

const TABLES = [
  'supporter',
  'money_fact',
  'money_act',
  'refund_order',
  'mandate',
  'pledge',
  'gift',
  'attempt',
  'processor_event',
  'ledger_account',
  'ledger_transfer',
  'outbox',
  'alarm',
  'processor_account',
] as const;

/** A hash of every row of the money core. */
export async function finalState(db: Db): Promise<string> {
  const parts = TABLES.map(
    (table) => `(select coalesce(string_agg(r::text, ';' order by r::text), '') from ${table} r)`,
  );
  const { rows } = await sql
    .raw<{ state: string }>(`select md5(${parts.join(` || '|' || `)}) as state`)
    .execute(db);
  return createHash('sha256')
    .update(rows[0]?.state ?? '')
    .digest('hex');
}
