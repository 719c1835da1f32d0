/** `tuppence check` on the books of a million gifts: every rule, while the newsroom goes on. */
import { sql } from 'kysely';
import { type Db, openDatabase } from '../../src/database/index.ts';
import { migrate } from '../../src/database/migrate.ts';
import { checkInvariants } from '../../src/giving/index.ts';
import { startDurableServer } from '../durable-server.ts';
import type { Figure, Measure } from '../figure.ts';
import { realClock } from '../real-world.ts';
import { halfSpread, median } from '../statistics.ts';
import { fillBooks } from './fill.ts';

const MILLION = 1_000_000;
const ROUNDS = 3;
/** `money.md` allows a minute for two of the rules over ten times as many gifts. */
const CHECK_LIMIT_MS = 60_000;

export const checking: Measure = {
  name: 'check',
  about: 'every rule of the books checked over 1,000,000 gifts',
  async run(tools) {
    const server = await startDurableServer(tools.directory);
    const { db, close } = openDatabase({ url: server.url, poolSize: 2, statementTimeoutMs: 0 });
    try {
      await migrate({ db, clock: realClock });
      const gifts = Math.round(MILLION * tools.effort);
      tools.progress(`making ${gifts} settled gifts with their books`);
      await fillBooks(db, gifts);
      return [await checkFigure(db, { gifts, rounds: Math.max(1, ROUNDS * tools.effort) })];
    } finally {
      await close();
      await server.stop();
    }
  },
};

async function checkFigure(
  db: Db,
  { gifts, rounds }: { readonly gifts: number; readonly rounds: number },
): Promise<Figure> {
  const checks: number[] = [];
  const joins: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    joins.push(await timed(() => joinOnce(db)));
    checks.push(
      await timed(async () => {
        const broken = await checkInvariants(db);
        const [first] = broken;
        if (first !== undefined)
          throw new Error(`The bench's own books break ${first.rule}: ${first.says}`);
      }),
    );
  }
  const ms = median(checks);
  const ratios = joins.map((join, round) => join / (checks[round] ?? Number.NaN));
  return {
    name: 'check',
    what: `all rules of the books over ${gifts} gifts, attempts and receipts and ${2 * gifts} postings`,
    absolute: `${(ms / 1000).toFixed(1)} s`,
    ratio: median(ratios),
    spread: halfSpread(ratios),
    baseline: `joining gifts and postings once, ${(median(joins) / 1000).toFixed(1)} s`,
    budget: `< ${CHECK_LIMIT_MS / 1000} s for ${MILLION}`,
    holds: ms < (CHECK_LIMIT_MS * gifts) / MILLION,
  };
}

/** The least that a look at the books reads: each gift and each posting, once, side by side. */
function joinOnce(db: Db): Promise<unknown> {
  return sql`
    select count(*), sum(t.amount - gift.amount_minor) from gift join ledger_transfer t on t.gift_id = gift.id
  `.execute(db);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
