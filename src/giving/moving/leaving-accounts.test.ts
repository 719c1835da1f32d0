import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { checkInvariants } from '../ledger/invariants.ts';
import { FakeProcessor } from '../testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { letters, nextDue, pledgeBy, view } from '../testing/pledge-story.ts';
import type { AccountMove } from './account-status.ts';

const BY = { by: 'desk', reason: 'the company gave notice' };

/** A newsroom with two companies: `fake`, which it leaves, and another one. The rules of the books hold at its end. */
async function inTwo(
  story: (world: GivingWorld, second: FakeProcessor) => Promise<void>,
): Promise<void> {
  let second: FakeProcessor | undefined;
  const world = await givingWorld({
    now: '2026-01-10T12:00:00Z',
    processors: (fake, clock) => {
      second = new FakeProcessor({ clock, accountId: 'second' });
      return [fake, second];
    },
  });
  try {
    assert.ok(second !== undefined);
    await story(world, second);
    assert.deepEqual(await checkInvariants(world.db), []);
  } finally {
    await world.close();
  }
}

const set = (world: GivingWorld, move: AccountMove) =>
  world.giving.setAccountStatus({ ...BY, actId: randomUUID(), accountId: 'fake', move });

const charges = (processor: FakeProcessor): number =>
  processor.calls.filter((call) => call.startsWith('charge ')).length;

