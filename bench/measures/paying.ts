/**
 * What happens to money behind the pages, each figure beside plain `pg` that writes the same rows in as many durable
 * transactions: payments settled as they are told, payments settled from a message in the inbox on, and renewals from
 * lease to settled gift, by one and by two worker processes. The processor answers at once, so our own part is measured;
 * a real one allows 25 to 100 charges a second.
 */
import type pg from 'pg';
import { openDatabase } from '../../src/database/index.ts';
import { migrate } from '../../src/database/migrate.ts';
import { Child } from '../child.ts';
import { type DurableServer, startDurableServer } from '../durable-server.ts';
import type { Figure, Measure, MeasureTools } from '../figure.ts';
import { openRawPool, type RawPool } from '../raw-pool.ts';
import { realClock, realRandom } from '../real-world.ts';
import { type WorkResult, workResult } from '../servers/work.ts';
import { type Comparison, interleave, median } from '../statistics.ts';
import { FILL_ACCOUNT, FILL_HASH, fillDueRenewals, fillMessages, fillOpenGifts } from './fill.ts';

const CALLERS = 8;
const ROUNDS = 5;
const ROUND_MS = 2_000;
/** More than a round can use up, on a machine five times as fast as the one this was written on. */
const ROWS = 120_000;
const RAW_FROM = ROWS / 2;
/** Stripe's own limit is 100 charges a second for an account: ours is not to be what a newsroom waits for. */
const RENEWALS_BUDGET = 100;
const SETTLE_BUDGET = 500;

export const settling: Measure = {
  name: 'settle',
  about: 'payments settled per second, as they are told and from a message on',
  run: (tools) =>
    withWorkers(tools, { fill: fillOpenGifts, processes: 1 }, async (bench) => {
      const told = await settleFigure(bench);
      tools.progress('messages in the inbox');
      // Those that were settled above are behind these.
      const from = RAW_FROM / 2;
      await withDatabase(bench.server.url, (db) => fillMessages(db, { from, to: RAW_FROM }));
      return [told, await inboxFigure(bench)];
    }),
};

export const renewals: Measure = {
  name: 'renewals',
  about: 'renewals collected per second with a processor that answers at once',
  async run(tools) {
    const figures: Figure[] = [];
    for (const processes of [1, 2]) {
      tools.progress(`renewals, worker processes: ${processes}`);
      figures.push(
        ...(await withWorkers(tools, { fill: fillDueRenewals, processes }, async (bench) => [
          await renewalsFigure(bench),
        ])),
      );
    }
    return figures;
  },
};

interface Bench {
  readonly tools: MeasureTools;
  readonly server: DurableServer;
  readonly workers: readonly Child[];
  readonly raw: RawPool;
}

type Database = ReturnType<typeof openDatabase>['db'];

async function withDatabase(url: string, work: (db: Database) => Promise<void>): Promise<void> {
  const { db, close } = openDatabase({ url, poolSize: 1, statementTimeoutMs: 0 });
  try {
    await work(db);
  } finally {
    await close();
  }
}

