/**
 * The address of the page that a processor opened, where everything is as we left it when we called: many in one
 * statement, like the gifts themselves (`new-gift-store.ts`), because every new gift ends with it.
 *
 * It locks the gift first, like everything else. A gift that somebody else holds at this moment is passed over, so that
 * nobody's page waits for a neighbour's gift and no two statements for each other. Whoever was passed over goes the careful
 * way, alone.
 */
import { sql } from 'kysely';
import { Batcher, type Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { sqlState } from '../transaction.ts';

/** One for each gift that may wait to be written. */
const WAITING_MAX = 2_000;

export interface FirstPage {
  readonly attemptId: string;
  readonly giftId: string;
  readonly objectRef: string | null;
  readonly pageUrl: string;
}

export function createFirstPageBatcher(db: Db): Batcher<FirstPage, boolean> {
  return new Batcher({ waitingMax: WAITING_MAX, write: (batch) => writePages(db, batch) });
}

/** @returns whether it is written; false where something was told about the attempt before, or is being told now */
export async function writeFirstPage(
  context: Pick<GivingContext, 'firstPages'>,
  page: FirstPage,
): Promise<boolean> {
  try {
    return await context.firstPages.add(page);
  } catch (error) {
    // The object is another attempt's already; the careful way keeps our id's word over the reference.
    if (sqlState(error) === '23505') return false;
    throw error;
  }
}

async function writePages(db: Db, batch: readonly FirstPage[]): Promise<readonly boolean[]> {
  // Of two answers about one attempt the first is written; the other finds that something was told before it.
  const first = new Map(batch.toReversed().map((page) => [page.attemptId, page]));
  const pages = [...first.values()];
  const column = <T>(read: (page: FirstPage) => T): readonly T[] => pages.map(read);
  const { rows } = await sql<{ id: string }>`
    with page as (
      select * from unnest(
        ${column(({ attemptId }) => attemptId)}::uuid[],
        ${column(({ giftId }) => giftId)}::uuid[],
        ${column(({ objectRef }) => objectRef)}::text[],
        ${column(({ pageUrl }) => pageUrl)}::text[]
      ) as page (attempt_id, gift_id, object_ref, page_url)
    ), held as (
      select gift.id from gift join page on page.gift_id = gift.id
      where gift.state in ('due', 'collecting')
      for update of gift skip locked
    )
    update attempt set object_ref = page.object_ref, page_url = page.page_url, heard = 'open'
    from page join held on held.id = page.gift_id
    where attempt.id = page.attempt_id and attempt.gift_id = held.id
      and attempt.state = 'sent' and attempt.heard is null and attempt.object_ref is null
    returning attempt.id
  `.execute(db);
  const written = new Set(rows.map(({ id }) => id));
  assert(rows.length === written.size && written.size <= pages.length, 'a page is written once');
  return batch.map((page) => written.has(page.attemptId) && first.get(page.attemptId) === page);
}
