/**
 * What happened to money since a cursor. Three lists are walked side by side, each from where it stopped:
 *
 * - `lines`: the balance, for what is true the moment a line is there: fees, refunds, disputes, payouts;
 * - `freed`: the same lines, days later, for what is true only then (`freed-lines.ts`);
 * - `closed`: the events that a dispute was closed, because that one is lost stands in no line (`lost-disputes.ts`).
 */
import { z } from 'zod';
import type { MoneyFact, MoneyListing, Unknown } from '../../giving/processor.ts';
import { type StripeApi, UNEXPECTED, UNREADABLE } from './api.ts';
import { factsOf } from './balance-lines.ts';
import { readFreed } from './freed-lines.ts';
import { walkLines } from './line-lists.ts';
import { walkLost } from './lost-disputes.ts';
import { BEGINNING, type Told, type WalkCursor, walkCursor } from './walk.ts';
import { type BalanceLineAnswer, objectId } from './wire.ts';

const moneyCursor = z.object({
  lines: walkCursor,
  freed: objectId.nullable(),
  closed: walkCursor,
});
type MoneyCursor = z.infer<typeof moneyCursor>;

const START: MoneyCursor = { lines: BEGINNING, freed: null, closed: BEGINNING };

/** A page of each list. */
export async function listMoneySince(
  api: StripeApi,
  cursor: string | null,
): Promise<MoneyListing | Unknown> {
  const from = cursor === null ? START : readCursor(cursor);
  if (from === null) return UNEXPECTED;
  const lines = await readLines(api, from.lines);
  if (lines.kind === 'unknown') return lines;
  const freed = await readFreed(api, from.freed);
  if (freed.kind === 'unknown') return freed;
  const closed = await walkLost(api, from.closed);
  if (closed.kind === 'unknown') return closed;
  const next: MoneyCursor = { lines: lines.cursor, freed: freed.at, closed: closed.cursor };
  return {
    facts: [...lines.facts, ...closed.facts, ...freed.facts],
    cursor: JSON.stringify(next),
    more: lines.more || freed.more || closed.more,
  };
}

function readCursor(text: string): MoneyCursor | null {
  try {
    const read = moneyCursor.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

async function readLines(api: StripeApi, from: WalkCursor): Promise<Told> {
  const read = await walkLines(api, from);
  if (read.kind === 'unknown') return read;
  const facts = allFacts(read.items);
  if (facts === null) return UNREADABLE;
  return { kind: 'told', facts, cursor: read.cursor, more: read.more };
}

/** What cannot be read is not passed over, so `null` when one line cannot. */
export function allFacts(lines: readonly BalanceLineAnswer[]): readonly MoneyFact[] | null {
  const facts: MoneyFact[] = [];
  for (const line of lines) {
    const told = factsOf(line);
    if (told === null) return null;
    facts.push(...told);
  }
  return facts;
}
