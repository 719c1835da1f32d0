/**
 * What the companies took, against what the ledger has: each charge once, with its amount, by right, and at most one by
 * itself for one gift. The companies' books know nothing of our tables.
 */
import { sql } from 'kysely';
import type { Bank } from '../bank/bank.ts';
import type { Db } from '../core.ts';
import type { World } from '../world.ts';
import { untoldAccounts } from './untold.ts';
import type { Breach } from './verdict.ts';

interface Booked {
  readonly code: number;
  readonly amount: bigint;
  readonly currency: string;
  readonly gift_id: string | null;
}

/** Every charge in a company's books is in the ledger once, as a gift or as unmatched, and nothing else is. */
export async function againstCharges(world: World): Promise<readonly Breach[]> {
  const { rows } = await sql<Booked & { cause_ref: string }>`
    select code, amount, currency, gift_id, cause_ref from ledger_transfer
    where cause_kind = 'charge' order by id
  `.execute(world.db);
  const booked = new Map<string, Booked[]>();
  for (const row of rows) booked.set(row.cause_ref, [...(booked.get(row.cause_ref) ?? []), row]);
  const found: Breach[] = [];
  const promised = await promisedAmounts(world.db);
  const untold = await untoldAccounts(world);
  for (const bank of world.banks)
    found.push(
      ...ofOneBank(bank, { booked, promised, isUntold: untold.has(bank.habits.accountId) }),
    );
  for (const [ref] of booked) found.push({ rule: 'I6', says: `${ref} is in no company's books` });
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
  bank: Bank,
  {
    booked,
    promised,
    isUntold,
  }: {
    readonly booked: Map<string, Booked[]>;
    readonly promised: ReadonlyMap<string, string>;
    readonly isUntold: boolean;
  },
): readonly Breach[] {
  const found: Breach[] = [];
  for (const charge of bank.books.charges.values()) {
    const ref = `${bank.habits.accountId}:${charge.chargeRef}`;
    const [first, ...more] = booked.get(ref) ?? [];
    booked.delete(ref);
    if (first === undefined) {
      // An account that was dropped is not listed any more; what it took on a page we had given up, nobody can know.
      if (isUntold) continue;
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
  return found;
}

/** A charge leaves only while its pledge runs, and only on a right that its company gave or was handed. */
export async function chargedRightly({ banks }: World): Promise<readonly Breach[]> {
  return banks.flatMap((bank) => [
    ...bank.chargedAfterCancel.map((key) => ({
      rule: 'I8',
      says: `attempt ${key} was sent after its pledge was cancelled`,
    })),
    ...bank.chargedWithoutRight.map((key) => ({
      rule: 'I16',
      says: `attempt ${key} was charged at ${bank.habits.accountId} on another company's mandate`,
    })),
  ]);
}

/** No gift is charged twice without its supporter, and one that was paid once, rightly, is settled. */
export async function oncePerGift(world: World): Promise<readonly Breach[]> {
  const charges = world.banks.flatMap((bank) => [...bank.books.charges.values()]);
  const rows = await world.db
    .selectFrom('gift')
    .select(['id', 'state', 'amount_minor', 'currency'])
    .orderBy('id')
    .execute();
  const untold = await untoldAccounts(world);
  const unheard = new Set(
    world.banks
      .filter(({ habits }) => untold.has(habits.accountId))
      .flatMap(({ books }) => [...books.charges.keys()]),
  );
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
    if (own.length !== 1 || only === undefined || unheard.has(only.chargeRef)) continue;
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

/** Bug 18: who meant to give once gave once, however often they tapped. */
export async function oncePerIntention(world: World): Promise<readonly Breach[]> {
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
