/** Every notice about a pledge, from what makes us write it to the letter that leaves: the real core, outbox and renderers. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  type GivingWorld,
  givingWorld,
  type WorldOptions,
} from '../giving/testing/giving-world.ts';
import { nextDue, pledgeBy } from '../giving/testing/pledge-story.ts';
import { createLetterRenderers } from './letter-renderers.ts';

/** What the letters say that stand in the outbox now, in their order; those that say nothing are left out. */
async function written(world: GivingWorld): Promise<readonly string[]> {
  const renderers = createLetterRenderers({
    giving: world.giving,
    contacts: { open: async () => null, release: async () => true },
    statementText: 'OAK STREET MEDIA',
    publicOrigin: () => 'https://courier.example',
  });
  const rows = await world.db
    .selectFrom('outbox')
    .select('ref')
    .where('kind', '=', 'pledge-notice')
    .orderBy('id')
    .execute();
  const letters = await Promise.all(rows.map(({ ref }) => renderers['pledge-notice'](ref)));
  return letters.flatMap((letter) => (letter === 'not-needed' ? [] : [letter.letter.text]));
}

async function inWorld(
  story: (world: GivingWorld, pledgeId: string) => Promise<void>,
  options: Pick<WorldOptions, 'capabilities'> = {},
) {
  const world = await givingWorld({ now: '2026-01-10T12:00:00Z', ...options });
  try {
    await story(world, await pledgeBy(world));
  } finally {
    await world.close();
  }
}

async function renew(world: GivingWorld, pledgeId: string): Promise<void> {
  world.clock.set((await nextDue(world, pledgeId)).toString());
  await world.settleDown();
}

test('a payment that did not go through, and a pledge that ends by it', () =>
  inWorld(async (world, pledgeId) => {
    world.processor.outcome = {
      kind: 'declines',
      code: 'lost_card',
      advice: 'ask-for-another-method',
    };
    await renew(world, pledgeId);
    const [failed = ''] = await written(world);
    assert.match(failed, /\/thanks\//);
    await world.liveUntil('2026-03-20T12:00:00Z');
    assert.equal((await written(world)).length, 2, 'both letters say that it is over');
  }));

test('a confirmation that the bank wants, and its one reminder', () =>
  inWorld(async (world, pledgeId) => {
    world.processor.outcome = { kind: 'needs-action' };
    await renew(world, pledgeId);
    assert.equal((await written(world)).length, 1);
    await world.liveUntil('2026-02-20T12:00:00Z');
    assert.equal((await written(world)).length, 2);
  }));

for (const move of ['drain', 'drop'] as const) {
  test(`a company that we leave (${move}): one letter, with the page of the next gift`, () =>
    inWorld(async (world, pledgeId) => {
      await world.giving.setAccountStatus({
        by: 'desk',
        reason: 'a test',
        actId: randomUUID(),
        accountId: 'fake',
        move,
      });
      await world.settleDown();
      const { openGiftId } = (await world.giving.pledgeView(pledgeId)) ?? {};
      const [letter = '', ...more] = await written(world);
      assert.ok(letter.includes(`/thanks/${openGiftId}`), letter);
      assert.match(letter, move === 'drain' ? /we are leaving/ : /does not work for us any more/);
      assert.deepEqual(more, []);
    }));
}

test('a pledge that nobody may charge: on its day the way to pay it, and nothing of another try', () =>
  inWorld(
    async (world, pledgeId) => {
      await renew(world, pledgeId);
      const { openGiftId } = (await world.giving.pledgeView(pledgeId)) ?? {};
      const [letter = '', ...more] = await written(world);
      assert.ok(letter.includes(`/thanks/${openGiftId}`), letter);
      assert.match(letter, /can be paid now\. Nothing is taken by itself/);
      assert.doesNotMatch(letter, /tried again/);
      assert.deepEqual(more, []);
    },
    { capabilities: { chargesMandates: false, pledgesByLink: true } },
  ));
