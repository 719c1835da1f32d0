/**
 * Opening a processor's page for an attempt, in three steps with no lock held between them: take it for sending, call,
 * write the page's address. Taking and writing are one statement each, which locks the gift first, like everything else;
 * addresses that come at the same time are written together (`first-page-store.ts`).
 */
import { sql } from 'kysely';
import type { Instant } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { readAttempt } from '../gift-store.ts';
import type { Processor } from '../processor.ts';
import type { Attempt } from '../rows.ts';
import { applyInput } from '../settling/apply-input.ts';
import { inTransaction } from '../transaction.ts';
import { writeFirstPage } from './first-page-store.ts';
import type { HostedOrder } from './hosted-order.ts';

export type PageAttempt = Pick<Attempt, 'id' | 'giftId' | 'accountId' | 'state'>;

export type OpenAnswer =
  | { readonly kind: 'open'; readonly pageUrl: string }
  /** The processor calls the order invalid. */
  | { readonly kind: 'refused' }
  /** We did not hear; perhaps another call of ours has the page by now. */
  | { readonly kind: 'not-heard' }
  /** The rows changed meanwhile: somebody else sends it, it was paid, stopped or closed. */
  | { readonly kind: 'look-again' };

export async function openPage(
  context: GivingContext,
  opening: {
    readonly attempt: PageAttempt;
    readonly processor: Processor;
    readonly built: HostedOrder;
  },
): Promise<OpenAnswer> {
  const { attempt, processor, built } = opening;
  assert(built.order.idempotencyKey === attempt.id, 'the key of an order is its attempt');
  assert(
    processor.accountId === attempt.accountId,
    'an order goes to the account it was planned for',
  );
  if (attempt.state === 'planned') {
    const taken = await takePage(context.db, attempt, context.clock.now());
    if (!taken) return { kind: 'look-again' };
  }
  const answer = await processor.openHostedPayment(built.order);
  switch (answer.kind) {
    case 'opened':
    case 'opened-here': {
      const { pageUrl } = answer;
      const objectRef = answer.kind === 'opened' ? answer.objectRef : null;
      assert(objectRef !== '', 'what a processor opens has a reference');
      assert(/^https?:/.test(pageUrl), 'a page has a web address');
      const written = await writePage(context, attempt, { objectRef, pageUrl });
      return written ? { kind: 'open', pageUrl } : { kind: 'look-again' };
    }
    case 'refused':
      await inTransaction(context.db, (tx) =>
        applyInput(tx, context, {
          attemptId: attempt.id,
          input: { kind: 'order-refused', code: answer.code },
        }),
      );
      return { kind: 'refused' };
    case 'unknown':
      await inTransaction(context.db, (tx) =>
        applyInput(tx, context, { attemptId: attempt.id, input: { kind: 'answer-not-heard' } }),
      );
      return { kind: 'not-heard' };
  }
}

/**
 * Takes a planned attempt whose supporter is here. Of any number of callers one gets it. A pledge that was stopped gave up
 * its gift under the same lock, so the gift's state alone decides.
 */
async function takePage(db: Db, attempt: PageAttempt, now: Instant): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with held as (
      select id from gift
      where id = ${attempt.giftId} and state in ('due', 'collecting')
        and exists (
          select from processor_account where id = ${attempt.accountId} and status = 'active'
        )
      for update
    )
    update attempt set state = 'sent', first_sent_at = ${now}
    from held
    where attempt.id = ${attempt.id} and attempt.gift_id = held.id and attempt.state = 'planned'
    returning attempt.id
  `.execute(db);
  assert(rows.length <= 1, 'an attempt is one row');
  return rows.length === 1;
}

/** Stores the page of an attempt. @returns whether the supporter should go there */
async function writePage(
  context: GivingContext,
  attempt: PageAttempt,
  page: { readonly objectRef: string | null; readonly pageUrl: string },
): Promise<boolean> {
  const { id: attemptId, giftId } = attempt;
  if (await writeFirstPage(context, { attemptId, giftId, ...page })) return true;
  // Something was told about it before this answer came: the careful way, by the rules of the attempt.
  await inTransaction(context.db, (tx) =>
    applyInput(tx, context, {
      attemptId: attempt.id,
      accountId: attempt.accountId,
      ...page,
      input: { kind: 'evidence', evidence: { state: 'open' } },
    }),
  );
  const now = await readAttempt(context.db, attempt.id);
  return now !== undefined && now.pageUrl !== null;
}
