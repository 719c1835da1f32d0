/** A supporter's undo, two people's refunds and a bank's dispute at once: never more than the gift goes back (I7). */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { money } from '../../money/index.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { recordFact } from '../money-facts/record-fact.ts';
import type { MoneyFact, RefundAnswer, RefundOrder } from '../processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

const eur = (minor: bigint) => money(minor, 'EUR');
const GIFTS = 12;

let world: GivingWorld;
/** What the processor carried out, once per key, as processors do. */
const carriedOut = new Map<string, RefundOrder>();
let calls = 0;

before(async () => {
  world = await givingWorld({
    processors: (fake, clock) => {
      Object.assign(fake, {
        refund: async (order: RefundOrder): Promise<RefundAnswer> => {
          calls += 1;
          await new Promise((resolve) => setImmediate(resolve));
          // Each third answer is lost, after the money left.
          const isHeard = calls % 3 !== 0;
          carriedOut.set(order.idempotencyKey, order);
          return isHeard ? refunded(order, clock.now()) : { kind: 'unknown', reason: 'timeout' };
        },
      });
      return [fake];
    },
  });
});
after(() => world.close());

function leftFor(chargeRef: string): bigint {
  return [...carriedOut.values()]
    .filter((order) => order.chargeRef === chargeRef)
    .reduce((sum, order) => sum + order.money.minor, 0n);
}

function refunded(order: RefundOrder, happenedAt: ReturnType<GivingWorld['clock']['now']>) {
  const refundRef = `re_${order.idempotencyKey}`;
  return { kind: 'refunded' as const, refundRef, money: order.money, happenedAt };
}

function tell(fact: Omit<MoneyFact, 'happenedAt' | 'payoutRef'>): Promise<unknown> {
  const now = world.clock.now();
  const whole = { happenedAt: now, payoutRef: null, ...fact };
  return world.db
    .transaction()
    .execute((tx) => recordFact(tx, { accountId: world.processor.accountId, now, fact: whole }));
}

it('undo, refunds in part and whole, and a dispute race on many gifts', async () => {
  for (let turn = 0; turn < GIFTS; turn += 1) {
    const giftId = await world.give();
    const gift = await world.giving.giftView(giftId);
    const supporterId = gift?.supporterId ?? '';
    const { charge_ref: chargeRef } = await world.db
      .selectFrom('attempt')
      .select('charge_ref')
      .where('gift_id', '=', giftId)
      .where('state', '=', 'succeeded')
      .executeTakeFirstOrThrow();
    assert.ok(chargeRef !== null);
    const disputed = BigInt(turn % 4) * 100n;
    const staff = (amount: bigint, actId: string) =>
      world.giving.refundGift({ giftId, money: eur(amount), by: 'desk', reason: 'race', actId });
    const [one, two] = [randomUUID(), randomUUID()];
    await Promise.all([
      world.giving.undoGift({ giftId, supporterId }),
      world.giving.undoGift({ giftId, supporterId }),
      staff(300n, one),
      // The same form pressed twice is one act.
      staff(300n, one),
      staff(250n, two),
      disputed === 0n
        ? null
        : tell({ kind: 'dispute-opened', ref: `dp_${turn}`, money: eur(disputed), chargeRef }),
    ]);
    assert.ok(leftFor(chargeRef) <= 500n, `gift ${turn}: no more leaves than came`);
    const view = (await world.giving.returnsOf([giftId])).get(giftId);
    assert.ok(view !== undefined);
    assert.ok(view.givenBack.minor + view.onItsWay.minor <= 500n);
  }
  // What was not heard is told by the listing, with all that was heard: booked once.
  for (const order of carriedOut.values()) {
    const ref = `re_${order.idempotencyKey}`;
    const { chargeRef, idempotencyKey: refundKey } = order;
    await tell({ kind: 'refund', ref, money: order.money, chargeRef, refundKey });
  }
  const { rows } = await sql<{ gift_id: string; back: bigint }>`
    select gift_id, sum(amount)::bigint as back from ledger_transfer where code = 20 group by gift_id
  `.execute(world.db);
  assert.equal(rows.length > 0, true);
  for (const { back } of rows) assert.ok(back <= 500n);
  const { rows: acts } = await sql<{ n: number }>`
    select count(*)::int as n from money_act act left join refund_order o on o.id = act.id where o.id is null
  `.execute(world.db);
  assert.equal(acts[0]?.n, 0, 'every act that gives back has its order');
  assert.deepEqual(await checkInvariants(world.db), []);
});
