/** Accounts of which nobody tells everything any more: what happens there stays unknown to the ledger, and rightly so. */
import type { World } from '../world.ts';

/** Those that dropped the newsroom, and those that it gave up itself. */
export async function untoldAccounts(world: World): Promise<ReadonlySet<string>> {
  const given = await world.db
    .selectFrom('processor_account')
    .select('id')
    .where('status', '=', 'dropped')
    .execute();
  const dropped = world.banks.filter(({ hasDroppedUs }) => hasDroppedUs);
  return new Set([...given.map(({ id }) => id), ...dropped.map(({ habits }) => habits.accountId)]);
}
