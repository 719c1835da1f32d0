import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import type { GivingWorld } from '../testing/giving-world.ts';
import { inWorld } from '../testing/pledge-story.ts';

async function begun(world: GivingWorld): Promise<{ giftId: string; page: string }> {
  const intent = world.intent();
  const answer = await world.giving.beginGift(intent);
  assert.ok(answer.kind === 'go');
  return { giftId: intent.giftId, page: answer.pageUrl };
}

async function runPoller(world: GivingWorld): Promise<void> {
  await world.giving.workers.find(({ name }) => name === 'poller')?.runOnce();
}

async function poll(world: GivingWorld): Promise<void> {
  world.clock.advance({ minutes: 16 });
  await runPoller(world);
}

async function openAlarms(world: GivingWorld): Promise<readonly string[]> {
  return (await world.giving.alarms()).open.map(({ kind, ref }) => `${kind} ${ref}`);
}

describe('the poller', () => {
  it('goes on behind a payment that the database refuses, and leaves that one to the inbox', () =>
    inWorld({}, async (world) => {
      const poisoned = await begun(world);
      const payment = world.processor.pay(poisoned.page);
      const { evidence } = payment;
      assert.ok(evidence.state === 'succeeded');
      // No text of PostgreSQL holds this character.
      world.processor.say(payment, { ...evidence, chargeRef: 'ch_\u0000' });
      const after = await begun(world);
      world.processor.pay(after.page);
      await poll(world);
      assert.equal((await world.giving.giftView(after.giftId))?.state, 'settled');
      assert.equal((await world.giving.giftView(poisoned.giftId))?.state, 'collecting');
      // Mended at the processor: the inbox, which kept it, needs no new listing.
      world.processor.say(payment, evidence);
      const inbox = world.giving.workers.find(({ name }) => name === 'inbox');
      await inbox?.runOnce();
      assert.equal((await world.giving.giftView(poisoned.giftId))?.state, 'settled');
    }));

  it('goes on even behind one that cannot be kept at all, and tells a person', () =>
    inWorld({}, async (world) => {
      const strange = world.processor.strange(money(700n, 'EUR'));
      world.processor.payments.delete(strange.objectRef);
      world.processor.payments.set('x', { ...strange, objectRef: `x\u0000` });
      const after = await begun(world);
      world.processor.pay(after.page);
      await poll(world);
      world.processor.payments.delete('x');
      assert.equal((await world.giving.giftView(after.giftId))?.state, 'settled');
      assert.deepEqual(await openAlarms(world), ['assertion poll:fake']);
    }));

  it('stands still at a list it cannot read, and says so; a processor that is away is no news', () =>
    inWorld({}, async (world) => {
      const { giftId, page } = await begun(world);
      world.processor.pay(page);
      const listSince = world.processor.listSince.bind(world.processor);
      world.processor.listSince = () => Promise.resolve({ kind: 'unknown', reason: 'timeout' });
      await poll(world);
      assert.deepEqual(await openAlarms(world), []);
      world.processor.listSince = () => Promise.resolve({ kind: 'unknown', reason: 'unreadable' });
      await poll(world);
      await poll(world);
      assert.deepEqual(await openAlarms(world), ['listing-unreadable poll:fake']);
      world.processor.listSince = listSince;
      await poll(world);
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    }));

  it('repeats a page after a crash in the middle of it, and loses none of it', () =>
    inWorld({}, async (world) => {
      const gifts: string[] = [];
      for (let count = 0; count < 4; count += 1) {
        const one = await begun(world);
        world.processor.pay(one.page);
        gifts.push(one.giftId);
      }
      const { db } = world;
      const fake = world.processor;
      const list = fake.listSince.bind(fake);
      fake.listSince = async (cursor) => {
        const listing = await list(cursor);
        if ('kind' in listing) return listing;
        const payments = new Proxy([...listing.payments], {
          get(target, name, receiver) {
            if (name === '2') throw new Error('the process ends here');
            return Reflect.get(target, name, receiver);
          },
        });
        return { ...listing, payments };
      };
      await assert.rejects(poll(world), /ends here/);
      const { poll_cursor: cursor } = await db
        .selectFrom('processor_account')
        .select('poll_cursor')
        .executeTakeFirstOrThrow();
      assert.equal(cursor, null, 'nothing is passed before all of it was applied');
      fake.listSince = list;
      await poll(world);
      for (const giftId of gifts) {
        assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
      }
    }));

  it('is one process at a time: while one reads a list, and for as long as its lease, no other asks', () =>
    inWorld({}, async (world) => {
      const list = world.processor.listSince.bind(world.processor);
      let asked = 0;
      world.processor.listSince = async (cursor) => {
        asked += 1;
        // Another process comes by in the middle.
        if (asked === 1) await runPoller(world);
        return await list(cursor);
      };
      await poll(world);
      assert.equal(asked, 1);
      world.processor.listSince = list;
      const held = world.clock.now().add({ minutes: 20 });
      await world.db
        .updateTable('processor_account')
        .set({ poll_lease_until: held, poll_at: world.clock.now() })
        .execute();
      world.processor.listSince = (cursor) => {
        asked += 1;
        return list(cursor);
      };
      await runPoller(world);
      assert.equal(asked, 1, 'who died in the middle is waited for');
      world.clock.set(held);
      await runPoller(world);
      assert.equal(asked, 2);
      world.processor.listSince = list;
    }));
});
