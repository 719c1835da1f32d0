/**
 * Restoring an old backup while the processors went on: everything that happened after the backup is found again, and
 * nothing is charged twice.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readCustody } from '../database/index.ts';
import { recoverPayment } from '../giving/custody/recover-payment.ts';
import { resumeCollecting } from '../giving/custody/resume-collecting.ts';
import { checkInvariants } from '../giving/ledger/invariants.ts';
import { readBalances } from '../giving/ledger/ledger-store.ts';
import { planCharge } from '../giving/renewals/charge-renewal.ts';
import { givenContext } from '../giving/testing/given-context.ts';
import { type GivingWorld, givingWorld } from '../giving/testing/giving-world.ts';
import { pledgeBy } from '../giving/testing/pledge-story.ts';
import { money } from '../money/index.ts';
import {
  backUp,
  type RestoredWorld,
  restoreWorld,
  type Scratch,
  scratchFolder,
} from './testing/backed-up-world.ts';

let scratch: Scratch;
before(async () => {
  scratch = await scratchFolder();
});
after(() => scratch.remove());

/** A story in which a world is backed up, lives on, dies, and is restored. */
async function inStory(story: {
  readonly before: (world: GivingWorld) => Promise<void>;
  readonly meanwhile: (world: GivingWorld) => Promise<void>;
  readonly afterwards: (copy: RestoredWorld, world: GivingWorld) => Promise<void>;
}): Promise<void> {
  const world = await givingWorld();
  let copy: RestoredWorld | undefined;
  try {
    await story.before(world);
    const { folder } = await backUp(world, scratch);
    await story.meanwhile(world);
    copy = await restoreWorld(world, folder);
    await story.afterwards(copy, world);
    assert.deepEqual(await checkInvariants(copy.db), []);
  } finally {
    await copy?.close();
    await world.close();
  }
}

/** Charges of each gift that the processor took, by its own record. */
function chargesPerGift(world: GivingWorld): readonly number[] {
  const perGift = new Map<string, number>();
  for (const { references, evidence } of world.processor.payments.values()) {
    if (evidence.state !== 'succeeded' || references === null) continue;
    perGift.set(references.giftId, (perGift.get(references.giftId) ?? 0) + 1);
  }
  return [...perGift.values()];
}

async function pending(copy: RestoredWorld): Promise<bigint> {
  const balances = await readBalances(copy.db);
  return balances.find(({ name }) => name === 'processor_pending')?.money.minor ?? 0n;
}

async function states(
  copy: Pick<RestoredWorld, 'db'>,
  pledgeId: string,
): Promise<readonly string[]> {
  const rows = await copy.db
    .selectFrom('gift')
    .select(['period_n', 'state'])
    .where('pledge_id', '=', pledgeId)
    .orderBy('period_n')
    .execute();
  return rows.map(({ period_n, state }) => `${period_n} ${state}`);
}

/** Lives two days at a time, well inside the week in which a missed period is caught up. */
async function liveUntil(copy: RestoredWorld, world: GivingWorld, until: string): Promise<void> {
  for (let turn = 0; turn < 200 && world.clock.now().toString() < until; turn += 1) {
    world.clock.advance({ hours: 48 });
    await copy.settleDown();
  }
}

async function catchUpAndResume(copy: RestoredWorld, world: GivingWorld) {
  world.clock.advance({ minutes: 20 });
  await copy.settleDown();
  return await resumeCollecting({ db: copy.db, clock: world.clock });
}

