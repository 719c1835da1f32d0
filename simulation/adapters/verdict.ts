/** What must hold once everything came to rest, told from the companies' books and our rows, by nothing that booked them. */
import { sql } from 'kysely';
import type { Db } from '../../src/database/index.ts';
import { checkInvariants } from '../../src/giving/index.ts';
import type { AdapterCompany } from './company.ts';

export interface Breach {
  readonly rule: string;
  readonly says: string;
}

export async function judge(end: {
  readonly db: Db;
  readonly companies: readonly AdapterCompany[];
}): Promise<readonly Breach[]> {
  const broken = await checkInvariants(end.db);
  const found: Breach[] = broken.map(({ rule, says, examples }) => ({
    rule,
    says: `${says} ${examples.join(', ')}`,
  }));
  for (const company of end.companies) {
    found.push(...(await balances(end.db, company)), ...(await takings(end.db, company)));
  }
  return [...found, ...(await doubles(end)), ...(await unanswered(end.db))];
}

/** What lies at a company by the ledger is what lies there by the company. */
async function balances(db: Db, company: AdapterCompany): Promise<Breach[]> {
  const found: Breach[] = [];
  for (const [currency, theirs] of company.balances()) {
    const { rows } = await sql<{ sum: bigint }>`
      select coalesce(sum(case when debit.name in ('processor_pending', 'processor_available') then t.amount else 0 end
        - case when credit.name in ('processor_pending', 'processor_available') then t.amount else 0 end), 0)::bigint as sum
      from ledger_transfer t
      join ledger_account debit on debit.id = t.debit
      join ledger_account credit on credit.id = t.credit
      where t.currency = ${currency}
        and coalesce(debit.processor_account_id, credit.processor_account_id) = ${company.accountId}
    `.execute(db);
    const ours = rows[0]?.sum ?? 0n;
    if (ours !== theirs) {
      const says = `${company.name} has ${theirs} ${currency}, the ledger says ${ours}`;
      found.push({ rule: 'books', says });
    }
  }
  return found;
}

/** Nothing was taken that no gift knows of. */
async function takings(db: Db, company: AdapterCompany): Promise<Breach[]> {
  const found: Breach[] = [];
  for (const { ref, attemptId } of company.takings()) {
    const row = await db
      .selectFrom('attempt')
      .innerJoin('gift', 'gift.id', 'attempt.gift_id')
      .select('gift.state')
      .where('attempt.id', '=', attemptId)
      .where('attempt.processor_account_id', '=', company.accountId)
      .executeTakeFirst();
    if (row === undefined) {
      found.push({ rule: 'I4', says: `${company.name} took ${ref} for no attempt of ours` });
    } else if (row.state !== 'settled' && row.state !== 'integrity_hold') {
      const says = `${company.name} took ${ref}, and its gift is ${row.state}`;
      found.push({ rule: 'I11', says });
    }
  }
  return found;
}

/** No gift was taken twice, at one company or at two. */
async function doubles(end: {
  readonly db: Db;
  readonly companies: readonly AdapterCompany[];
}): Promise<Breach[]> {
  const attempts = end.companies.flatMap((company) => company.takings());
  if (attempts.length === 0) return [];
  const rows = await end.db
    .selectFrom('attempt')
    .select(['id', 'gift_id'])
    .where(
      'id',
      'in',
      attempts.map(({ attemptId }) => attemptId),
    )
    .execute();
  const giftOf = new Map(rows.map((row) => [row.id, row.gift_id]));
  const seen = new Map<string, string>();
  const found: Breach[] = [];
  for (const { ref, attemptId } of attempts) {
    const giftId = giftOf.get(attemptId) ?? attemptId;
    const before = seen.get(giftId);
    if (before !== undefined && before !== ref) {
      found.push({ rule: 'I2', says: `one gift was taken twice: ${before} and ${ref}` });
    }
    seen.set(giftId, ref);
  }
  return found;
}

/** Everything was answered in the end. */
async function unanswered(db: Db): Promise<Breach[]> {
  const rows = await db
    .selectFrom('attempt')
    .select(['id', 'processor_account_id'])
    .where('state', '=', 'unknown')
    .execute();
  return rows.map(({ id, processor_account_id: account }) => ({
    rule: 'quiet',
    says: `attempt ${id} at ${account} is still unknown`,
  }));
}
