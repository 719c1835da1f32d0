/**
 * What must be true of the books at every moment, as questions to the database. The schema makes most breaches
 * impossible; this asks all the same, because a restored backup, a hand-made repair or a new migration may know better.
 * Used by tests after every story, by the desk, and by the command that checks a database.
 *
 * Each query returns the rows that break its rule, so a breach names where to look.
 */

import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';

export interface InvariantBreach {
  /** Number of the rule, such as `I2`. */
  readonly rule: string;
  readonly says: string;
  readonly count: number;
  /** Ids of up to five rows that break it. */
  readonly examples: readonly string[];
}

interface Invariant {
  readonly rule: string;
  readonly says: string;
  /** Selects one text column `id` per breach. */
  readonly breaches: RawBuilder<{ id: string }>;
}

const INVARIANTS: readonly Invariant[] = [
  {
    rule: 'I1',
    says: 'In each currency the debits equal the credits.',
    breaches: sql`
      with pair as (
        select debit, credit, sum(amount) as amount from ledger_transfer group by debit, credit
      )
      select currency as id from (
        select a.currency, pair.amount from pair join ledger_account a on a.id = pair.debit
        union all
        select a.currency, -pair.amount from pair join ledger_account a on a.id = pair.credit
      ) sides group by currency having sum(amount) <> 0`,
  },
  {
    rule: 'I1',
    says: 'The newest checkpoint of each account is the sum of the transfers it stands for.',
    breaches: sql`
      select coalesce(c.account, s.account)::text as id
      from (
        select * from ledger_checkpoint
        where through_id = (select max(through_id) from ledger_checkpoint)
      ) c full join (
        select account, sum(debit) as debits, sum(credit) as credits
        from (
          select debit as account, amount as debit, 0 as credit, id from ledger_transfer
          union all
          select credit, 0, amount, id from ledger_transfer
        ) moved
        where id <= (select max(through_id) from ledger_checkpoint)
        group by account
      ) s on s.account = c.account
      where c.debits is distinct from s.debits or c.credits is distinct from s.credits`,
  },
  {
    rule: 'I2',
    says: 'Every settled gift was booked as received once, with its own amount and currency.',
    breaches: sql`
      select distinct gift.id::text as id from gift
      left join ledger_transfer t on t.gift_id = gift.id and t.code in (10, 91)
      where gift.state = 'settled'
        and (t.id is null or t.amount <> gift.amount_minor or t.currency <> gift.currency)
      union
      select gift_id::text from ledger_transfer where code in (10, 91)
      group by gift_id having count(*) > 1`,
  },
  {
    rule: 'I2',
    says: 'Only settled gifts are booked as received.',
    breaches: sql`
      select gift.id::text as id from gift join ledger_transfer t on t.gift_id = gift.id
      where t.code in (10, 91) and gift.state <> 'settled'`,
  },
  {
    rule: 'I2',
    says: 'A gift that settled by a charge has the attempt that succeeded with it.',
    breaches: sql`
      select t.id::text as id from ledger_transfer t
      where t.code = 10 and not exists (
        select from attempt
        where attempt.gift_id = t.gift_id and attempt.state = 'succeeded'
          and t.cause_ref = attempt.processor_account_id || ':' || attempt.charge_ref
      )`,
  },
  {
    rule: 'I3',
    says: 'A gift has at most one attempt that succeeded.',
    breaches: sql`
      select gift_id::text as id from attempt where state = 'succeeded'
      group by gift_id having count(*) > 1`,
  },
  {
    rule: 'I4',
    says: 'A gift has at most one attempt under way.',
    breaches: sql`
      select gift_id::text as id from attempt
      where state in ('planned', 'sent', 'unknown', 'needs_action')
      group by gift_id having count(*) > 1`,
  },
  {
    rule: 'I5',
    says: 'A pledge has one gift per period, and its periods have no gap.',
    breaches: sql`
      select pledge_id::text as id from gift where pledge_id is not null
      group by pledge_id having count(*) <> count(distinct period_n) or count(*) <> max(period_n) + 1`,
  },
  {
    rule: 'I5',
    says: 'A pledge that is not over knows which gift it makes next.',
    breaches: sql`
      select pledge.id::text as id from pledge join gift on gift.pledge_id = pledge.id
      group by pledge.id having pledge.next_n <> max(gift.period_n) + 1`,
  },
  {
    rule: 'I5',
    says: 'A month that was paid for with others is skipped, or a person was told that it was paid twice.',
    breaches: sql`
      select month.id::text as id from gift cover
      join gift month on month.pledge_id = cover.pledge_id and month.period_n > cover.period_n
        and month.period_n < cover.period_n + cover.covers_periods
      where cover.state = 'settled' and cover.covers_periods > 1 and month.state <> 'skipped'
        and not exists (select from alarm where alarm.ref = 'months:' || cover.id::text)`,
  },
  {
    rule: 'I7',
    says: 'No more was returned of a gift than was received.',
    breaches: sql`
      select gift_id::text as id from ledger_transfer
      where code in (10, 91, 20, 32)
        and gift_id in (select gift_id from ledger_transfer where code in (20, 32))
      group by gift_id
      having sum(case when code in (10, 91) then amount else -amount end) < 0`,
  },
  {
    rule: 'I7',
    says: 'No dispute gave back, or lost, more than it held.',
    breaches: sql`
      select regexp_replace(cause_ref, '#[23]$', '') as id from ledger_transfer
      where cause_kind = 'dispute' and code in (30, 31, 32, 34)
      group by regexp_replace(cause_ref, '#[23]$', '')
      having sum(case when code = 30 then amount else -amount end) < 0`,
  },
  {
    rule: 'I7',
    says: 'What was told of a refund, and booked, is in the books with its whole amount.',
    breaches: sql`
      select fact.processor_account_id || ':' || fact.ref as id from money_fact fact
      left join ledger_transfer t on t.cause_kind = 'refund'
        and t.cause_ref = fact.processor_account_id || ':' || fact.ref and t.code in (20, 21)
      where fact.kind = 'refund' and fact.booked_at is not null
      group by fact.processor_account_id, fact.ref, fact.amount_minor
      having coalesce(sum(t.amount), 0) <> fact.amount_minor`,
  },
  {
    rule: 'I6',
    says: 'Every refund, dispute, payout, fee and release in the books was told by the processor.',
    breaches: sql`
      select t.id::text as id from ledger_transfer t
      left join money_fact fact on fact.booked_at is not null
        and fact.kind <> 'fee' and fact.processor_account_id || ':' || fact.ref = case
          when right(t.cause_ref, 2) in ('#2', '#3') then left(t.cause_ref, -2) else t.cause_ref end
      where t.code in (12, 13, 20, 21, 30, 31, 32, 33, 34) and fact.ref is null`,
  },
  {
    rule: 'I6',
    says: 'Money that a person gave back was asked for by an act, and went to the charge it came from.',
    breaches: sql`
      select o.id::text as id from refund_order o
      where o.state = 'refunded' and not exists (
        select from money_fact fact
        where fact.processor_account_id = o.processor_account_id and fact.kind = 'refund'
          and fact.ref = o.refund_ref and fact.charge_ref = o.charge_ref
      )`,
  },
  {
    rule: 'I7',
    says: 'A correction undoes no gift, no refund and no dispute, and a person decided it.',
    breaches: sql`
      select fixed.id::text as id from ledger_transfer fixed
      join ledger_transfer wrong on wrong.id = fixed.reverses
      left join money_act act on act.transfer_id = wrong.id and act.kind = 'correct'
      where wrong.code not in (11, 12, 13, 33, 90) or act.id is null
      union all
      select act.id::text from money_act act
      where act.kind = 'correct'
        and not exists (select from ledger_transfer fixed where fixed.reverses = act.transfer_id)`,
  },
  {
    rule: 'I8',
    says: 'No charge of a renewal was sent after its pledge ended.',
    breaches: sql`
      select attempt.id::text as id from attempt
      join gift on gift.id = attempt.gift_id join pledge on pledge.id = gift.pledge_id
      where attempt.mandate_id is not null and attempt.first_sent_at > pledge.ended_at`,
  },
  {
    rule: 'I10',
    says: 'A settled gift has exactly one receipt, and no other gift has one.',
    breaches: sql`
      select gift.id::text as id from gift
      left join outbox on outbox.dedupe_key = 'receipt:' || gift.id::text
      where (gift.state = 'settled') <> (outbox.id is not null)
        and not exists (select from ledger_transfer t where t.gift_id = gift.id and t.code = 91)`,
  },
  {
    rule: 'I12',
    says: 'A settled gift names the attempt that succeeded or the person who accepted the money.',
    breaches: sql`
      select distinct gift.id::text as id from gift left join (
        select gift_id from attempt where state = 'succeeded'
        union all select gift_id from ledger_transfer where code = 91
      ) proof on proof.gift_id = gift.id
      where (gift.state = 'settled') <> (proof.gift_id is not null)`,
  },
  {
    rule: 'I15',
    says: 'Every amount is at least one minor unit, and a gift has the currency of its pledge.',
    breaches: sql`
      select gift.id::text as id from gift left join pledge on pledge.id = gift.pledge_id
      where gift.amount_minor < 1 or pledge.currency <> gift.currency
      union all
      select id::text from ledger_transfer where amount < 1`,
  },
  {
    rule: 'I15',
    says: 'Both accounts of a transfer have its currency.',
    breaches: sql`
      with mixed as (
        select * from (select distinct debit, credit, currency from ledger_transfer) pair
        where exists (
          select from ledger_account a where a.id in (pair.debit, pair.credit) and a.currency <> pair.currency
        )
      )
      select t.id::text as id from ledger_transfer t
      join mixed using (debit, credit, currency) where exists (select from mixed)`,
  },
  {
    rule: 'I17',
    says: 'An open gift has a time at which a worker looks at it, or is parked with an alarm.',
    breaches: sql`
      select gift.id::text as id from gift
      where gift.state in ('due', 'collecting') and gift.next_at is null and not exists (
        select from alarm where alarm.gift_id = gift.id and alarm.kind = 'bound' and alarm.resolved_at is null
      )`,
  },
];

