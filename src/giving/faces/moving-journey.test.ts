/**
 * From one payment company to another, as a supporter goes it: the letter's address, the page, one press, the other
 * company's page, and back. The real money core and database, two companies with books of their own, no script.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { checkInvariants } from '../ledger/invariants.ts';
import type { AccountMove } from '../moving/account-status.ts';
import { FakeProcessor } from '../testing/fake-processor.ts';
import { type FakeWeb, fakeWeb, location } from '../testing/fake-web.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { nextDue, pledgeBy, view } from '../testing/pledge-story.ts';
import { thanksAddress } from './gift-address.ts';

interface Town {
  readonly world: GivingWorld;
  /** The company that is left. */
  readonly old: FakeProcessor;
  readonly other: FakeProcessor;
  readonly web: FakeWeb;
}

async function inTown(story: (town: Town) => Promise<void>): Promise<void> {
  let other: FakeProcessor | undefined;
  const world = await givingWorld({
    now: '2026-01-10T12:00:00Z',
    processors: (fake, clock) => {
      other = new FakeProcessor({ clock, accountId: 'other', kind: 'paypal' });
      return [fake, other];
    },
  });
  try {
    assert.ok(other !== undefined);
    const { giving, clock } = world;
    await story({ world, old: world.processor, other, web: fakeWeb({ giving, clock }) });
    assert.deepEqual(await checkInvariants(world.db), []);
  } finally {
    await world.close();
  }
}

const leave = ({ world, old }: Town, move: AccountMove) =>
  world.giving.setAccountStatus({
    by: 'desk',
    reason: 'the company gave notice',
    actId: randomUUID(),
    accountId: old.accountId,
    move,
  });

/** Where the letter leads. */
async function addressInLetter({ world }: Town, pledgeId: string): Promise<string> {
  const { openGiftId } = await view(world, pledgeId);
  const gift = await world.giving.giftView(openGiftId ?? '');
  assert.ok(gift !== undefined);
  return thanksAddress(gift, 'en');
}

/** Presses the one button of the page, and comes to the page of a company. */
async function press({ web }: Town, address: string): Promise<string> {
  const text = await (await web.get(address)).text();
  const action = /<form method="post" action="(\/thanks\/[^"]+\/pay)"/.exec(text)?.[1];
  assert.ok(action !== undefined, text);
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const answer = await web.post(action, Object.fromEntries(fields));
  assert.equal(answer.status, 303);
  return location(answer);
}

const charges = (processor: FakeProcessor): number =>
  processor.calls.filter((call) => call.startsWith('charge ')).length;

describe('a supporter whose company we leave', () => {
  it('pays one gift at the other, and everything goes on there, on the same days', () =>
    inTown(async (town) => {
      const { world, old, other, web } = town;
      const pledgeId = await pledgeBy(world);
      const before = (await view(world, pledgeId)).nextDates.map(String);
      await leave(town, 'drain');
      await world.settleDown();
      const address = await addressInLetter(town, pledgeId);
      const page = await (await web.get(address)).text();
      assert.match(page, /We are leaving the payment company/);
      assert.match(page, /Until you pay here, everything goes on as before/);
      // Only the other company takes anything new, so there is nothing to choose.
      assert.doesNotMatch(page, /name="way"/);

      const theirs = await press(town, address);
      other.pay(theirs);
      // A second press and a second tab lead to what became of it.
      const back = await web.get(address.replace('/thanks/', '/support/return/'));
      assert.equal(location(back), address);
      assert.match(await (await web.get(address)).text(), /has arrived/);

      const moved = await view(world, pledgeId);
      assert.equal(moved.move, 'no');
      assert.deepEqual(moved.nextDates.map(String).slice(0, 2), before.slice(1));
      await world.liveUntil((await nextDue(world, pledgeId)).add({ hours: 12 }).toString());
      assert.deepEqual([charges(old), charges(other)], [0, 1]);
      assert.deepEqual([old.captured('EUR'), other.captured('EUR')], [500n, 1000n]);
    }));

  it('who does nothing is charged as before while it drains, and is asked on the day once it is dropped', () =>
    inTown(async (town) => {
      const { world, old, other, web } = town;
      const pledgeId = await pledgeBy(world);
      await leave(town, 'drain');
      await world.liveUntil((await nextDue(world, pledgeId)).add({ hours: 12 }).toString());
      assert.deepEqual([charges(old), charges(other)], [1, 0]);
      await leave(town, 'drop');
      await world.liveUntil((await nextDue(world, pledgeId)).add({ hours: 12 }).toString());
      const address = await addressInLetter(town, pledgeId);
      const page = await (await web.get(address)).text();
      assert.match(page, /does not work for us any more/);
      other.pay(await press(town, address));
      await web.get(address.replace('/thanks/', '/support/return/'));
      await world.liveUntil((await nextDue(world, pledgeId)).add({ hours: 12 }).toString());
      assert.equal((await view(world, pledgeId)).state, 'active');
      assert.deepEqual([old.captured('EUR'), other.captured('EUR')], [1000n, 1000n]);
    }));
});
