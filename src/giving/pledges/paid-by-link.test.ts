/** A pledge at a company that keeps no mandates: its life, told by rows, letters and the company's own books. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkInvariants } from '../ledger/invariants.ts';
import { FakeProcessor } from '../testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { letters, pledgeBy, shortPeriods, view } from '../testing/pledge-story.ts';

/** Only coins; with `cards` a second company that can charge later. */
async function inCoins(
  story: (world: GivingWorld, coins: FakeProcessor) => Promise<void>,
  options: { readonly cards?: boolean } = {},
): Promise<void> {
  let coins: FakeProcessor | undefined;
  const world = await givingWorld({
    now: '2026-01-10T12:00:00Z',
    processors: (fake, clock) => {
      coins = new FakeProcessor({
        clock,
        accountId: 'coins',
        kind: 'btcpay',
        capabilities: { chargesMandates: false, pledgesByLink: true },
      });
      return options.cards === true ? [coins, fake] : [coins];
    },
  });
  try {
    assert.ok(coins !== undefined);
    await story(world, coins);
    assert.deepEqual(await checkInvariants(world.db), []);
  } finally {
    await world.close();
  }
}

async function payFirst(world: GivingWorld, coins: FakeProcessor): Promise<string> {
  const intent = world.intent({ interval: 'month', way: 'btcpay' });
  const begun = await world.giving.beginGift(intent);
  assert.ok(begun.kind === 'go');
  coins.pay(begun.pageUrl);
  await world.settleDown();
  const gift = await world.giving.giftView(intent.giftId);
  assert.equal(gift?.stateForPeople, 'paid');
  assert.ok(gift?.pledge?.paidByLink);
  return gift.pledge.pledgeId;
}

async function payNext(world: GivingWorld, pledgeId: string, by: FakeProcessor): Promise<void> {
  const { openGiftId } = await view(world, pledgeId);
  assert.ok(openGiftId !== null);
  const intent = world.intent({ interval: 'month', giftId: openGiftId, way: by.kind });
  const begun = await world.giving.beginGift(intent);
  assert.ok(begun.kind === 'go', begun.kind);
  by.pay(begun.pageUrl);
  const paid = await world.giving.askProcessor(openGiftId);
  assert.equal(paid?.stateForPeople, 'paid');
  await world.settleDown();
}

describe('a pledge paid by link', () => {
  it('asks its supporter on each day, takes nothing by itself, and goes on when it is paid', () =>
    inCoins(async (world, coins) => {
      const pledgeId = await payFirst(world, coins);
      for (const [month, day] of ['2026-02-10', '2026-03-10', '2026-04-10'].entries()) {
        await world.liveUntil(`${day}T23:00:00Z`);
        const waiting = await view(world, pledgeId);
        assert.equal(waiting.state, 'past_due');
        assert.ok(waiting.paidByLink);
        assert.equal((await letters(world)).length, month + 1);
        world.clock.advance({ hours: 48 });
        await payNext(world, pledgeId, coins);
        const paid = await view(world, pledgeId);
        assert.equal(paid.state, 'active');
        // On the days that were promised, whenever it was paid.
        assert.equal(paid.nextDates[0]?.day, 10);
      }
      assert.deepEqual(await shortPeriods(world, pledgeId), [
        '2026-01-10 settled',
        '2026-02-10 settled',
        '2026-03-10 settled',
        '2026-04-10 settled',
        '2026-05-10 due',
      ]);
      assert.equal(coins.calls.filter((call) => call.startsWith('charge ')).length, 0);
      assert.equal(coins.captured('EUR'), 2000n);
    }));

  it('can be paid before its day, once', () =>
    inCoins(async (world, coins) => {
      const pledgeId = await payFirst(world, coins);
      await payNext(world, pledgeId, coins);
      assert.equal((await view(world, pledgeId)).nextDates[0]?.toString(), '2026-03-10');
      assert.deepEqual(await letters(world), []);
    }));

  it('lapses after three weeks, and late money still settles its period', () =>
    inCoins(async (world, coins) => {
      const pledgeId = await payFirst(world, coins);
      const { openGiftId } = await view(world, pledgeId);
      await world.liveUntil('2026-02-11T12:00:00Z');
      const begun = await world.giving.beginGift(
        world.intent({ interval: 'month', giftId: openGiftId ?? '', way: 'btcpay' }),
      );
      assert.ok(begun.kind === 'go');
      await world.liveUntil('2026-03-05T12:00:00Z');
      assert.equal((await view(world, pledgeId)).state, 'lapsed');
      assert.deepEqual(await letters(world), ['failed', 'lapsed']);
    }));

  it('is charged by itself from the day it is paid with something that can be', () =>
    inCoins(
      async (world, coins) => {
        const pledgeId = await payFirst(world, coins);
        await world.liveUntil('2026-02-10T23:00:00Z');
        await payNext(world, pledgeId, world.processor);
        assert.equal((await view(world, pledgeId)).paidByLink, false);
        await world.liveUntil('2026-03-10T23:00:00Z');
        assert.equal((await view(world, pledgeId)).state, 'active');
        assert.equal(world.processor.captured('EUR'), 1000n);
        assert.equal(coins.captured('EUR'), 500n);
      },
      { cards: true },
    ));

  it('is nobody’s by chance: a promise goes to a company that can charge later', () =>
    inCoins(
      async (world) => {
        const pledgeId = await pledgeBy(world);
        assert.equal((await view(world, pledgeId)).paidByLink, false);
      },
      { cards: true },
    ));
});
