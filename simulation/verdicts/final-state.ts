/** A hash of all that a seed ended with: two lives of one seed must agree in it. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../core.ts';

const TABLES = [
  'supporter',
  'money_fact',
  'money_act',
  'refund_order',
  'pledge_change',
  'alarm_act',
  'account_act',
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
