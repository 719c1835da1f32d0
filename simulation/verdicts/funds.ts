/**
 * I6: what a company has of our money by its own books is what our ledger says it has, account by account and for every
 * kind of thing that moves money; its payouts are explained by their lines; and the last nights found no difference.
 */
import { sql } from 'kysely';
import type { Bank } from '../bank/bank.ts';
import { type Db, Instant, type MoneyFact, unreachable } from '../core.ts';
import type { World } from '../world.ts';
import { untoldAccounts } from './untold.ts';
import type { Breach } from './verdict.ts';

/** Sums by `account currency` or `code currency`, in minor units; what is nothing is left out. */
type Sums = Map<string, bigint>;

export async function againstFunds(world: World): Promise<readonly Breach[]> {
  const found: Breach[] = [];
  const accounts = await ledgerAccounts(world.db);
  const codes = await ledgerCodes(world.db);
  const untold = await untoldAccounts(world);
  for (const bank of world.banks) {
    const { accountId } = bank.habits;
    // What happened there after we parted, nobody can know.
    if (untold.has(accountId)) continue;
    const told = toldBy(bank);
    const inBooks = accountsOf(bank, told);
    addCorrections(world, accountId, inBooks);
    found.push(...differences(accountId, { theirs: inBooks, ours: accounts.get(accountId) }));
    const kinds = kindsOf(bank, told);
    found.push(...differences(accountId, { theirs: kinds, ours: codes.get(accountId) }));
  }
  found.push(...(await openPayouts(world, [...untold])), ...(await lastNights(world, [...untold])));
  return found;
}

/** What its listing has told by now: one that lags has not told its last hours. */
function toldBy(bank: Bank): readonly MoneyFact[] {
  const until = bank.now.subtract({ milliseconds: bank.habits.reportLagMs });
  return bank.funds.facts.filter(({ happenedAt }) => Instant.compare(happenedAt, until) <= 0);
}

/** Where the money is, by the company's own arithmetic. */
function accountsOf(bank: Bank, facts: readonly MoneyFact[]): Sums {
  const sums: Sums = new Map();
  for (const { money } of bank.books.charges.values()) {
    add(sums, `processor_pending ${money.currency}`, money.minor);
    add(sums, `given ${money.currency}`, money.minor);
    if (bank.funds.settles) continue;
    // Where nothing is listed, the fee came with the charge and stays the only thing that is known.
    const fee = bank.funds.feeOf(money).money.minor;
    add(sums, `processor_pending ${money.currency}`, -fee);
    add(sums, `fees ${money.currency}`, fee);
  }
  for (const { kind, money } of facts) {
    for (const [account, sign] of effectsOf(kind)) {
      add(sums, `${account} ${money.currency}`, sign * money.minor);
    }
  }
  return sums;
}

/** A posting that staff mirrored is in no company's books: here it is taken out again. */
function addCorrections({ witness }: World, accountId: string, sums: Sums): void {
  for (const { accountId: account, code, minor, currency } of witness.corrected) {
    if (account !== accountId) continue;
    for (const [name, sign] of effectsOfCode(code)) add(sums, `${name} ${currency}`, -sign * minor);
  }
}

function effectsOfCode(code: number): ReturnType<typeof effectsOf> {
  switch (code) {
    case 11:
      return effectsOf('fee');
    case 12:
      return effectsOf('available');
    case 13:
      return effectsOf('payout');
    case 33:
      return effectsOf('dispute-fee');
    case 90:
      return [
        ['processor_pending', 1n],
        ['given', 1n],
      ];
    default:
      throw new TypeError(`a posting of code ${code} can be corrected`);
  }
}

/** What each kind of fact does to what is where; `given` is what the newsroom was given, whatever it is booked as. */
function effectsOf(kind: MoneyFact['kind']): readonly (readonly [string, bigint])[] {
  switch (kind) {
    case 'fee':
      return [
        ['processor_pending', -1n],
        ['fees', 1n],
      ];
    case 'available':
      return [
        ['processor_pending', -1n],
        ['processor_available', 1n],
      ];
    case 'payout':
      return [
        ['processor_available', -1n],
        ['bank', 1n],
      ];
    case 'refund':
      return [
        ['processor_available', -1n],
        ['given', -1n],
      ];
    case 'dispute-opened':
      return [
        ['processor_available', -1n],
        ['disputes_open', 1n],
      ];
    case 'dispute-won':
      return [
        ['disputes_open', -1n],
        ['processor_available', 1n],
      ];
    case 'dispute-lost':
      return [
        ['disputes_open', -1n],
        ['given', -1n],
      ];
    case 'dispute-fee':
      return [
        ['processor_available', -1n],
        ['dispute_fees', 1n],
      ];
    default:
      return unreachable(kind, 'a kind of fact about money');
  }
}