async function withWorkers<T>(
  tools: MeasureTools,
  options: {
    readonly fill: (db: Database, count: number) => Promise<void>;
    readonly processes: number;
  },
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const server = await startDurableServer(tools.directory);
  const workers: Child[] = [];
  try {
    tools.progress(`making ${ROWS} gifts`);
    await withDatabase(server.url, async (db) => {
      await migrate({ db, clock: realClock });
      await options.fill(db, ROWS);
    });
    const settings = { databaseUrl: server.url };
    for (let made = 0; made < options.processes; made += 1) {
      const core = made === 0 ? 'server' : 'load';
      workers.push(await Child.start({ script: 'servers/work-newsroom.ts', core, settings }));
    }
    const raw = await openRawPool(server.url, CALLERS);
    try {
      return await work({ tools, server, workers, raw });
    } finally {
      await raw.close();
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await server.stop();
  }
}

async function settleFigure(bench: Bench): Promise<Figure> {
  let next = 0;
  let rawNext = RAW_FROM;
  const rounds: WorkResult[] = [];
  const compared = await compare(bench, {
    ask: (durationMs) => ({ kind: 'settle', durationMs, callers: CALLERS, from: next }),
    heard: (results) => {
      rounds.push(...results);
      next += results.reduce((sum, { handled }) => sum + handled, 0);
    },
    raw: (client) => {
      rawNext += 1;
      return settleRaw(client, rawNext);
    },
  });
  return figureOf(compared, rounds, {
    name: 'settle',
    what: `payments settled as they are told, ${CALLERS} at a time`,
    unit: 'payments',
    baseline: 'equal rows by plain pg, one statement and one transaction each',
    budget: SETTLE_BUDGET,
  });
}

async function inboxFigure(bench: Bench): Promise<Figure> {
  let rawNext = RAW_FROM + RAW_FROM / 2;
  const rounds: WorkResult[] = [];
  const compared = await compare(bench, {
    ask: (durationMs) => ({ kind: 'inbox', durationMs }),
    heard: (results) => rounds.push(...results),
    raw: (client) => {
      rawNext += 1;
      return settleRaw(client, rawNext);
    },
  });
  return figureOf(compared, rounds, {
    name: 'settle.inbox',
    what: 'payments settled from a message in the inbox on, one worker process',
    unit: 'messages',
    baseline: 'the rows of the settled gift alone by plain pg',
    budget: SETTLE_BUDGET,
  });
}

async function renewalsFigure(bench: Bench): Promise<Figure> {
  // The collector takes the oldest; these are the youngest.
  let rawNext = RAW_FROM;
  const rounds: WorkResult[] = [];
  const compared = await compare(bench, {
    ask: (durationMs) => ({ kind: 'collector', durationMs }),
    heard: (results) => rounds.push(...results),
    raw: (client) => {
      rawNext += 1;
      return renewRaw(client, rawNext);
    },
  });
  const { length } = bench.workers;
  return figureOf(compared, rounds, {
    name: `renewals.${length}`,
    what: `renewals leased, planned, sent, answered and settled, worker processes: ${length}`,
    unit: 'renewals',
    baseline: 'equal rows by plain pg in three transactions: planned, sent, settled',
    budget: RENEWALS_BUDGET,
  });
}

/** Rounds of ours and of plain pg in turns. */
function compare(
  { tools, workers, raw }: Bench,
  options: {
    readonly ask: (durationMs: number) => object;
    readonly heard: (results: readonly WorkResult[]) => void;
    readonly raw: (client: pg.Client) => Promise<unknown>;
  },
): Promise<Comparison> {
  const durationMs = ROUND_MS * tools.effort;
  return interleave({
    rounds: Math.max(3, Math.round(ROUNDS * tools.effort)),
    ours: async () => {
      const question = options.ask(durationMs);
      const results = await Promise.all(workers.map((worker) => worker.ask(question, workResult)));
      options.heard(results);
      return results.reduce((sum, { handled, elapsedMs }) => sum + handled / elapsedMs, 0) * 1000;
    },
    baseline: async () => (await raw.rate(durationMs, options.raw)).perSecond,
  });
}

function figureOf(
  compared: Comparison,
  rounds: readonly WorkResult[],
  of: {
    readonly name: string;
    readonly what: string;
    readonly unit: string;
    readonly baseline: string;
    readonly budget: number;
  },
): Figure {
  const each = median(rounds.map(({ cpuMicroseconds, handled }) => cpuMicroseconds / handled));
  return {
    name: of.name,
    what: of.what,
    absolute: `${Math.round(compared.ours)} ${of.unit}/s, ${Math.round(each)} µs of a core each`,
    ratio: compared.ratio,
    spread: compared.spread,
    baseline: `${of.baseline}, ${Math.round(compared.baseline)}/s at ${CALLERS} connections`,
    budget: `>= ${of.budget}/s`,
    holds: compared.ours >= of.budget,
  };
}

function idOf(kind: string, n: number): string {
  return `${kind}${n.toString(16).padStart(31, '0')}`;
}

/** Attempt, gift, posting and receipt of a payment that fits. */
function settleRaw(client: pg.Client, n: number): Promise<unknown> {
  return client.query({
    name: 'raw settle',
    text: `with held as (select id from gift where id = $1 for update),
      paid as (update attempt set state = 'succeeded', charge_ref = $3, page_url = null, heard = null
        from held where attempt.id = $2 and gift_id = held.id),
      settled as (update gift set state = 'settled', settled_at = $4, next_at = null from held where gift.id = held.id),
      ${postedAndTold('gifts_once')}`,
    values: [idOf('f', n), idOf('a', n), `ch_raw_${n}`, realClock.now().toString()],
  });
}

function postedAndTold(income: 'gifts_once' | 'gifts_recurring'): string {
  return `posted as (
        insert into ledger_transfer (group_id, debit, credit, amount, currency, code, gift_id, cause_kind, cause_ref, happened_at, at)
        select $2::uuid, debit.id, credit.id, 500, 'USD', 10, $1, 'charge', '${FILL_ACCOUNT}:' || $3::text, $4, $4
        from ledger_account debit, ledger_account credit
        where debit.name = 'processor_pending' and credit.name = '${income}')
      insert into outbox (dedupe_key, kind, ref, next_at, created_at)
      values ('receipt:' || $1::text, 'receipt', $1::text, $4, $4)`;
}

/** What a renewal leaves behind: the attempt planned, then sent, then everything that a settled period means. */
async function renewRaw(client: pg.Client, n: number): Promise<void> {
  const [gift, attempt, now] = [idOf('f', n), realRandom.uuid(), realClock.now().toString()];
  await client.query({
    name: 'raw plan',
    text: `with planned as (
        insert into attempt (id, gift_id, n, mandate_id, processor_account_id, request_hash, state, created_at)
        values ($2, $1, 1, $3, '${FILL_ACCOUNT}', '${FILL_HASH}', 'planned', $4))
      update gift set state = 'collecting' where id = $1`,
    values: [gift, attempt, idOf('d', n), now],
  });
  await client.query({
    name: 'raw sent',
    text: `update attempt set state = 'sent', first_sent_at = $2 where id = $1`,
    values: [attempt, now],
  });
  await client.query({
    name: 'raw renewed',
    text: `with paid as (update attempt set state = 'succeeded', charge_ref = $3, object_ref = $3 where id = $2),
      settled as (update gift set state = 'settled', settled_at = $4, next_at = null where id = $1),
      ahead as (update pledge set next_n = 13 where id = $5),
      later as (insert into gift (id, supporter_id, pledge_id, period_n, due_date, unit, amount_minor, currency, body_hash, state, next_at, created_at)
        values ($6, $7, $5, 12, current_date + 31, 'month', 500, 'USD', '${FILL_HASH}', 'due', $4::timestamptz + interval '31 days', $4)),
      ${postedAndTold('gifts_recurring')}`,
    values: [gift, attempt, `ch_raw_${n}`, now, idOf('e', n), realRandom.uuid(), idOf('5', n)],
  });
}
