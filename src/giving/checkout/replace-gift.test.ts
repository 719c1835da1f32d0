import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import type { GivingWorld } from '../testing/giving-world.ts';
import { inWorld } from '../testing/pledge-story.ts';

async function supporterOf(world: GivingWorld, giftId: string): Promise<string | null> {
  return (await world.giving.giftView(giftId))?.supporterId ?? null;
}

describe('who a gift is for that takes the place of another', () => {
  it('stays the same supporter while they change their mind', () =>
    inWorld({}, async (world) => {
      const first = world.intent();
      await world.giving.beginGift(first);
      const second = world.intent({ money: money(700n, 'EUR') });
      await world.giving.replaceGift({ oldGiftId: first.giftId, intent: second });
      const third = world.intent({ money: money(900n, 'EUR') });
      await world.giving.replaceGift({ oldGiftId: second.giftId, intent: third });
      const supporter = await supporterOf(world, first.giftId);
      assert.ok(supporter !== null);
      assert.equal(await supporterOf(world, second.giftId), supporter);
      assert.equal(await supporterOf(world, third.giftId), supporter);
    }));

  it('is somebody new for whoever found the address of an old gift of a supporter who gave', () =>
    inWorld({}, async (world) => {
      const first = world.intent();
      await world.giving.beginGift(first);
      const paid = world.intent({ money: money(700n, 'EUR'), interval: 'month' });
      const begun = await world.giving.replaceGift({ oldGiftId: first.giftId, intent: paid });
      assert.ok(begun.kind === 'go');
      world.processor.pay(begun.pageUrl);
      await world.giving.askProcessor(paid.giftId);

      const attached: string[] = [];
      const strangers = world.intent({
        money: money(100n, 'EUR'),
        attach: async (_tx, supporterId) => {
          attached.push(supporterId);
        },
      });
      await world.giving.replaceGift({ oldGiftId: first.giftId, intent: strangers });
      const victim = await supporterOf(world, paid.giftId);
      assert.ok(victim !== null);
      assert.notEqual(await supporterOf(world, strangers.giftId), victim);
      assert.equal(attached.length, 1);
      assert.notEqual(attached[0], victim, 'no stranger becomes the address of their letters');
    }));
});

describe('a page that another tab opened meanwhile', () => {
  it('is not given up with the gift it belongs to: the supporter is asked to wait', () =>
    inWorld({}, async (world) => {
      const first = world.intent();
      await world.giving.beginGift(first);
      const close = world.processor.closeHostedPayment.bind(world.processor);
      let others = 0;
      world.processor.closeHostedPayment = async (objectRef) => {
        const answer = await close(objectRef);
        world.processor.closeHostedPayment = close;
        const [payment] = [...world.processor.payments.values()];
        assert.ok(payment !== undefined);
        world.processor.say(payment, { state: 'expired' });
        await world.giving.askProcessor(first.giftId);
        const again = await world.giving.beginGift(first);
        assert.equal(again.kind, 'go');
        others += 1;
        return answer;
      };
      const other = world.intent({ money: money(700n, 'EUR') });
      const answer = await world.giving.replaceGift({ oldGiftId: first.giftId, intent: other });
      assert.equal(others, 1);
      assert.equal(answer.kind, 'old-checking');
      assert.equal((await world.giving.giftView(first.giftId))?.state, 'collecting');
      assert.equal(await world.giving.giftView(other.giftId), undefined);
    }));
});

describe('two replacements of one gift at the same moment', () => {
  it('do not both come to its supporter', () =>
    inWorld({}, async (world) => {
      for (let round = 0; round < 5; round += 1) {
        const first = world.intent();
        await world.giving.beginGift(first);
        const intents = [700n, 800n, 900n].map((minor) =>
          world.intent({ money: money(minor, 'EUR') }),
        );
        await Promise.all(
          intents.map((intent) => world.giving.replaceGift({ oldGiftId: first.giftId, intent })),
        );
        const views = await Promise.all(intents.map(({ giftId }) => world.giving.giftView(giftId)));
        const supporters = views.flatMap((view) => (view === undefined ? [] : [view.supporterId]));
        assert.ok(supporters.length >= 1);
        assert.equal(
          new Set(supporters).size,
          supporters.length,
          'each has a supporter of its own',
        );
      }
    }));
});