/** A hash of the ledger as far as it goes now. */
async function ledgerSoFar(world: GivingWorld, without: string): Promise<string> {
  const { rows } = await sql`
    select id::text, debit::text, credit::text, amount::text, code, cause_ref, at::text
    from ledger_transfer where gift_id is distinct from ${without}::uuid order by id
  `.execute(world.db);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

async function mandateOf(world: GivingWorld, pledgeId: string) {
  const row = await world.db
    .selectFrom('mandate')
    .innerJoin('pledge', 'pledge.mandate_id', 'mandate.id')
    .select(['processor_account_id', 'customer_ref', 'method_ref', 'mandate.state'])
    .where('pledge.id', '=', pledgeId)
    .executeTakeFirstOrThrow();
  return {
    accountId: row.processor_account_id,
    customerRef: row.customer_ref ?? '',
    methodRef: row.method_ref ?? '',
    state: row.state,
  };
}

describe('an account that rests', () => {
  it('takes nothing new, and nothing else changes: no letter, no other company, no page closed', () =>
    inTwo(async (world, second) => {
      const pledgeId = await pledgeBy(world);
      const open = await world.giving.beginGift(world.intent());
      assert.ok(open.kind === 'go');
      assert.equal((await set(world, 'rest')).kind, 'done');
      const fresh = await world.giving.beginGift(world.intent());
      assert.ok(fresh.kind === 'go' && second.ofPage(fresh.pageUrl));
      world.processor.pay(open.pageUrl);
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.settleDown();
      assert.equal(charges(world.processor), 1);
      const pledge = await view(world, pledgeId);
      assert.deepEqual([pledge.state, pledge.move], ['active', 'no']);
      assert.deepEqual(await letters(world), []);
      assert.equal(world.processor.captured('EUR'), 1500n);
      await set(world, 'activate');
      const again = await world.giving.beginGift(world.intent());
      assert.ok(again.kind === 'go' && world.processor.ofPage(again.pageUrl));
    }));

  it('that was being left asks nobody who was not asked yet', () =>
    inTwo(async (world) => {
      await pledgeBy(world);
      await set(world, 'drain');
      await set(world, 'rest');
      await world.settleDown();
      assert.deepEqual(await letters(world), []);
    }));
});

describe('an account that drains', () => {
  it('charges what was promised and takes nothing new', () =>
    inTwo(async (world, second) => {
      const pledgeId = await pledgeBy(world);
      assert.equal((await set(world, 'drain')).kind, 'done');
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.settleDown();
      assert.equal(charges(world.processor), 1);
      assert.equal((await view(world, pledgeId)).state, 'active');
      const fresh = await world.giving.beginGift(world.intent());
      assert.ok(fresh.kind === 'go' && second.ofPage(fresh.pageUrl));
    }));

  it('asks each supporter once to go on elsewhere, and again only when it is left again', () =>
    inTwo(async (world) => {
      await pledgeBy(world);
      await set(world, 'drain');
      await world.settleDown();
      const moves = async () => (await letters(world)).filter((kind) => kind === 'move').length;
      assert.equal(await moves(), 1);
      await world.liveUntil('2026-01-20T12:00:00Z');
      assert.equal(await moves(), 1);
      await set(world, 'activate');
      world.clock.advance({ hours: 1 });
      await set(world, 'drain');
      world.clock.advance({ hours: 1 });
      await world.settleDown();
      assert.equal(await moves(), 2);
    }));

  it('lets a pledge move by its next gift, paid early at the other company: same period, same days', () =>
    inTwo(async (world, second) => {
      const pledgeId = await pledgeBy(world);
      const before = (await view(world, pledgeId)).nextDates.map(String);
      await set(world, 'drain');
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      const begun = await world.giving.beginGift(world.intent({ giftId, interval: 'month' }));
      assert.ok(begun.kind === 'go');
      second.pay(begun.pageUrl);
      await world.giving.askProcessor(giftId);
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
      assert.equal((await mandateOf(world, pledgeId)).accountId, 'second');
      assert.deepEqual(
        (await view(world, pledgeId)).nextDates.map(String).slice(0, 2),
        before.slice(1),
      );
      await world.liveUntil('2026-03-12T12:00:00Z');
      assert.deepEqual([charges(world.processor), charges(second)], [0, 1]);
      assert.equal((await world.giving.accounts())[0]?.moved, 1);
    }));
});

describe('an account that dropped the newsroom', () => {
  it('is charged nothing; who does nothing lapses by the usual rule', () =>
    inTwo(async (world) => {
      const pledgeId = await pledgeBy(world);
      await set(world, 'drop');
      const due = await nextDue(world, pledgeId);
      await world.liveUntil(due.add({ hours: 24 * 23 }).toString());
      assert.equal(charges(world.processor), 0);
      assert.equal((await view(world, pledgeId)).state, 'lapsed');
    }));

  it('leaves what is on its way unknown: paid nowhere else until a person says what became of it', () =>
    inTwo(async (world, second) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-after');
      world.clock.set((await nextDue(world, pledgeId)).toString());
      const collector = world.giving.workers.find(({ name }) => name === 'collector');
      await collector?.runOnce();
      world.processor.lookUpsLost = 1_000_000;
      await set(world, 'drop');
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      const past = await ledgerSoFar(world, giftId);
      const intent = world.intent({ giftId, interval: 'month' });
      assert.equal((await world.giving.beginGift(intent)).kind, 'checking');
      assert.ok(second.calls.every((call) => call === 'list'));

      const [lost] = await world.giving.lostCharges();
      assert.ok(lost !== undefined);
      const decision = {
        ...BY,
        actId: randomUUID(),
        attemptId: lost.attemptId,
        became: { kind: 'not-charged' },
      } as const;
      assert.equal((await world.giving.closeLostCharge(decision)).kind, 'done');
      assert.equal((await world.giving.closeLostCharge(decision)).kind, 'already');
      const begun = await world.giving.beginGift(intent);
      assert.ok(begun.kind === 'go');
      second.pay(begun.pageUrl);
      await world.giving.askProcessor(giftId);
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
      // I16: moving changed nothing that was booked before.
      assert.equal(await ledgerSoFar(world, giftId), past);

      // The company's message comes after all: the money is kept apart, and a person is told.
      world.processor.lookUpsLost = 0;
      const { objectRef } = world.processor.ofAttempt(lost.attemptId);
      await world.giving.takeWebhook({ accountId: 'fake', ...world.processor.message(objectRef) });
      await world.settleDown();
      const alarms = (await world.giving.alarms()).open.map(({ kind }) => kind);
      assert.ok(alarms.includes('unmatched'), alarms.join());
      assert.equal((await mandateOf(world, pledgeId)).accountId, 'second');
    }));

  it('may have charged: then the charge from its books settles the gift, told again it changes nothing', () =>
    inTwo(async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-after');
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.giving.workers.find(({ name }) => name === 'collector')?.runOnce();
      world.processor.lookUpsLost = 1_000_000;
      await set(world, 'drop');
      const [lost] = await world.giving.lostCharges();
      assert.ok(lost !== undefined);
      const payment = world.processor.ofAttempt(lost.attemptId);
      assert.ok(payment.evidence.state === 'succeeded');
      const { chargeRef, happenedAt } = payment.evidence;
      const answer = await world.giving.closeLostCharge({
        ...BY,
        actId: randomUUID(),
        attemptId: lost.attemptId,
        became: { kind: 'charged', chargeRef, money: lost.money, happenedAt },
      });
      assert.equal(answer.kind, 'done');
      assert.equal((await world.giving.giftView(lost.giftId))?.state, 'settled');
      world.processor.lookUpsLost = 0;
      await world.giving.takeWebhook({
        accountId: 'fake',
        ...world.processor.message(payment.objectRef),
      });
      await world.settleDown();
      assert.equal((await world.giving.giftView(lost.giftId))?.state, 'settled');
    }));

  it('answers a charge that paid another gift with the hold that it is', () =>
    inTwo(async (world) => {
      await world.give();
      const { charge_ref: used } = await world.db
        .selectFrom('attempt')
        .select('charge_ref')
        .where('state', '=', 'succeeded')
        .executeTakeFirstOrThrow();
      const intent = world.intent();
      await world.giving.beginGift(intent);
      await set(world, 'drop');
      const [lost] = await world.giving.lostCharges();
      assert.ok(lost !== undefined);
      const happenedAt = world.clock.now();
      const answer = await world.giving.closeLostCharge({
        ...BY,
        actId: randomUUID(),
        attemptId: lost.attemptId,
        became: { kind: 'charged', chargeRef: used ?? '', money: lost.money, happenedAt },
      });
      assert.equal(answer.kind, 'held');
    }));

  it('hands out no page of it again, whatever it still says', () =>
    inTwo(async (world) => {
      const intent = world.intent();
      assert.equal((await world.giving.beginGift(intent)).kind, 'go');
      const dropped = await set(world, 'drop');
      assert.deepEqual(
        [dropped.kind, 'madeUnknown' in dropped && dropped.madeUnknown],
        ['done', 1],
      );
      for (let look = 0; look < 3; look += 1) {
        assert.equal((await world.giving.giftView(intent.giftId))?.pageUrl, undefined);
        assert.equal((await world.giving.beginGift(intent)).kind, 'checking');
        world.clock.advance({ hours: 2 });
        await world.settleDown();
      }
    }));

  it('sends nobody there to confirm', () =>
    inTwo(async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.outcome = { kind: 'needs-action' };
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.settleDown();
      const before = (await letters(world)).filter((kind) => kind.startsWith('needs'));
      await set(world, 'drop');
      await world.liveUntil('2026-02-20T12:00:00Z');
      const giftId = (await view(world, pledgeId)).openGiftId ?? '';
      assert.equal((await world.giving.giftView(giftId))?.pageUrl, undefined);
      assert.deepEqual(
        (await letters(world)).filter((kind) => kind.startsWith('needs')),
        before,
      );
    }));

  it('is not believed when it knows of nothing any more', () =>
    inTwo(async (world) => {
      const pledgeId = await pledgeBy(world);
      world.processor.faults.push('lost-before');
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.giving.workers.find(({ name }) => name === 'collector')?.runOnce();
      await set(world, 'drop');
      await world.liveUntil('2026-02-14T12:00:00Z');
      assert.equal((await world.giving.lostCharges()).length, 1);
    }));

  it('gives no money back: refused before anything is written, and what was planned waits', () =>
    inTwo(async (world) => {
      const giftId = await world.give();
      let sent = 0;
      world.processor.refund = async () => {
        sent += 1;
        return { kind: 'unknown', reason: 'timeout' };
      };
      await set(world, 'drop');
      const answer = await world.giving.refundGift({ ...BY, giftId });
      assert.deepEqual(answer, { kind: 'refused', reason: 'account-dropped' });
      await world.settleDown();
      assert.equal(sent, 0);
    }));

  it('may be used again: the next period is charged there', () =>
    inTwo(async (world) => {
      const pledgeId = await pledgeBy(world);
      await set(world, 'drop');
      await set(world, 'activate');
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.settleDown();
      assert.equal(charges(world.processor), 1);
    }));
});