export interface CheckedRule {
  readonly rule: string;
  readonly says: string;
  /** How many rows break it. */
  readonly count: number;
  /** Position among all rules, from 1. */
  readonly number: number;
  readonly of: number;
}

/**
 * The rules that are broken, none when all is well. Reads the whole ledger, as of one moment while the newsroom goes on:
 * about a minute for a million gifts on one slow core.
 * @param onRule hears of each rule once it was checked
 */
export async function checkInvariants(
  db: Db | Tx,
  onRule: (checked: CheckedRule) => void = () => {},
): Promise<readonly InvariantBreach[]> {
  if (db.isTransaction) return await checkAll(db, onRule);
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx);
      // Each rule is a few sums or joins over whole tables: in memory where they fit, on disk where they do not.
      await sql`set local work_mem = '64MB'`.execute(tx);
      return await checkAll(tx, onRule);
    });
}

/** Ids that are named per rule. */
const EXAMPLES_MAX = 5;

async function checkAll(
  db: Db | Tx,
  onRule: (checked: CheckedRule) => void,
): Promise<readonly InvariantBreach[]> {
  const found: InvariantBreach[] = [];
  for (const [index, { rule, says, breaches }] of INVARIANTS.entries()) {
    const { rows } = await sql<{ count: number; examples: string[] | null }>`
      with breach as (${breaches})
      select (select count(*) from breach)::int as count,
        (select array_agg(id) from (select id from breach order by id limit ${EXAMPLES_MAX}) first_few) as examples
    `.execute(db);
    const row = rows[0];
    assert(row !== undefined, 'a count has one row');
    const { count } = row;
    const examples = row.examples ?? [];
    assert(count >= 0 && (count === 0) === (examples.length === 0), 'what breaks a rule is named');
    assert(examples.length <= EXAMPLES_MAX, 'a few examples are enough');
    onRule({ rule, says, count, number: index + 1, of: INVARIANTS.length });
    if (count > 0) found.push({ rule, says, count, examples });
  }
  assert(found.length <= INVARIANTS.length, 'each rule is told once');
  return found;
}