function kindsOf(bank: Bank, facts: readonly MoneyFact[]): Sums {
  const sums: Sums = new Map();
  for (const { money } of bank.books.charges.values()) {
    add(sums, `charge ${money.currency}`, money.minor);
    if (!bank.funds.settles)
      add(sums, `fee ${money.currency}`, bank.funds.feeOf(money).money.minor);
  }
  for (const { kind, money } of facts) add(sums, `${kind} ${money.currency}`, money.minor);
  return sums;
}

async function ledgerAccounts(db: Db): Promise<ReadonlyMap<string, Sums>> {
  const { rows } = await sql<{ company: string; key: string; amount: bigint }>`
    with moved as (
      select debit as account, amount from ledger_transfer
      union all select credit, -amount from ledger_transfer
    )
    select a.processor_account_id as company,
      case when a.kind in ('income', 'liability') then 'given' else a.name end || ' ' || a.currency as key,
      sum(case when a.kind in ('income', 'liability') then -m.amount else m.amount end)::bigint as amount
    from moved m join ledger_account a on a.id = m.account group by 1, 2
  `.execute(db);
  return byCompany(rows);
}

async function ledgerCodes(db: Db): Promise<ReadonlyMap<string, Sums>> {
  const { rows } = await sql<{ company: string; key: string; amount: bigint }>`
    select a.processor_account_id as company,
      case when code in (10, 90) then 'charge' when code = 11 then 'fee' when code = 12 then 'available'
        when code = 13 then 'payout' when code in (20, 21) then 'refund' when code = 30 then 'dispute-opened'
        when code = 31 then 'dispute-won' when code in (32, 34) then 'dispute-lost'
        when code = 33 then 'dispute-fee' end || ' ' || t.currency as key,
      sum(t.amount)::bigint as amount
    from ledger_transfer t join ledger_account a on a.id = t.debit
    where t.code not in (91, 99) group by 1, 2
  `.execute(db);
  return byCompany(rows);
}

function byCompany(
  rows: readonly { readonly company: string; readonly key: string; readonly amount: bigint }[],
): ReadonlyMap<string, Sums> {
  const companies = new Map<string, Sums>();
  for (const { company, key, amount } of rows) {
    const sums = companies.get(company) ?? new Map<string, bigint>();
    companies.set(company, sums);
    add(sums, key, amount);
  }
  return companies;
}

function differences(
  accountId: string,
  { theirs, ours = new Map() }: { readonly theirs: Sums; readonly ours: Sums | undefined },
): readonly Breach[] {
  const keys = [...new Set([...theirs.keys(), ...ours.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [their, our] = [theirs.get(key) ?? 0n, ours.get(key) ?? 0n];
    if (their === our) return [];
    return [{ rule: 'I6', says: `${accountId} has ${key} of ${their}, the ledger ${our}` }];
  });
}

function add(sums: Sums, key: string, minor: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + minor);
}

async function openPayouts(world: World, untold: readonly string[]): Promise<readonly Breach[]> {
  const { rows } = await sql<{ ref: string }>`
    select ref from money_fact where kind = 'payout' and closed_at is null
      and processor_account_id <> all(${untold}::text[]) order by ref
  `.execute(world.db);
  return rows.map(({ ref }) => ({
    rule: 'I6',
    says: `payout ${ref} is not the sum of its lines`,
  }));
}

/** Days that were compared after everything had come to rest. */
async function lastNights(world: World, untold: readonly string[]): Promise<readonly Breach[]> {
  const { rows } = await sql<{ what: string }>`
    select processor_account_id || ' ' || kind || ' ' || ref || ' on ' || day as what from books_difference
    where day > ${world.now.subtract({ hours: 24 * 7 })} and processor_account_id <> all(${untold}::text[])
    order by 1
  `.execute(world.db);
  return rows.map(({ what }) => ({ rule: 'I6', says: `the nightly comparison still has ${what}` }));
}
