/**
 * Anonymous counters of what was asked and answered: per newsroom's day, appeal, variant, language, placement and kind.
 *
 * They are added up in memory and written once a minute, so a flood of requests costs the database nothing, and what is
 * unknown (an appeal, a variant, a word that is no kind) is ignored, so memory stays bounded by what the newsroom asks.
 * No id, no address, no user agent, no story: there is nothing to join.
 */
import { sql } from 'kysely';
import { type Clock, Instant, type PlainDate } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import type { NoteAnswer } from './answer.ts';
import { positionsOfSlots, SLOTS } from './assignment.ts';
import type { CountKind, Placement } from './count.ts';

export interface Count {
  readonly appealId: string;
  readonly variantId: string;
  readonly language: string;
  readonly placement: Placement;
  readonly kind: CountKind;
}

/** Requests for one answer on one day, by slot; the last place counts those without. */
interface AskedTally {
  readonly answer: NoteAnswer;
  readonly day: string;
  readonly bySlot: Float64Array;
}

export class AppealCounters {
  readonly #clock: Clock;
  readonly #zone: string;
  #totals = new Map<string, number>();
  #asked = new Map<string, AskedTally>();
  #day = '';
  #dayEndsMs = Number.NEGATIVE_INFINITY;
  #dayStartedMs = Number.POSITIVE_INFINITY;

  constructor(options: { readonly clock: Clock; readonly zone: string }) {
    this.#clock = options.clock;
    this.#zone = options.zone;
  }

  /**
   * Counts one request that was handed an answer: this is the exposure, alike in all variants and before anything is
   * scrolled to. `slot` is `null` where the device has none.
   */
  asked(answer: NoteAnswer, slot: number | null): void {
    const day = this.#today();
    let tally = this.#asked.get(answer.language);
    if (tally === undefined || tally.answer !== answer || tally.day !== day) {
      if (tally !== undefined) this.#fold(tally);
      tally = { answer, day, bySlot: new Float64Array(SLOTS + 1) };
      this.#asked.set(answer.language, tally);
    }
    const place = slot ?? SLOTS;
    tally.bySlot[place] = (tally.bySlot[place] ?? 0) + 1;
  }

  /** Counts one thing that happened; `known` is the answer that must hold the appeal and variant, else it is ignored. */
  count(count: Count, known: NoteAnswer | undefined): void {
    const appeal = known?.appeals.find((candidate) => candidate.id === count.appealId);
    if (!appeal?.variants.some((variant) => variant.id === count.variantId)) return;
    this.#add(this.#today(), count, 1);
  }

  /** Writes what was counted since the last time and forgets it; on failure it is kept for the next time. */
  async flush(db: Db): Promise<void> {
    for (const tally of this.#asked.values()) this.#fold(tally);
    this.#asked.clear();
    const totals = this.#totals;
    this.#totals = new Map();
    if (totals.size === 0) return;
    try {
      await writeTotals(db, totals);
    } catch (error) {
      for (const [key, total] of totals) {
        this.#totals.set(key, (this.#totals.get(key) ?? 0) + total);
      }
      throw error;
    }
  }

  /** Adds the requests of a tally to the totals of every appeal its answer held, by the variant each slot sees. */
  #fold(tally: AskedTally): void {
    const { answer, day } = tally;
    for (const appeal of answer.appeals) {
      const positions = positionsOfSlots(appeal);
      for (const [place, times] of tally.bySlot.entries()) {
        if (times === 0) continue;
        const slot = place === SLOTS ? null : place;
        const position = slot === null ? 0 : (positions[slot] ?? 0);
        const count: Count = {
          appealId: appeal.id,
          variantId: appeal.variants[position]?.id ?? '',
          language: answer.language,
          placement: slot === null ? 'story-no-slot' : 'story',
          kind: 'shown',
        };
        this.#add(day, count, times);
      }
    }
  }

  #add(day: string, count: Count, times: number): void {
    const key = [
      day,
      count.appealId,
      count.variantId,
      count.language,
      count.placement,
      count.kind,
    ].join(' ');
    this.#totals.set(key, (this.#totals.get(key) ?? 0) + times);
  }

  /** The newsroom's day, worked out once a day. */
  #today(): string {
    const nowMs = this.#clock.now().epochMilliseconds;
    if (nowMs < this.#dayStartedMs || nowMs >= this.#dayEndsMs) {
      const now = Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(this.#zone);
      this.#day = now.toPlainDate().toString();
      this.#dayStartedMs = now.startOfDay().epochMilliseconds;
      this.#dayEndsMs = now.startOfDay().add({ days: 1 }).epochMilliseconds;
    }
    return this.#day;
  }
}

/** One statement, rows in one order in every process, so that two flushes wait for each other instead of deadlocking. */
async function writeTotals(db: Db, totals: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
  const column = (at: number) => rows.map(([key]) => key.split(' ')[at] ?? '');
  await sql`
    insert into appeal_counts (day, appeal_id, variant_id, language, placement, kind, total)
    select * from unnest(
      ${column(0)}::date[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::text[],
      ${column(4)}::text[], ${column(5)}::text[], ${rows.map(([, total]) => String(total))}::bigint[]
    )
    on conflict (day, appeal_id, variant_id, language, placement, kind)
    do update set total = appeal_counts.total + excluded.total
  `.execute(db);
}

export interface AppealCountsRow {
  readonly appealId: string;
  readonly variantId: string;
  readonly placement: Placement;
  readonly counts: Readonly<Record<CountKind, bigint>>;
}

/** What was asked and answered per appeal, variant and placement, over the newsroom's days `from` to `to`, both included. */
export async function countsPerAppeal(
  db: Db,
  range: { readonly from: PlainDate; readonly to: PlainDate },
): Promise<AppealCountsRow[]> {
  const rows = await db
    .selectFrom('appeal_counts')
    .select(['appeal_id', 'variant_id', 'placement', 'kind'])
    .select((select) => select.fn.sum<string>('total').as('total'))
    .where('day', '>=', range.from)
    .where('day', '<=', range.to)
    .groupBy(['appeal_id', 'variant_id', 'placement', 'kind'])
    .orderBy('appeal_id')
    .orderBy('variant_id')
    .orderBy('placement')
    .execute();
  const found = new Map<string, AppealCountsRow & { counts: Record<CountKind, bigint> }>();
  for (const row of rows) {
    const key = `${row.appeal_id} ${row.variant_id} ${row.placement}`;
    const entry = found.get(key) ?? {
      appealId: row.appeal_id,
      variantId: row.variant_id,
      placement: row.placement,
      counts: { shown: 0n, opened: 0n, closed: 0n, postponed: 0n, followed: 0n },
    };
    entry.counts[row.kind] = BigInt(row.total);
    found.set(key, entry);
  }
  return [...found.values()];
}
