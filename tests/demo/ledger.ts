/**
 * The newsroom's rows as the database has them, for tests that must know whether a gift is there once: its gifts, its
 * ledger, and whether both agree with the books that the bank keeps for itself.
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Db, openDatabase } from '../../src/database/index.ts';
import { checkInvariants } from '../../src/giving/index.ts';
import type { BankView } from './bank.ts';
import { linesOfBank, linesOfLedger, openPayouts } from './bank-books.ts';
import type { DemoPlace } from './demo-process.ts';

export interface Booked {
  readonly giftId: string;
  readonly periodN: number | null;
  readonly amountMinor: string;
  readonly currency: string;
  readonly chargeRef: string;
  /** Ledger transfers that say "received" of this gift. */
  readonly received: number;
}

export interface Ledger {
  /** Settled gifts, each with its charge and its postings. */
  settled(): Promise<readonly Booked[]>;
  /** How many rows of gifts there are in a state, or in all. */
  giftCount(state?: string): Promise<number>;
  /** Moves the demo's clock on, as if the newsroom had been down for so long. Only while it is down. */
  passTime(minutes: number): Promise<void>;
  /** Everything in every table, as text. */
  dump(): Promise<string>;
  /**
   * Waits until the newsroom's books and the bank's say the same, gift by gift and account by account, with fees, what is
   * available, payouts, refunds and disputes; then fails if they do not, or an invariant is broken.
   */
  agreesWith(bank: BankView): Promise<readonly Booked[]>;
  close(): Promise<void>;
}

/** Longer than a worker's pause when idle, several times over. */
const PATIENCE_MS = 20_000;
/** A second posting would come from work that is under way already. */
const SECOND_LOOK_MS = 250;
/** Between two times the newsroom is asked to read the bank's listing of money at once. */
const LISTING_PAUSE_MS = 500;

export function openLedger(place: DemoPlace): Ledger {
  const { db, close } = openDatabase({ url: place.databaseUrl, poolSize: 1 });
  const settled = async (): Promise<readonly Booked[]> => {
    const { rows } = await sql<Booked>`
      select gift.id as "giftId", gift.period_n as "periodN", gift.amount_minor::text as "amountMinor",
        gift.currency, attempt.charge_ref as "chargeRef",
        (select count(*)::int from ledger_transfer where gift_id = gift.id and code = 10) as received
      from gift join attempt on attempt.gift_id = gift.id and attempt.state = 'succeeded'
      where gift.state = 'settled' order by gift.created_at
    `.execute(db);
    return rows;
  };
  return {
    settled,
    async giftCount(state) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from gift where ${state ?? null}::text is null or state = ${state ?? null}
      `.execute(db);
      return rows[0]?.count ?? 0;
    },
    async passTime(minutes) {
      await sql`update demo_state set clock_offset_ms = clock_offset_ms + ${minutes * 60_000}`.execute(
        db,
      );
    },
    async dump() {
      const { rows: tables } = await sql<{ name: string }>`
        select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
      `.execute(db);
      assert.ok(tables.length > 10, 'the dump sees the tables');
      const texts: string[] = [];
      for (const { name } of tables) {
        const { rows } = await sql<{ row: string }>`
          select t::text as row from ${sql.raw(name)} t
        `.execute(db);
        texts.push(`${name}\n${rows.map(({ row }) => withDecodedBytes(row)).join('\n')}`);
      }
      return texts.join('\n');
    },
    async agreesWith(bank) {
      const until = performance.now() + PATIENCE_MS;
      while (performance.now() < until) {
        if ((await settled()).length >= (await bank.charges()).length) break;
        await wait(100);
      }
      await wait(SECOND_LOOK_MS);
      const booked = await settled();
      const figures = (charge: { id: string; amount: string; currency: string }) =>
        `${charge.id} ${charge.amount} ${charge.currency}`;
      assert.deepEqual(
        booked
          .map((gift) =>
            figures({ id: gift.chargeRef, amount: gift.amountMinor, currency: gift.currency }),
          )
          .sort(),
        (await bank.charges()).map(figures).sort(),
        'the newsroom’s books and the bank’s are the same',
      );
      assert.deepEqual(
        booked.filter((gift) => gift.received !== 1),
        [],
        'every gift is booked as received once',
      );
      await sameAccounts(db, bank);
      assert.deepEqual(await checkInvariants(db), [], 'every invariant holds');
      return booked;
    },
    close,
  };
}

/** Every account of the processor, once the newsroom has read the listing of money to its end. */
async function sameAccounts(db: Db, bank: BankView): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  const say = async () => [await linesOfLedger(db), linesOfBank(await bank.balance())] as const;
  let [ours, theirs] = await say();
  while (String(ours) !== String(theirs) && performance.now() < until) {
    // The listing is read every quarter of an hour; where the bank's messages were lost on purpose, nobody waits for that.
    await sql`update processor_account set money_at = '-infinity'`.execute(db);
    await wait(LISTING_PAUSE_MS);
    [ours, theirs] = await say();
  }
  assert.deepEqual(ours, theirs, 'each account of the ledger is what the bank’s balance says');
  assert.deepEqual(await openPayouts(db), [], 'every payout is the sum of its lines');
}

/** Bytes are written as hexadecimal; what hides in them must be found too. */
function withDecodedBytes(row: string): string {
  return row.replace(/\\\\?x((?:[0-9a-f]{2})+)/g, (whole, hex: string) => {
    return `${whole} ${Buffer.from(hex, 'hex').toString('latin1')}`;
  });
}