describe('an act about an account', () => {
  it('is carried out once, under its own id, with a reason', () =>
    inTwo(async (world) => {
      const decision = { ...BY, actId: randomUUID(), accountId: 'fake', move: 'drain' } as const;
      const { setAccountStatus } = world.giving;
      assert.equal((await setAccountStatus(decision)).kind, 'done');
      assert.equal((await setAccountStatus(decision)).kind, 'already');
      assert.equal((await setAccountStatus({ ...decision, move: 'drop' })).kind, 'refused');
      const other = { ...decision, actId: randomUUID() };
      assert.equal((await setAccountStatus(other)).kind, 'already');
      assert.equal((await setAccountStatus({ ...other, reason: ' ' })).kind, 'refused');
      assert.equal((await setAccountStatus({ ...other, actId: 'x' })).kind, 'refused');
      assert.equal((await setAccountStatus({ ...other, accountId: 'none' })).kind, 'not-found');
      const acts = await world.db.selectFrom('account_act').select('kind').execute();
      assert.deepEqual(
        acts.map(({ kind }) => kind),
        ['drain'],
      );
      await assert.rejects(world.db.deleteFrom('account_act').execute());
    }));

  it('of two people who press at once one acts', () =>
    inTwo(async (world) => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => set(world, 'drop')));
      assert.deepEqual(answers.map(({ kind }) => kind).sort(), [
        'already',
        'already',
        'already',
        'done',
      ]);
    }));

  it('says nothing of a charge whose processor is still asked', () =>
    inTwo(async (world) => {
      const intent = world.intent();
      await world.giving.beginGift(intent);
      const { id } = await world.db
        .selectFrom('attempt')
        .select('id')
        .where('gift_id', '=', intent.giftId)
        .executeTakeFirstOrThrow();
      const answer = await world.giving.closeLostCharge({
        ...BY,
        actId: randomUUID(),
        attemptId: id,
        became: { kind: 'not-charged' },
      });
      assert.deepEqual(answer, { kind: 'refused', reason: 'still-told' });
    }));
});