describe('a backup of two months ago, restored after a crash', () => {
  it('finds the charges made since, charges each period once, and agrees with the processor', async () => {
    let pledges: readonly string[] = [];
    await inStory({
      async before(world) {
        pledges = [await pledgeBy(world), await pledgeBy(world), await pledgeBy(world, 'year')];
        await world.liveUntil('2026-03-15T12:00:00Z');
      },
      async meanwhile(world) {
        await world.give();
        await world.liveUntil('2026-05-15T12:00:00Z');
      },
      async afterwards(copy, world) {
        const charged = world.processor.captured('EUR');
        assert.ok((await pending(copy)) < charged, 'the backup is older than the books');
        assert.equal((await readCustody(copy.db)).state, 'restored');

        const early = await resumeCollecting({ db: copy.db, clock: world.clock });
        assert.deepEqual(early, { kind: 'not-caught-up', accounts: ['fake'] });

        const calls = world.processor.calls.length;
        world.clock.advance({ minutes: 20 });
        await copy.settleDown();
        const made = world.processor.calls.slice(calls);
        assert.deepEqual(
          made.filter((call) => !/^(list|lookUp)/.test(call)),
          [],
        );
        assert.equal(await pending(copy), charged, 'all that was charged since is in the books');
        assert.deepEqual(await states(copy, pledges[0] ?? ''), [
          '0 settled',
          '1 settled',
          '2 settled',
          '3 settled',
          '4 due',
        ]);

        const resumed = await resumeCollecting({ db: copy.db, clock: world.clock });
        assert.deepEqual(resumed, { kind: 'resumed', doubted: 0, parked: 0 });
        await liveUntil(copy, world, '2026-07-15T12:00:00Z');
        assert.ok(chargesPerGift(world).every((count) => count === 1));
        assert.equal(await pending(copy), world.processor.captured('EUR'));
        assert.deepEqual((await states(copy, pledges[1] ?? '')).slice(-3), [
          '4 settled',
          '5 settled',
          '6 due',
        ]);
        assert.equal(world.processor.captured('EUR'), 500n * (6n + 6n + 1n + 1n));
        const unmatched = (await readBalances(copy.db)).filter(({ name }) => name === 'unmatched');
        assert.deepEqual(unmatched, []);
      },
    });
  });

  it('charges nothing before it was resumed, whatever the program tries', async () => {
    await inStory({
      before: async (world) => {
        await pledgeBy(world);
      },
      meanwhile: async (world) => {
        world.clock.advance({ hours: 24 * 40 });
      },
      async afterwards(copy, world) {
        await copy.settleDown();
        const mandate = await copy.db.selectFrom('mandate').selectAll().executeTakeFirstOrThrow();
        const gift = await copy.db
          .selectFrom('gift')
          .select('id')
          .where('state', '=', 'due')
          .executeTakeFirstOrThrow();
        const planned = copy.db
          .insertInto('attempt')
          .values({
            id: '00000000-0000-7000-8000-0000000000aa',
            gift_id: gift.id,
            n: 1,
            mandate_id: mandate.id,
            processor_account_id: 'fake',
            request_hash: 'x'.repeat(43),
            state: 'planned',
            created_at: world.clock.now(),
          })
          .execute();
        await assert.rejects(planned, { code: '25006' });
        assert.equal(world.processor.captured('EUR'), 500n);
      },
    });
  });

  for (const sent of [true, false]) {
    it(`asks about what was planned at the backup and ${sent ? 'was' : 'was not'} sent after it`, async () => {
      await inStory({
        async before(world) {
          const pledgeId = await pledgeBy(world);
          world.clock.advance({ hours: 24 * 28 + 23 });
          const gift = await world.db
            .selectFrom('gift')
            .select('id')
            .where('pledge_id', '=', pledgeId)
            .where('state', '=', 'due')
            .executeTakeFirstOrThrow();
          assert.ok((await planCharge(givenContext(world), gift.id)) !== null);
        },
        async meanwhile(world) {
          if (sent) await world.settleDown();
          world.clock.advance({ hours: 30 });
        },
        async afterwards(copy, world) {
          const answer = await catchUpAndResume(copy, world);
          assert.deepEqual(answer, { kind: 'resumed', doubted: sent ? 0 : 1, parked: 0 });
          const calls = world.processor.calls.length;
          await copy.settleDown();
          const made = world.processor.calls.slice(calls).filter((call) => !/^list/.test(call));
          assert.equal(made[0], sent ? undefined : 'lookUp');
          await liveUntil(copy, world, '2026-06-15T12:00:00Z');
          assert.ok(chargesPerGift(world).every((count) => count === 1));
          assert.equal(world.processor.captured('EUR'), 5n * 500n);
          assert.equal(await pending(copy), world.processor.captured('EUR'));
        },
      });
    });
  }

  it('parks a renewal that the living copy did not charge: its supporter may have stopped', async () => {
    let stopped = '';
    await inStory({
      async before(world) {
        stopped = await pledgeBy(world);
        await pledgeBy(world);
        await world.liveUntil('2026-03-15T12:00:00Z');
      },
      async meanwhile(world) {
        await world.giving.cancelPledge(stopped);
        await world.liveUntil('2026-04-15T12:00:00Z');
        // A sign of life after the day on which it would have been charged.
        await world.give();
      },
      async afterwards(copy, world) {
        const answer = await catchUpAndResume(copy, world);
        assert.deepEqual(answer, { kind: 'resumed', doubted: 0, parked: 1 });
        const before = world.processor.captured('EUR');
        await liveUntil(copy, world, '2026-06-15T12:00:00Z');
        const stoppedStates = await states(copy, stopped);
        assert.deepEqual(stoppedStates, ['0 settled', '1 settled', '2 due']);
        assert.equal(world.processor.captured('EUR'), before + 2n * 500n);
        const { open } = await copy.giving.alarms();
        assert.deepEqual(
          open.map(({ kind }) => kind),
          ['bound'],
        );
      },
    });
  });

  for (const [changed, later] of [
    [200n, 200n],
    [900n, 500n],
  ] as const) {
    it(`was changed to ${changed} meanwhile: what was charged is booked, and ${later} from then on`, async () => {
      let pledgeId = '';
      await inStory({
        async before(world) {
          pledgeId = await pledgeBy(world);
          await world.liveUntil('2026-03-15T12:00:00Z');
        },
        async meanwhile(world) {
          const change = await world.giving.changePledgeAmount({
            pledgeId,
            money: money(changed, 'EUR'),
          });
          assert.equal(change.kind, 'changed');
          await world.liveUntil('2026-04-15T12:00:00Z');
        },
        async afterwards(copy, world) {
          await catchUpAndResume(copy, world);
          await liveUntil(copy, world, '2026-06-15T12:00:00Z');
          const amounts = await copy.db
            .selectFrom('gift')
            .select('amount_minor')
            .where('pledge_id', '=', pledgeId)
            .orderBy('period_n')
            .execute();
          assert.deepEqual(
            amounts.map(({ amount_minor }) => amount_minor),
            [500n, 500n, changed, later, later, later],
          );
          assert.equal(await pending(copy), world.processor.captured('EUR'));
        },
      });
    });
  }
});

