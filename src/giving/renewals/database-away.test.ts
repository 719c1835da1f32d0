/** What the collector makes of errors that are nobody's fault, and of those that are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { charges, collect, inWorld, nextDue, pledgeBy, view } from '../testing/pledge-story.ts';

test('a database that went away for a moment rings no alarm and puts no gift aside', () =>
  inWorld({}, async (world) => {
    const pledgeId = await pledgeBy(world);
    world.clock.set((await nextDue(world, pledgeId)).toString());
    let away = 1;
    world.processor.duringCharge = async () => {
      away -= 1;
      // As the driver says it when the server was killed; by the time the collector hears of it, the server is back.
      if (away === 0) throw new Error('Connection terminated unexpectedly');
    };
    await collect(world);
    assert.deepEqual((await world.giving.alarms()).open, []);
    world.clock.advance({ minutes: 2 });
    await world.settleDown();
    assert.equal((await view(world, pledgeId)).state, 'active');
    assert.equal(world.processor.captured('EUR'), 1000n);
    assert.ok(charges(world) >= 1);
  }));

test('any other error rings, and its gift waits', () =>
  inWorld({}, async (world) => {
    const pledgeId = await pledgeBy(world);
    world.clock.set((await nextDue(world, pledgeId)).toString());
    let broken = 1;
    world.processor.duringCharge = async () => {
      broken -= 1;
      if (broken === 0) throw new TypeError('nothing of a network');
    };
    await collect(world);
    assert.deepEqual(
      (await world.giving.alarms()).open.map(({ kind }) => kind),
      ['assertion'],
    );
    world.clock.advance({ minutes: 11 });
    await world.settleDown();
    assert.equal(world.processor.captured('EUR'), 1000n);
  }));
