/**
 * The address of the page that a processor opened, where everything is as we left it when we called: many in one
 * statement, like the gifts themselves (`new-gift-store.ts`), because every new gift ends with it.
 *
 * It locks the gift first, like everything else. A gift that somebody else holds at this moment is passed over, so that
 * nobody's page waits for a neighbour's gift and no two statements for each other. Whoever was passed over goes the careful
 * way, alone.
 *
 * Each gift and attempt is looked for and held by itself, and judged afterwards, so that the server walks the indexes
 * whatever it knows of the tables: as one join, planned in a database's first minute when they were empty, it read them
 * whole for every batch.
 */
import { sql } from 'kysely';
import { Batcher, type Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { sqlState } from '../transaction.ts';

/** As for the gifts: a batch costs 0.5 ms of a core and each page in it 0.03. */
const SECOND_FROM = 64;
/** One for each gift that may wait to be written. */
const WAITING_MAX = 2_000;

export interface FirstPage {
  readonly attemptId: string;
  readonly giftId: string;
  readonly objectRef: string | null;
  readonly pageUrl: string;
}

export function createFirstPageBatcher(db: Db): Batcher<FirstPage, boolean> {
  return new Batcher({
    secondFrom: SECOND_FROM,
    waitingMax: WAITING_MAX,
    write: (batch) => writePages(db, batch),
  });
}

/** @returns whether it is written; false where something was told about the attempt before, or is being told now */
export async function writeFirstPage(
  context: Pick<GivingContext, 'firstPages'>,
  page: FirstPage,
): Promise<boolean> {
  assert(page.pageUrl !== '', 'a page that was opened has an address');
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
  const { rows } = await sql<{ id: string }>`
    with page as (
      select * from json_to_recordset(${JSON.stringify(pages.map(recordOf))}::json)
        as page (attempt_id uuid, gift_id uuid, object_ref text, page_url text)
    ), held as (
      select page.*, gift.state as gift_state, sent.state, sent.heard, sent.object_ref as known_ref
      from page,
        lateral (select state from gift where gift.id = page.gift_id for update skip locked) gift,
        lateral (
          select state, heard, object_ref from attempt
          where attempt.id = page.attempt_id and attempt.gift_id = page.gift_id
          for update
        ) sent
    )
    update attempt set object_ref = held.object_ref, page_url = held.page_url, heard = 'open'
    from held
    where attempt.id = held.attempt_id
      and held.gift_state in ('due', 'collecting')
      and held.state = 'sent' and held.heard is null and held.known_ref is null
    returning attempt.id
  `.execute(db);
  const written = new Set(rows.map(({ id }) => id));
  assert(rows.length === written.size && written.size <= pages.length, 'a page is written once');
  return batch.map((page) => written.has(page.attemptId) && first.get(page.attemptId) === page);
}

/** As the statement reads it; one parameter for a batch, for the same reason as with gifts. */
function recordOf(page: FirstPage): Readonly<Record<string, string | null>> {
  return {
    attempt_id: page.attemptId,
    gift_id: page.giftId,
    object_ref: page.objectRef,
    page_url: page.pageUrl,
  };
}
