/**
 * Mandates that a payment company handed on to another (an export of cards between the two, never through us): the same
 * right to charge under new references. Each becomes a new row, the old one dies, and every pledge that hung on it keeps
 * its periods: (pledge, n) is one row, so whichever company charges it, it is charged once. No transfer of the past
 * changes. Doing it again changes nothing.
 */
import { sql } from 'kysely';
import { dayIn, Instant, PlainDate } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import { assert } from '../../problems/index.ts';
import type { GivingContext } from '../context.ts';
import { lockGift, scheduleGift } from '../gift-store.ts';
import { datesOf, lockPledge } from '../pledges/pledge-store.ts';
import { collectAt } from '../renewals/renewal.ts';
import { inTransaction } from '../transaction.ts';
import { takesNewGifts } from './account-status.ts';

export interface MandateHandedOn {
  readonly from: {
    readonly accountId: string;
    readonly customerRef: string;
    readonly methodRef: string;
  };
  readonly to: {
    readonly accountId: string;
    readonly customerRef: string;
    readonly methodRef: string;
    readonly methodFingerprint: string | null;
  };
}

export type HandingOn =
  | 'moved'
  /** The new references stand already. */
  | 'already'
  /** No mandate of ours has the old references. */
  | 'unknown'
  /** It is dead: stopped, forgotten, or replaced by its supporter since. */
  | 'dead'
  /** A charge on it is under way; once that is answered it can be moved. */
  | 'in-flight'
  /** No such account, or one that takes nothing new. */
  | 'account';

/** What it needs of the core: no processor is asked, so it runs beside the processes that charge. */
export type HandingContext = Pick<GivingContext, 'db' | 'clock' | 'random'> & {
  readonly settings: Pick<GivingContext['settings'], 'zone'>;
};

/** Moves one, or says what would be done. */
export async function importMandate(
  context: HandingContext,
  handed: MandateHandedOn,
  options: { readonly rehearse: boolean },
): Promise<HandingOn> {
  return await inTransaction(context.db, (tx) =>
    moveMandate(tx, context, handed, {
      ...options,
      newId: context.random.uuid(),
      now: context.clock.now(),
    }),
  );
}

async function moveMandate(
  tx: Tx,
  context: HandingContext,
  { from, to }: MandateHandedOn,
  how: { readonly rehearse: boolean; readonly newId: string; readonly now: Instant },
): Promise<HandingOn> {
  if (from.accountId === to.accountId) return 'account';
  const account = await tx
    .selectFrom('processor_account')
    .select('status')
    .where('id', '=', to.accountId)
    .executeTakeFirst();
  if (account === undefined || !takesNewGifts(account.status)) return 'account';
  // Gifts are locked before anything else: a charge that is being planned on the old mandate comes before or after.
  await sql`
    select gift.id from gift join pledge on pledge.id = gift.pledge_id
    join mandate on mandate.id = pledge.mandate_id
    where mandate.processor_account_id = ${from.accountId} and mandate.customer_ref = ${from.customerRef}
      and mandate.method_ref = ${from.methodRef} and gift.state in ('due', 'collecting')
    order by gift.id for update of gift
  `.execute(tx);
  const { rows: olds } = await sql<{ id: string; supporter: string | null; state: string }>`
    select id, supporter_id as supporter, state from mandate
    where processor_account_id = ${from.accountId} and customer_ref = ${from.customerRef}
      and method_ref = ${from.methodRef}
    order by created_at desc, id desc for update
  `.execute(tx);
  const old = olds.find(({ state }) => state !== 'dead');
  if (old === undefined) {
    const isThere = await findStanding(tx, to);
    if (isThere !== undefined) return 'already';
    return olds.length === 0 ? 'unknown' : 'dead';
  }
  const { rows: live } = await sql<{ id: string }>`
    select id from attempt
    where mandate_id = ${old.id} and state in ('planned', 'sent', 'unknown', 'needs_action') limit 1
  `.execute(tx);
  if (live.length > 0) return 'in-flight';
  if (how.rehearse) return 'moved';
  const newId = (await findStanding(tx, to)) ?? (await insertMandate(tx, { to, old, how }));
  await tx
    .updateTable('pledge')
    .set({ mandate_id: newId })
    .where('mandate_id', '=', old.id)
    .execute();
  await tx.updateTable('mandate').set({ state: 'dead' }).where('id', '=', old.id).execute();
  assert(newId !== old.id, 'one right to charge takes the place of another');
  await collectWhatWaits(tx, context, newId);
  return 'moved';
}

/** The mandate that stands under the new references already: two old ones may have become one. */
async function findStanding(tx: Tx, to: MandateHandedOn['to']): Promise<string | undefined> {
  const row = await tx
    .selectFrom('mandate')
    .select('id')
    .where('processor_account_id', '=', to.accountId)
    .where('customer_ref', '=', to.customerRef)
    .where('method_ref', '=', to.methodRef)
    .where('state', '<>', 'dead')
    .executeTakeFirst();
  return row?.id;
}

async function insertMandate(
  tx: Tx,
  made: {
    readonly to: MandateHandedOn['to'];
    readonly old: { readonly supporter: string | null };
    readonly how: { readonly newId: string; readonly now: Instant };
  },
): Promise<string> {
  const { to, old, how } = made;
  await tx
    .insertInto('mandate')
    .values({
      id: how.newId,
      supporter_id: old.supporter,
      processor_account_id: to.accountId,
      customer_ref: to.customerRef,
      method_ref: to.methodRef,
      method_fingerprint: to.methodFingerprint,
      state: 'usable',
      created_at: how.now,
    })
    .execute();
  return how.newId;
}

/** Gifts that waited for their supporter, because their account was dropped, are collected at their pledge's next minute. */
async function collectWhatWaits(tx: Tx, context: HandingContext, mandateId: string): Promise<void> {
  const now = context.clock.now();
  const { rows } = await sql<{ gift: string; pledge: string }>`
    select gift.id as gift, pledge.id as pledge from gift join pledge on pledge.id = gift.pledge_id
    where pledge.mandate_id = ${mandateId} and gift.state = 'collecting' and gift.period_n >= 1
      and gift.next_at is not null
    order by gift.id
  `.execute(tx);
  for (const row of rows) {
    const gift = await lockGift(tx, row.gift);
    const pledge = await lockPledge(tx, row.pledge);
    assert(gift?.dueDate != null, 'a renewal that waits has a day');
    const dates = datesOf(pledge, context.settings.zone);
    const today = dayIn(now, dates.zone);
    const at = collectAt(dates, PlainDate.compare(gift.dueDate, today) > 0 ? gift.dueDate : today);
    const next = Instant.compare(at, now) > 0 ? at : collectAt(dates, today.add({ days: 1 }));
    assert(Instant.compare(next, now) > 0, 'what waits is collected later, not at once');
    await scheduleGift(tx, gift, next);
  }
}
