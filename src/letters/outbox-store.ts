/**
 * The outbox: letters that must leave, written in the same transaction as the thing they tell about.
 */
import type { Instant } from '../calendar/index.ts';
import type { Tx } from '../database/index.ts';

export type LetterKind = 'receipt' | 'pledge-notice' | 'reminder';

/**
 * Writes one letter into the outbox; the same `dedupeKey` again changes nothing.
 * @returns whether this call was the one that wrote it
 */
export async function enqueueLetter(
  tx: Tx,
  letter: {
    readonly dedupeKey: string;
    readonly kind: LetterKind;
    /** Id of the gift or pledge; never an address or a name. */
    readonly ref: string;
    readonly at: Instant;
  },
): Promise<boolean> {
  const result = await tx
    .insertInto('outbox')
    .values({
      dedupe_key: letter.dedupeKey,
      kind: letter.kind,
      ref: letter.ref,
      next_at: letter.at,
      created_at: letter.at,
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
