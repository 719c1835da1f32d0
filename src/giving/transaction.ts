/**
 * One transaction, run once more when the database refused it for a reason that a second look resolves: somebody else
 * booked the same charge at this moment (23505), or two of us waited for each other (40P01, 40001).
 */
import type { Db, Tx } from '../database/index.ts';

const WORTH_A_SECOND_LOOK: ReadonlySet<string> = new Set(['23505', '40P01', '40001']);

/** The SQLSTATE of an error of the database, or undefined. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the database refused a value or a row, as opposed to being away: trying the same again would not help. */
export function isAboutARow(error: unknown): boolean {
  return /^(22|23)/.test(sqlState(error) ?? '');
}

export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await db.transaction().execute(work);
  } catch (error) {
    if (!WORTH_A_SECOND_LOOK.has(sqlState(error) ?? '')) throw error;
    return await db.transaction().execute(work);
  }
}
