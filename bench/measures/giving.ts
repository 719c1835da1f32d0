/**
 * Gifts begun over HTTP, each on disk before it is answered: POST /support through the real application, a processor that
 * answers at once, and the server's own PostgreSQL. Beside it the same machine's raw rate: plain `pg` that writes equal rows
 * in the same number of durable transactions, and nothing else.
 */
import type pg from 'pg';
import { Child } from '../child.ts';
import { type DurableServer, startDurableServer } from '../durable-server.ts';
import type { Figure, Measure, MeasureTools } from '../figure.ts';
import { type RoundResult, roundResult } from '../load/load-round.ts';
import { openRawPool, type RawPool } from '../raw-pool.ts';
import { realClock, realRandom } from '../real-world.ts';
import { BENCH_WEBHOOK_SECRET } from '../servers/instant-processor.ts';
import { SAFE_READER } from '../servers/newsroom.ts';
import { usage } from '../servers/usage.ts';
import { interleave, median } from '../statistics.ts';

const ACCOUNT = 'sandbox-1';
const GIFT_CALLERS = 8;
/** A busy evening: more callers than connections, so that gifts share transactions. */
const CROWD_CALLERS = 32;
const EVENT_CALLERS = 32;
const ROUNDS = 7;
const ROUND_MS = 2_000;
const WARM_UP_MS = 4_000;

const GIFTS_BUDGET = 2_000;
const GIFTS_P99_BUDGET_MS = 25;
const EVENTS_BUDGET = 5_000;

export const giving: Measure = {
  name: 'giving',
  about: 'durable gifts per second over HTTP, and how long each takes',
  run: (tools) =>
    withTeller(tools, async (teller) => {
      const figures: Figure[] = [];
      for (const every of ['once', 'month'] as const) {
        tools.progress(`gifts, ${every}`);
        figures.push(await giftsFigure(teller, { every, callers: GIFT_CALLERS }));
      }
      tools.progress(`gifts, ${CROWD_CALLERS} callers`);
      figures.push(await giftsFigure(teller, { every: 'once', callers: CROWD_CALLERS }));
      return figures;
    }),
};

export const webhooks: Measure = {
  name: 'webhooks',
  about: 'processors’ messages taken durably per second',
  run: (tools) => withTeller(tools, async (teller) => [await eventsFigure(teller)]),
};

interface Teller {
  readonly tools: MeasureTools;
  readonly server: DurableServer;
  readonly load: Child;
  readonly ours: Child;
  readonly port: number;
}

async function withTeller<T>(
  tools: MeasureTools,
  work: (teller: Teller) => Promise<T>,
): Promise<T> {
  const { directory, project } = tools;
  const server = await startDurableServer(directory);
  const load = await Child.start({ script: 'load/load.ts', core: 'load', settings: null });
  const ours = await Child.start({
    script: 'servers/serve-newsroom.ts',
    core: 'server',
    settings: { databaseUrl: server.url, directory, project },
  });
  try {
    const { port } = await ours.ask({}, usage);
    return await work({ tools, server, load, ours, port });
  } finally {
    await Promise.all([load.stop(), ours.stop()]);
    await server.stop();
  }
}

async function giftsFigure(
  teller: Teller,
  gifts: { readonly every: 'once' | 'month'; readonly callers: number },
): Promise<Figure> {
  const { tools, load, port } = teller;
  const { every, callers } = gifts;
  const what = { kind: 'gifts', every, headers: { 'x-forwarded-for': SAFE_READER } };
  const order = { port, callers, status: 303, what };
  const durationMs = ROUND_MS * tools.effort;
  await load.ask({ ...order, durationMs: WARM_UP_MS * tools.effort }, roundResult);
  const raw = await openRawPool(teller.server.url, GIFT_CALLERS);
  const rounds: MeasuredRound[] = [];
  try {
    const comparison = await interleave({
      rounds: Math.max(3, Math.round(ROUNDS * tools.effort)),
      ours: async () => {
        const round = await measured(teller, { ...order, durationMs });
        rounds.push(round);
        return rate(round);
      },
      baseline: async () =>
        (await raw.rate(durationMs, (client) => writeRawGift(client, every))).perSecond,
    });
    const p50 = median(rounds.map((round) => round.p50Ms));
    const p99 = median(rounds.map((round) => round.p99Ms));
    return {
      name: callers === GIFT_CALLERS ? `giving.${every}` : 'giving.crowd',
      what: `durable gifts over HTTP (${every}), ${callers} callers`,
      absolute: `${Math.round(comparison.ours)} gifts/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${spent(rounds)}`,
      ratio: comparison.ratio,
      spread: comparison.spread,
      baseline: `equal rows by plain pg in as many transactions, ${Math.round(comparison.baseline)}/s at ${GIFT_CALLERS} connections`,
      budget: `>= ${GIFTS_BUDGET}/s, p99 < ${GIFTS_P99_BUDGET_MS} ms`,
      holds: comparison.ours >= GIFTS_BUDGET && p99 < GIFTS_P99_BUDGET_MS,
      ...busy(comparison.baseline, GIFTS_BUDGET),
    };
  } finally {
    await raw.close();
  }
}

/**
 * What a gift leaves behind when its page is open: supporter, pledge, gift and attempt in one transaction, the page's
 * address in a second.
 */