describe('mandates handed on to another company', () => {
  const TO = { accountId: 'second', customerRef: 'c2', methodRef: 'm2', methodFingerprint: null };

  it('are charged there from the next period on, and doing it again changes nothing', () =>
    inTwo(async (world, second) => {
      const pledgeId = await pledgeBy(world);
      const handed = { from: await mandateOf(world, pledgeId), to: TO };
      const rehearsed = await world.giving.importMandate(handed, { rehearse: true });
      assert.equal(rehearsed, 'moved');
      assert.equal((await mandateOf(world, pledgeId)).accountId, 'fake');
      for (const expected of ['moved', 'already']) {
        assert.equal(await world.giving.importMandate(handed, { rehearse: false }), expected);
      }
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.settleDown();
      assert.deepEqual([charges(world.processor), charges(second)], [0, 1]);
    }));

  it('come in time for a gift that waited for its supporter', () =>
    inTwo(async (world, second) => {
      const pledgeId = await pledgeBy(world);
      const from = await mandateOf(world, pledgeId);
      await set(world, 'drop');
      const due = await nextDue(world, pledgeId);
      world.clock.set(due.toString());
      await world.settleDown();
      assert.equal((await view(world, pledgeId)).state, 'past_due');
      world.clock.advance({ hours: 48 });
      await world.giving.importMandate({ from, to: TO }, { rehearse: false });
      await world.liveUntil(due.add({ hours: 24 * 22 }).toString());
      assert.equal((await view(world, pledgeId)).state, 'active');
      assert.equal(charges(second), 1);
    }));

  it('may be two that became one', () =>
    inTwo(async (world) => {
      for (const pledgeId of [await pledgeBy(world), await pledgeBy(world)]) {
        const from = await mandateOf(world, pledgeId);
        const answer = await world.giving.importMandate({ from, to: TO }, { rehearse: false });
        assert.equal(answer, 'moved');
        assert.equal((await mandateOf(world, pledgeId)).accountId, 'second');
      }
    }));

  it('are refused where nothing stands, nothing new is taken, or a charge is under way', () =>
    inTwo(async (world) => {
      const pledgeId = await pledgeBy(world);
      const from = await mandateOf(world, pledgeId);
      const hand = (changes: object) =>
        world.giving.importMandate({ from, to: TO, ...changes }, { rehearse: false });
      assert.equal(await hand({ from: { ...from, methodRef: 'none' } }), 'unknown');
      assert.equal(await hand({ to: { ...TO, accountId: 'none' } }), 'account');
      assert.equal(await hand({ to: { ...TO, accountId: 'fake' } }), 'account');
      world.processor.faults.push('lost-after');
      world.clock.set((await nextDue(world, pledgeId)).toString());
      await world.giving.workers.find(({ name }) => name === 'collector')?.runOnce();
      assert.equal(await hand({}), 'in-flight');
    }));
});
