/**
 * What the desk decides about listed countries, kept for ever, and the list that follows from it, in each process.
 *
 * A process looks again with every turn of its workers, every two seconds, so a country that was added at one desk is
 * listed everywhere within five. Decisions are taken one after the other under one lock: what is judged is what stands.
 */
import { type Selectable, sql } from 'kysely';
import type { Clock } from '../../calendar/index.ts';
import type { Database, Db, Tx } from '../../database/index.ts';
import { SHIPPED_LISTED_COUNTRIES } from '../listed-countries.ts';
import {
  type ConfirmAnswer,
  type FileRow,
  judgeConfirm,
  judgeWish,
  type ListingAct,
  type ListingInput,
  listedNow,
  type Standing,
  standingOf,
  standings,
  type WishAnswer,
} from './listing.ts';

/** Any constant will do, as long as nothing else of ours locks the same number. */
const LISTING_LOCK = 727_010_023;

interface Act {
  /** Made with the form: sent twice it acts once. */
  readonly actId: string;
  readonly country: string;
  readonly by: string;
  readonly reason: string;
}

export class Listing {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #file: readonly FileRow[];
  #acts: readonly ListingAct[] = [];
  #codes: readonly string[];
  #set: ReadonlySet<string>;

  constructor(options: {
    readonly db: Db;
    readonly clock: Clock;
    readonly file: readonly FileRow[];
  }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#file = options.file;
    this.#codes = listedNow(this.#input());
    this.#set = new Set(this.#codes);
  }

  /** Codes of the listed countries, as of the last look. */
  codes(): readonly string[] {
    return this.#codes;
  }

  /** The same, to ask whether one is in it. */
  set(): ReadonlySet<string> {
    return this.#set;
  }

  standings(): readonly Standing[] {
    return standings(this.#input());
  }

  /** Reads what was decided. Throws when the database cannot be reached; the list stays as it was then. */
  async look(): Promise<void> {
    this.#take(await readActs(this.#db));
  }

  /** One person; in force at once here, and with their next look in other processes. */
  async add(act: Act & { readonly source: string }): Promise<'done'> {
    return await this.#decide<'done'>(async (tx) => {
      await this.#write(tx, { ...act, kind: 'add' });
      return 'done';
    });
  }

  /** @param act.days how long; null: until it is added again, which a shipped country is not allowed */
  async askRemoval(act: Act & { readonly days: number | null }): Promise<WishAnswer> {
    return await this.#decide(async (tx) => {
      const answer = judgeWish(await this.#standing(tx, act.country), act.days);
      if (answer !== 'ok') return answer;
      const { days } = act;
      const endsAt = days === null ? null : this.#clock.now().add({ hours: 24 * days });
      await this.#write(tx, { ...act, kind: 'ask-removal', endsAt });
      return 'ok';
    });
  }

  /** Another one than who wished for it, in time. Reason and end are the wish's. */
  async confirmRemoval(
    act: Omit<Act, 'reason'> & { readonly askedIn: string },
  ): Promise<ConfirmAnswer> {
    return await this.#decide(async (tx) => {
      const standing = await this.#standing(tx, act.country);
      const answer = judgeConfirm(standing, act);
      const { wish } = standing;
      if (answer !== 'ok' || wish === null) return answer;
      const { reason, endsAt } = wish;
      await this.#write(tx, { ...act, kind: 'confirm-removal', reason, endsAt });
      return 'ok';
    });
  }

  async #decide<Answer>(decide: (tx: Tx) => Promise<Answer>): Promise<Answer> {
    const answer = await this.#db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${LISTING_LOCK})`.execute(tx);
      return await decide(tx);
    });
    await this.look();
    return answer;
  }

  async #standing(tx: Tx, country: string): Promise<Standing> {
    return standingOf({ ...this.#input(), acts: await readActs(tx) }, country);
  }

  async #write(
    tx: Tx,
    act: Act &
      Pick<ListingAct, 'kind'> &
      Partial<Pick<ListingAct, 'source' | 'endsAt' | 'askedIn'>>,
  ): Promise<void> {
    await tx
      .insertInto('listing_act')
      .values({
        id: act.actId,
        country: act.country,
        kind: act.kind,
        decided_by: act.by,
        reason: act.reason,
        source: act.source ?? null,
        ends_at: act.endsAt ?? null,
        asked_in: act.askedIn ?? null,
        at: this.#clock.now(),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  #take(acts: readonly ListingAct[]): void {
    this.#acts = acts;
    const codes = listedNow(this.#input());
    if (codes.join() === this.#codes.join()) return;
    this.#codes = codes;
    this.#set = new Set(codes);
  }

  #input(): ListingInput {
    return {
      shipped: SHIPPED_LISTED_COUNTRIES,
      file: this.#file,
      acts: this.#acts,
      now: this.#clock.now(),
    };
  }
}

async function readActs(db: Db | Tx): Promise<readonly ListingAct[]> {
  const rows = await db.selectFrom('listing_act').selectAll().orderBy('seq').execute();
  return rows.map(actOf);
}

function actOf(row: Selectable<Database['listing_act']>): ListingAct {
  return {
    id: row.id,
    country: row.country,
    kind: row.kind,
    by: row.decided_by,
    reason: row.reason,
    source: row.source,
    endsAt: row.ends_at,
    askedIn: row.asked_in,
    at: row.at,
  };
}
