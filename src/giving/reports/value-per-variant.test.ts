import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { money } from '../../money/index.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

let world: GivingWorld;
before(async () => {
  world = await givingWorld();
});
after(() => world.close());

const appeal = (variantId: string) => ({ appeal: { appealId: 'spring', variantId } });

test('gifts count once, up to the cap, pledges for what is expected of them, and only from the days asked for', async () => {
  const { giving, clock } = world;
  const from = clock.now();
  const question = {
    appealId: 'spring',
    currency: 'EUR' as const,
    capMinor: 6000n,
    monthlyPayments: 10,
    yearlyPayments: 1,
    from,
    to: from.add({ hours: 24 }),
  };
  assert.deepEqual(await giving.valuePerVariant(question), []);
  await world.give(appeal('a'));
  await world.give({ interval: 'month', ...appeal('a') });
  await world.give({ money: money(99_00n, 'EUR'), ...appeal('b') });
  await world.give({ interval: 'year', money: money(20_00n, 'EUR'), ...appeal('b') });
  await world.give({ money: money(7_00n, 'USD'), ...appeal('b') });
  await world.give({ appeal: { appealId: 'autumn', variantId: 'a' } });
  await world.give({ appeal: null });
  const nothingLost = { cancelled: 0, undone: 0 };
  assert.deepEqual(await giving.valuePerVariant(question), [
    {
      variantId: 'a',
      gifts: 2,
      sum: 500n + 5000n,
      squares: 500n ** 2n + 5000n ** 2n,
      uncapped: 1000n,
      otherCurrencies: 0,
      pledges: 1,
      ...nothingLost,
    },
    {
      variantId: 'b',
      gifts: 2,
      sum: 6000n + 2000n,
      squares: 6000n ** 2n + 2000n ** 2n,
      uncapped: 11_900n,
      otherCurrencies: 1,
      pledges: 1,
      ...nothingLost,
    },
  ]);
  const later = { ...question, from: question.to, to: question.to.add({ hours: 24 }) };
  assert.deepEqual(await giving.valuePerVariant(later), []);
  // A month later the pledge pays again, and counts for no more than before.
  await world.liveUntil('2026-03-05T12:00:00Z');
  const [a] = await giving.valuePerVariant({ ...question, to: clock.now() });
  assert.deepEqual([a?.gifts, a?.sum], [2, 5500n]);
});

test('what went back counts as nothing given, and a pledge that is ended within thirty days is told', async () => {
  const other = await givingWorld();
  try {
    const { giving, clock } = other;
    const from = clock.now();
    const back = await other.give(appeal('a'));
    await other.give({ interval: 'month', ...appeal('a') });
    await other.give({ interval: 'month', ...appeal('a') });
    const asked = { appealId: 'spring', currency: 'EUR' as const, capMinor: 6000n };
    const question = { ...asked, monthlyPayments: 10, yearlyPayments: 1, from };
    const read = async () => {
      const [a] = await giving.valuePerVariant({ ...question, to: clock.now().add({ hours: 1 }) });
      return [a?.gifts, a?.sum, a?.pledges, a?.cancelled, a?.undone];
    };
    assert.deepEqual(await read(), [3, 10_500n, 2, 0, 0]);
    const pledges = await other.db.selectFrom('pledge').select('id').orderBy('id').execute();
    const [early, late] = pledges.map(({ id }) => id);
    assert.ok(early !== undefined && late !== undefined);
    const ordered = await giving.refundGift({
      giftId: back,
      by: 'staff-1',
      reason: 'asked for it',
    });
    assert.ok(ordered.kind === 'checking' || ordered.kind === 'refunded', ordered.kind);
    assert.deepEqual(await read(), [2, 10_000n, 2, 0, 1]);
    clock.set('2026-02-10T12:00:00Z');
    assert.equal((await giving.cancelPledge(early)).kind, 'cancelled');
    clock.set('2026-03-15T12:00:00Z');
    assert.equal((await giving.cancelPledge(late)).kind, 'cancelled');
    assert.deepEqual(await read(), [2, 10_000n, 2, 1, 1]);
  } finally {
    await other.close();
  }
});
