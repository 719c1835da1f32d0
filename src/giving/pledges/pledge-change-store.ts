/**
 * What a supporter agreed to, kept for ever: the terms from a period on, the sentence that stood on the page when they
 * confirmed, and when. In a dispute this shows that a charge was consented to; it names nobody, because the pledge's id is
 * in the processor's own record of the charge and the pledge leads to no person once they are forgotten.
 */
import type { Instant, PlainDate } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import type { Money } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { Agreed, PledgeUnit } from '../giving.ts';
import { moneyOf } from '../rows.ts';
import type { Terms } from './terms.ts';

export type AgreedKind = 'begun' | 'amount' | 'collection' | 'interval' | 'day';

export interface AgreedTerms {
  readonly kind: AgreedKind;
  readonly at: Instant;
  /** The first period and day it holds for. */
  readonly fromN: number;
  readonly fromDate: PlainDate;
  readonly money: Money;
  readonly unit: PledgeUnit;
  readonly collectEveryMonths: number;
  /** As it stood on the page; `null` where a program changed it that showed none. */
  readonly shown: string | null;
  readonly language: string | null;
}

export const SHOWN_LENGTH_MAX = 1000;

/** Whether these words can be kept as what was agreed to. */
export function isAgreed(agreed: Agreed): boolean {
  const { shown, language } = agreed;
  return (
    shown.length >= 1 && shown.length <= SHOWN_LENGTH_MAX && /^[A-Za-z-]{2,35}$/.test(language)
  );
}

export async function recordChange(
  tx: Tx,
  change: {
    readonly pledgeId: string;
    readonly version: number;
    readonly kind: AgreedKind;
    readonly terms: Terms;
    readonly fromDate: PlainDate;
    readonly agreed: Agreed | undefined;
    readonly now: Instant;
  },
): Promise<void> {
  const { terms, agreed } = change;
  assert(
    change.version >= 1 && terms.termsFromN >= terms.anchorN,
    'terms hold from their anchor on',
  );
  assert(agreed === undefined || isAgreed(agreed), 'what was agreed to can be shown again');
  await tx
    .insertInto('pledge_change')
    .values({
      pledge_id: change.pledgeId,
      version: change.version,
      kind: change.kind,
      from_n: terms.termsFromN,
      from_date: change.fromDate,
      amount_minor: terms.money.minor,
      currency: terms.money.currency,
      unit: terms.unit,
      collect_every_months: terms.collectEveryMonths,
      anchor_date: terms.anchor,
      anchor_n: terms.anchorN,
      shown: agreed?.shown ?? null,
      language: agreed?.language ?? null,
      at: change.now,
    })
    .execute();
}

/** Oldest first. */
export async function readHistory(db: Db | Tx, pledgeId: string): Promise<readonly AgreedTerms[]> {
  const rows = await db
    .selectFrom('pledge_change')
    .selectAll()
    .where('pledge_id', '=', pledgeId)
    .orderBy('version')
    .execute();
  return rows.map((row) => ({
    kind: row.kind,
    at: row.at,
    fromN: row.from_n,
    fromDate: row.from_date,
    money: moneyOf(row.amount_minor, row.currency),
    unit: row.unit,
    collectEveryMonths: row.collect_every_months,
    shown: row.shown,
    language: row.language,
  }));
}

/**
 * From which day the days of a period are counted: that of the terms that held for it, or the pledge's first day. Never the
 * day of a gift itself, which a shorter month may have cut down: from there the 31st would become the 28th for good.
 */
export async function readAnchorOf(
  tx: Tx,
  pledgeId: string,
  n: number,
): Promise<Pick<Terms, 'anchor' | 'anchorN'>> {
  const changed = await tx
    .selectFrom('pledge_change')
    .select(['anchor_date', 'anchor_n'])
    .where('pledge_id', '=', pledgeId)
    .where('from_n', '<=', n)
    .orderBy('version', 'desc')
    .executeTakeFirst();
  if (changed !== undefined) return { anchor: changed.anchor_date, anchorN: changed.anchor_n };
  const first = await tx
    .selectFrom('gift')
    .select('due_date')
    .where('pledge_id', '=', pledgeId)
    .where('period_n', '=', 0)
    .executeTakeFirst();
  assert(first?.due_date != null, 'a pledge begins with a gift, on a day');
  return { anchor: first.due_date, anchorN: 0 };
}
