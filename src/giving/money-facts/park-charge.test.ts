import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import { post } from '../ledger/ledger-store.ts';
import { bookUnmatched } from '../settling/settle.ts';
import { givenContext } from '../testing/given-context.ts';
import { givingWorld } from '../testing/giving-world.ts';

describe('a charge that the money worker does not understand', () => {
  it('rings once for its gift, and the refund of another charge is booked all the same', async (test) => {
    // A world of its own, because what is forced here breaks the rules of the books.
    const world = await givingWorld();
    test.after(() => world.close());
    const context = givenContext(world);
    const { accountId } = world.processor;
    const now = world.clock.now();
    const [odd, other] = [await world.give(), world.intent()];
    await world.giving.beginGift(other);
    const { charge_ref } = await world.db
      .selectFrom('attempt')
      .select('charge_ref')
      .where('gift_id', '=', odd)
      .executeTakeFirstOrThrow();
    assert.ok(charge_ref !== null);
    const strange = {
      state: 'succeeded',
      chargeRef: 'ch_plain',
      money: money(900n, 'EUR'),
      happenedAt: now,
      payerCountry: null,
      mandate: null,
      fee: null,
    } as const;
    await world.db.transaction().execute(async (tx) => {
      // No code of ours does this: money that settled its gift, accepted for another gift once more.
      const cause = { kind: 'person', accountId, ref: `accepted:${charge_ref}` } as const;
      const of = {
        cause,
        money: money(1n, 'EUR'),
        income: 'gifts_once',
        happenedAt: now,
      } as const;
      await post(tx, { ...of, code: 91, giftId: other.giftId }, { at: now, duplicate: 'fail' });
      await bookUnmatched(tx, context, { accountId, objectRef: null, succeeded: strange });
      await tx
        .insertInto('money_fact')
        .values(
          [charge_ref, 'ch_plain'].map((chargeRef) => ({
            processor_account_id: accountId,
            kind: 'refund' as const,
            ref: `re_${chargeRef}`,
            charge_ref: chargeRef,
            payout_ref: null,
            amount_minor: 100n,
            currency: 'EUR',
            happened_at: now,
            told_at: now,
            booked_at: null,
            closed_at: null,
          })),
        )
        .execute();
    });
    await world.settleDown();
    world.clock.advance({ minutes: 20 });
    await world.settleDown();
    const { open } = await world.giving.alarms();
    const rang = open.filter(({ kind }) => kind === 'assertion');
    assert.deepEqual(
      rang.map(({ giftId }) => giftId),
      [odd],
    );
    assert.match(rang[0]?.detail ?? '', /only unmatched money is accepted/);
    const booked = await world.db
      .selectFrom('money_fact')
      .select('ref')
      .where('booked_at', 'is not', null)
      .where('kind', '=', 'refund')
      .execute();
    assert.deepEqual(booked, [{ ref: 're_ch_plain' }]);
  });
});
