/**
 * The ledger never changes: whoever looks notes how far it goes and a hash of everything up to there, and at the end every
 * such beginning must still have that hash. The same look before an account moves shows that moving it changed no past.
 */
import { sql } from 'kysely';
import type { Db } from '../core.ts';
import type { World } from '../world.ts';
import type { Breach } from './verdict.ts';

export interface LedgerMark {
  readonly why: 'somebody looks' | 'an account moves' | 'mandates move';
  readonly throughId: bigint;
  readonly hash: string;
}

/** Notes how the ledger looks now. */
export async function markLedger(world: World, why: LedgerMark['why']): Promise<void> {
  const { rows } = await sql<{ through: bigint; hash: string }>`
    select coalesce(max(t.id), 0) as through, md5(coalesce(string_agg(t::text, ';' order by t.id), '')) as hash
    from ledger_transfer t
  `.execute(world.db);
  const { through = 0n, hash = '' } = rows[0] ?? {};
  world.witness.marks.push({ why, throughId: through, hash });
}

/** Of every column of every posting up to one of them. */
export async function hashUpTo(db: Db, throughId: bigint): Promise<string> {
  const { rows } = await sql<{ hash: string }>`
    select md5(coalesce(string_agg(t::text, ';' order by t.id), '')) as hash
    from ledger_transfer t where t.id <= ${throughId}::bigint
  `.execute(db);
  return rows[0]?.hash ?? '';
}

export async function ledgerNeverChanged(world: World): Promise<readonly Breach[]> {
  const found: Breach[] = [];
  const hashes = new Map<bigint, string>();
  for (const { why, throughId, hash } of world.witness.marks) {
    const is = hashes.get(throughId) ?? (await hashUpTo(world.db, throughId));
    hashes.set(throughId, is);
    if (is === hash) continue;
    const says = `the ledger up to ${throughId} is not what it was when ${why}`;
    found.push({ rule: why === 'somebody looks' ? 'I9' : 'I16', says });
  }
  return found;
}
