import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { money } from '../../money/index.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

let world: GivingWorld;
before(async () => {
  world = await givingWorld({
    processors: (fake) => {
      Object.assign(fake, { refund: async () => ({ kind: 'refused', code: 'too_old' }) });
      return [fake];
    },
  });
});
after(() => world.close());

it('shows a refused refund with its reason, and where the books differ on both sides', async () => {
  const giftId = await world.give();
  const { moneyDesk } = world.giving;
  await world.giving.refundGift({ giftId, by: 'desk', reason: 'asked by letter' });
  const [refund] = await moneyDesk.openRefunds();
  assert.equal(refund?.state, 'refused');
  assert.equal(refund?.refusedCode, 'too_old');
  assert.equal(refund?.reason, 'asked by letter');
  assert.equal((await world.giving.returnsOf([giftId])).get(giftId)?.couldNotBeSent, true);

  const { accountId } = world.processor;
  await sql`insert into books_day values (${accountId}, '2026-01-02', ${world.clock.now()}, 1)`.execute(
    world.db,
  );
  await sql`insert into books_difference values
    (${accountId}, '2026-01-02', 'charge', 'ch_9', null, 500, 'EUR')`.execute(world.db);
  assert.deepEqual(await moneyDesk.differences(), [
    {
      accountId,
      day: '2026-01-02',
      kind: 'charge',
      ref: 'ch_9',
      transferId: null,
      ours: null,
      theirs: money(500n, 'EUR'),
    },
  ]);
  assert.deepEqual(
    (await moneyDesk.lastCompared()).map((row) => row.accountId),
    [accountId],
  );
});