async function writeRawGift(client: pg.Client, every: 'once' | 'month'): Promise<void> {
  const now = realClock.now().toString();
  const [supporter, pledge, gift, attempt] = Array.from({ length: 4 }, () => realRandom.uuid());
  const isPledge = every === 'month';
  const hash = 'bench-bench-bench-bench-bench-bench-bench-1';
  await client.query({
    name: `raw gift ${every}`,
    text: `with
      s as (insert into supporter (id, zone, language, created_at) values ($1, 'Europe/Berlin', 'en', $5)),
      ${isPledge ? `p as (insert into pledge (id, supporter_id, amount_minor, currency, unit, anchor_date, zone, state, created_at) values ($2, $1, 500, 'USD', 'month', '2026-01-01', 'Europe/Berlin', 'awaiting_first', $5)),` : ''}
      g as (insert into gift (id, supporter_id, pledge_id, period_n, due_date, amount_minor, currency, body_hash, state, next_at, created_at)
        values ($3, $1, ${isPledge ? "$2, 0, '2026-01-01'" : 'nullif($2::uuid, $2::uuid), null, null'}, 500, 'USD', '${hash}', 'collecting', $5::timestamptz + interval '1 hour', $5))
      insert into attempt (id, gift_id, n, processor_account_id, request_hash, state, first_sent_at, created_at)
        values ($4, $3, 1, '${ACCOUNT}', '${hash}', 'sent', $5, $5)`,
    values: [supporter, pledge, gift, attempt, now],
  });
  await client.query({
    name: 'raw page',
    text: "update attempt set object_ref = $2, page_url = $3, heard = 'open' where id = $1",
    values: [attempt, `pay_${attempt}`, `http://127.0.0.1:1/pay/pay_${attempt}`],
  });
}

async function eventsFigure(teller: Teller): Promise<Figure> {
  const { tools, load, port } = teller;
  const what = { kind: 'events', account: ACCOUNT, secret: BENCH_WEBHOOK_SECRET };
  const order = { port, callers: EVENT_CALLERS, status: 200, what };
  const durationMs = ROUND_MS * tools.effort;
  await load.ask({ ...order, durationMs: WARM_UP_MS * tools.effort }, roundResult);
  const raw = await openRawPool(teller.server.url, GIFT_CALLERS);
  const rounds: MeasuredRound[] = [];
  try {
    const comparison = await interleave({
      rounds: Math.max(3, Math.round(ROUNDS * tools.effort)),
      ours: async () => {
        const round = await measured(teller, { ...order, durationMs });
        rounds.push(round);
        return rate(round);
      },
      baseline: async () => (await rawEvents(raw, durationMs)).perSecond,
    });
    const p50 = median(rounds.map((round) => round.p50Ms));
    const p99 = median(rounds.map((round) => round.p99Ms));
    return {
      name: 'webhooks',
      what: `processors’ messages verified and on disk, ${EVENT_CALLERS} callers over HTTP`,
      absolute: `${Math.round(comparison.ours)} events/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${spent(rounds)}`,
      ratio: comparison.ratio,
      spread: comparison.spread,
      baseline: `one insert at a time by plain pg, ${Math.round(comparison.baseline)}/s at ${GIFT_CALLERS} connections`,
      budget: `>= ${EVENTS_BUDGET}/s`,
      holds: comparison.ours >= EVENTS_BUDGET,
      ...busy(comparison.baseline, EVENTS_BUDGET),
    };
  } finally {
    await raw.close();
  }
}

function rawEvents(raw: RawPool, durationMs: number): ReturnType<RawPool['rate']> {
  return raw.rate(durationMs, (client) => {
    const now = realClock.now().toString();
    const id = realRandom.uuid();
    return client.query({
      name: 'raw event',
      text: `insert into processor_event (processor_account_id, event_id, type, object_ref, attempt_id, received_at, next_at)
        values ('${ACCOUNT}', $1, 'payment.changed', $2, $3, $4, $4) on conflict do nothing`,
      values: [`raw_${id}`, `pay_${id}`, id, now],
    });
  });
}

interface MeasuredRound extends RoundResult {
  readonly cpuMicroseconds: number;
}

/** One round of the load, and what it cost the server. */
async function measured(
  teller: Pick<Teller, 'load' | 'ours'>,
  order: Readonly<Record<string, unknown>>,
): Promise<MeasuredRound> {
  const before = await teller.ours.ask({}, usage);
  const round = await teller.load.ask(order, roundResult);
  const after = await teller.ours.ask({}, usage);
  return { ...round, cpuMicroseconds: after.cpuMicroseconds - before.cpuMicroseconds };
}

/** The server's own share, without PostgreSQL's: of all figures the one that a busy machine changes least. */
function spent(rounds: readonly MeasuredRound[]): string {
  const each = median(rounds.map((round) => round.cpuMicroseconds / round.answered));
  return `${Math.round(each)} µs of a core each`;
}

function rate(round: RoundResult): number {
  return round.answered / (round.elapsedMs / 1000);
}

/** Where plain inserts alone do not reach the budget, nothing on this machine can at this moment. */
function busy(baseline: number, budget: number): { readonly note?: string } {
  return baseline < budget
    ? {
        note: 'The raw rate beside it is below the budget too: the machine is busy or its disk slow.',
      }
    : {};
}
