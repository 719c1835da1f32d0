/** Staff's ways out of what stands still: an order that was our bug, and a bound that parked a gift. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { ATTEMPTS_OF_GIFT_MAX } from '../checkout/bounds.ts';
import { charges, inWorld, nextDue, pledgeBy, view } from '../testing/pledge-story.ts';

const WORLD = { now: '2026-01-10T12:00:00Z' };

describe('an order that the processor called invalid', () => {
  it('is not sent again by itself, and once when staff say that it was mended', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await pledgeBy(world);
      const { giving, processor } = world;
      world.clock.set((await nextDue(world, pledgeId)).toString());
      processor.faults.push('refused');
      await world.settleDown();
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      await world.liveUntil('2026-02-15T12:00:00Z');
      assert.equal(charges(world), 1);
      assert.equal(await giving.retryOurBug('no id'), false);
      assert.equal(await giving.retryOurBug(giftId), true);
      assert.equal(await giving.retryOurBug(giftId), false, 'once');
      await world.settleDown();
      assert.equal(charges(world), 2);
      assert.equal((await giving.giftView(giftId))?.state, 'settled');
      assert.equal((await view(world, pledgeId)).state, 'active');
      assert.equal(await giving.retryOurBug(giftId), false, 'it is paid');
    });
  });
});

describe('a gift with too many attempts', () => {
  it('is parked, and goes on when a person lets it', async () => {
    await inWorld(WORLD, async (world) => {
      const pledgeId = await pledgeBy(world);
      const due = await nextDue(world, pledgeId);
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      // Pages opened by hand and left: attempts of the same gift.
      await sql`
        insert into attempt (id, gift_id, n, processor_account_id, request_hash, state, first_sent_at, created_at)
        select gen_random_uuid(), ${giftId}, n, ${world.processor.accountId}, repeat('h', 30), 'expired',
          ${world.clock.now()}, ${world.clock.now()}
        from generate_series(1, ${ATTEMPTS_OF_GIFT_MAX}::int) n
      `.execute(world.db);
      world.clock.set(due.toString());
      await world.settleDown();
      assert.equal(charges(world), 0);
      world.clock.advance({ hours: 1 });
      assert.equal(await world.giving.releaseParked(giftId), true);
      await world.settleDown();
      assert.equal(charges(world), 1);
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    });
  });
});