describe('payments of the other copy that are not simply paid', () => {
  it('one that is still under way blocks its period until it is decided', async () => {
    let pledgeId = '';
    await inStory({
      async before(world) {
        pledgeId = await pledgeBy(world);
        await world.liveUntil('2026-02-20T12:00:00Z');
      },
      async meanwhile(world) {
        world.processor.outcome = { kind: 'processing' };
        await world.liveUntil('2026-03-01T12:00:00Z');
        world.processor.outcome = { kind: 'pays' };
      },
      async afterwards(copy, world) {
        assert.equal((await catchUpAndResume(copy, world)).kind, 'resumed');
        await liveUntil(copy, world, '2026-03-10T12:00:00Z');
        assert.equal(world.processor.captured('EUR'), 500n, 'nothing was charged beside it');
        assert.deepEqual(await states(copy, pledgeId), ['0 settled', '1 collecting']);
        const underWay = [...world.processor.payments.values()].find(
          ({ evidence }) => evidence.state === 'processing',
        );
        assert.ok(underWay !== undefined);
        world.processor.say(underWay, {
          state: 'succeeded',
          chargeRef: 'ch_late',
          money: underWay.money,
          happenedAt: world.clock.now(),
          payerCountry: 'DE',
          mandate: null,
          fee: null,
        });
        await liveUntil(copy, world, '2026-04-15T12:00:00Z');
        assert.deepEqual(await states(copy, pledgeId), [
          '0 settled',
          '1 settled',
          '2 settled',
          '3 due',
        ]);
        assert.equal(await pending(copy), world.processor.captured('EUR'));
      },
    });
  });

  it('one that was declined counts as a try, and the schedule goes on from there', async () => {
    let pledgeId = '';
    await inStory({
      async before(world) {
        pledgeId = await pledgeBy(world);
        await world.liveUntil('2026-02-20T12:00:00Z');
      },
      async meanwhile(world) {
        const { processor } = world;
        processor.outcome = { kind: 'declines', code: 'insufficient', advice: 'retry-later' };
        await world.liveUntil('2026-03-01T12:00:00Z');
        processor.outcome = { kind: 'pays' };
      },
      async afterwards(copy, world) {
        assert.equal((await catchUpAndResume(copy, world)).kind, 'resumed');
        assert.deepEqual(await states(copy, pledgeId), ['0 settled', '1 collecting']);
        await liveUntil(copy, world, '2026-03-20T12:00:00Z');
        assert.deepEqual(await states(copy, pledgeId), ['0 settled', '1 settled', '2 due']);
        const tries = await copy.db
          .selectFrom('attempt')
          .innerJoin('gift', 'gift.id', 'attempt.gift_id')
          .select(['attempt.n', 'attempt.state'])
          .where('gift.period_n', '=', 1)
          .orderBy('attempt.n')
          .execute();
        assert.deepEqual(
          tries.map(({ n, state }) => `${n} ${state}`),
          ['1 declined', '2 succeeded'],
        );
      },
    });
  });

  it('one of a pledge that nobody knows here is strange money: booked as unmatched, for a person', async () => {
    await inStory({
      before: async (world) => {
        await world.give();
      },
      meanwhile: async (world) => {
        await pledgeBy(world);
      },
      async afterwards(copy, world) {
        assert.equal((await catchUpAndResume(copy, world)).kind, 'resumed');
        await liveUntil(copy, world, '2026-02-05T12:00:00Z');
        const unmatched = (await readBalances(copy.db)).find(({ name }) => name === 'unmatched');
        assert.equal(unmatched?.money.minor, -500n);
        assert.equal(await pending(copy), world.processor.captured('EUR'));
      },
    });
  });

  it('a period that the other copy skipped stays uncharged when a later one was paid', async () => {
    let pledgeId = '';
    await inStory({
      async before(world) {
        pledgeId = await pledgeBy(world);
        await world.liveUntil('2026-02-20T12:00:00Z');
      },
      async meanwhile(world) {
        await world.giving.pausePledge({ pledgeId, months: 2 });
        await world.liveUntil('2026-05-10T12:00:00Z');
      },
      async afterwards(copy, world) {
        const charged = world.processor.captured('EUR');
        assert.equal((await catchUpAndResume(copy, world)).kind, 'resumed');
        await liveUntil(copy, world, '2026-05-20T12:00:00Z');
        assert.equal(world.processor.captured('EUR'), charged);
        assert.deepEqual(await states(copy, pledgeId), await states(world, pledgeId));
        assert.equal(await pending(copy), charged);
      },
    });
  });

  it('is no business of a newsroom that was born here', async () => {
    const world = await givingWorld();
    try {
      await pledgeBy(world);
      const context = givenContext(world);
      const [payment] = [...world.processor.payments.values()];
      assert.ok(payment?.references != null);
      const references = {
        ...payment.references,
        attemptId: '00000000-0000-7000-8000-0000000000bb',
      };
      const listed = { ...payment, attemptId: references.attemptId, references };
      const found = await recoverPayment(context, { accountId: 'fake', payment: listed });
      assert.equal(found, undefined);
      const attempts = await world.db.selectFrom('attempt').select('id').execute();
      assert.equal(attempts.length, 1);
    } finally {
      await world.close();
    }
  });
});
