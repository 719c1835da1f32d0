import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../calendar/index.ts';
import type { GivingWorld } from '../testing/giving-world.ts';
import { collect, inWorld, nextDue, pledgeBy, shortPeriods } from '../testing/pledge-story.ts';
import { isInsideWindow, mayBelieveNotFound } from './ask.ts';

const SENT = '2026-03-15T09:00:00Z';
const HOUR_MS = 3_600_000;

function believes(
  minutesAfter: number,
  of: { readonly mandateId: string | null; readonly windowMs: number | null },
): boolean {
  return mayBelieveNotFound({
    attempt: { firstSentAt: Instant.from(SENT), mandateId: of.mandateId, objectRef: null },
    processor: { capabilities: { ...CAPABILITIES, idempotencyWindowMs: of.windowMs } },
    now: Instant.from(SENT).add({ minutes: minutesAfter }),
  });
}

const CAPABILITIES = {
  currencies: [],
  chargesMandates: true,
  payerCountry: 'never',
  idempotencyWindowMs: 24 * HOUR_MS,
  minimumMinor: {},
  pageOrigins: [],
} as const;

describe('"there is no such payment"', () => {
  it('ends a charge on a mandate only when no copy of our call can take money any more', () => {
    const day = { mandateId: 'm', windowMs: 24 * HOUR_MS };
    assert.equal(believes(24 * 60 - 1, day), false);
    assert.equal(believes(24 * 60, day), true);
    // A short memory, or none, does not make our own call faster.
    for (const windowMs of [null, 0, 60_000]) {
      assert.equal(believes(59, { mandateId: 'm', windowMs }), false);
      assert.equal(believes(60, { mandateId: 'm', windowMs }), true);
    }
  });

  it('ends a page after minutes, because nobody can pay where nobody knows the address', () => {
    const page = { mandateId: null, windowMs: 24 * HOUR_MS };
    assert.equal(believes(4, page), false);
    assert.equal(believes(5, page), true);
  });

  it('is not believed when the clock was set back', () => {
    assert.equal(believes(-120, { mandateId: 'm', windowMs: null }), false);
    assert.equal(believes(-120, { mandateId: null, windowMs: null }), false);
  });
});

describe('sending a key again', () => {
  it('ends with the memory of the processor, to the millisecond', () => {
    const inside = (ms: number, windowMs: number | null): boolean =>
      isInsideWindow(
        { firstSentAt: Instant.from(SENT) },
        { capabilities: { ...CAPABILITIES, idempotencyWindowMs: windowMs } },
        Instant.from(SENT).add({ milliseconds: ms }),
      );
    assert.equal(inside(HOUR_MS - 1, HOUR_MS), true);
    assert.equal(inside(HOUR_MS, HOUR_MS), false);
    assert.equal(inside(0, null), false);
  });
});

async function alarmKinds(world: GivingWorld): Promise<readonly string[]> {
  return (await world.giving.alarms()).open.map(({ kind }) => kind);
}

describe('asking', () => {
  it('takes no answer about another attempt, whatever it says', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-before');
      world.clock.set(await nextDue(world, pledgeId));
      await collect(world);
      const [first] = [...world.processor.payments.values()];
      assert.ok(first !== undefined);
      const { objectRef, evidence, attemptId } = first;
      const lookUp = world.processor.lookUp.bind(world.processor);
      world.processor.lookUp = () =>
        Promise.resolve({ kind: 'evidence', objectRef, evidence, attemptId });
      world.clock.advance({ minutes: 6 });
      await collect(world);
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 collecting');
      assert.deepEqual(await alarmKinds(world), []);
      world.processor.lookUp = lookUp;
      await world.settleDown();
    }));

  it('tells a person when nobody answers for days, and goes on asking', () =>
    inWorld({ now: '2026-01-10T12:00:00Z' }, async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-after');
      world.processor.lookUpsLost = Number.MAX_SAFE_INTEGER;
      world.clock.set(await nextDue(world, pledgeId));
      for (let day = 0; day < 12; day += 1) {
        await collect(world);
        world.clock.advance({ hours: 25 });
      }
      assert.deepEqual(await alarmKinds(world), ['unanswered']);
      world.processor.lookUpsLost = 0;
      world.clock.advance({ hours: 24 * 8 });
      await collect(world);
      assert.equal((await shortPeriods(world, pledgeId))[1], '2026-02-10 settled');
    }));
});
