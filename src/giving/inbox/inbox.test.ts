import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { money } from '../../money/index.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { readJournal } from '../ledger/journal.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import { SUBSCRIPTION_ENDED } from '../processor.ts';
import type { FakePayment } from '../testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

let world: GivingWorld;
before(async () => {
  world = await givingWorld();
});
after(() => world.close());

const accountId = 'fake';

async function begin(): Promise<{ giftId: string; payment: FakePayment; page: string }> {
  const intent = world.intent();
  const begun = await world.giving.beginGift(intent);
  if (begun.kind !== 'go') throw new Error(begun.kind);
  return {
    giftId: intent.giftId,
    payment: world.processor.ofPage(begun.pageUrl),
    page: begun.pageUrl,
  };
}

async function worker(name: string): Promise<number> {
  const found = world.giving.workers.find((one) => one.name === name);
  assert.ok(found !== undefined);
  return await found.runOnce();
}

async function codesOf(giftId: string): Promise<readonly number[]> {
  const lines = await readJournal(world.db, { afterId: 0n, limit: 10_000 });
  return lines.filter((line) => line.giftId === giftId).map(({ code }) => code);
}

async function eventOf(eventId: string) {
  return await world.db
    .selectFrom('processor_event')
    .select(['state', 'next_at', 'error', 'tries'])
    .where('event_id', '=', eventId)
    .executeTakeFirst();
}

function take(payment: Pick<FakePayment, 'objectRef'>, eventId: string) {
  return world.giving.takeWebhook({
    accountId,
    ...world.processor.message(payment.objectRef, eventId),
  });
}

describe('the inbox', () => {
  it('gives one ledger entry for five webhooks, a return and a poll at the same time', async () => {
    const { giftId, payment, page } = await begin();
    world.processor.pay(page);
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => take(payment, `evt_five_${giftId}`)),
    );
    assert.deepEqual(taken.map(({ kind }) => kind).toSorted(), [
      'duplicate',
      'duplicate',
      'duplicate',
      'duplicate',
      'stored',
    ]);
    // The same news under other event ids, too.
    await take(payment, `evt_again_${giftId}`);
    world.clock.advance({ minutes: 16 });
    await Promise.all([
      worker('inbox'),
      worker('poller'),
      world.giving.askProcessor(giftId),
      world.giving.askProcessor(giftId),
    ]);
    await world.settleDown();
    assert.deepEqual(await codesOf(giftId), [10]);
    assert.equal((await world.giving.giftView(giftId))?.stateForPeople, 'paid');
  });

  it('does nothing in the request itself', async () => {
    const { giftId, payment, page } = await begin();
    world.processor.pay(page);
    world.processor.calls.length = 0;
    assert.deepEqual(await take(payment, `evt_${giftId}`), { kind: 'stored' });
    assert.deepEqual(world.processor.calls, []);
    assert.equal((await world.giving.giftView(giftId))?.state, 'collecting');
    await worker('inbox');
    assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
  });

  it('refuses a message without a good signature, and one for an account we do not have', async () => {
    const { payment } = await begin();
    const { body } = world.processor.message(payment.objectRef, 'evt_forged');
    const headers = new Headers({ 'fake-signature': 'bad' });
    assert.deepEqual(await world.giving.takeWebhook({ accountId, body, headers }), {
      kind: 'refused',
      reason: 'signature',
    });
    const good = world.processor.message(payment.objectRef, 'evt_forged');
    const elsewhere = await world.giving.takeWebhook({ accountId: 'nobody', ...good });
    assert.deepEqual(elsewhere, { kind: 'unknown-account' });
    assert.equal(await eventOf('evt_forged'), undefined);
  });

  it('believes the processor, not the message', async () => {
    const { giftId, payment } = await begin();
    await take(payment, `evt_early_${giftId}`);
    await worker('inbox');
    assert.equal((await world.giving.giftView(giftId))?.stateForPeople, 'waiting');
    assert.equal((await eventOf(`evt_early_${giftId}`))?.state, 'applied');
  });

  it('books by the record of the processor, not by the attempt a message names', async () => {
    const [mine, other] = [await begin(), await begin()];
    world.processor.pay(mine.page);
    const confused = new TextEncoder().encode(
      `evt_confused_${mine.giftId} ${mine.payment.objectRef} ${other.payment.attemptId}`,
    );
    const headers = new Headers({ 'fake-signature': 'good' });
    await world.giving.takeWebhook({ accountId, body: confused, headers });
    await worker('inbox');
    assert.equal((await world.giving.giftView(mine.giftId))?.state, 'settled');
    assert.equal((await world.giving.giftView(other.giftId))?.state, 'collecting');
  });

  it('C6.3: keeps nothing of what a message says beyond what it is about', async () => {
    const { giftId, payment } = await begin();
    await take(payment, `evt_words_${giftId}`);
    const { rows } = await sql<{ column: string }>`
      select jsonb_object_keys(to_jsonb(event)) as column from processor_event event
      where event_id = ${`evt_words_${giftId}`}
    `.execute(world.db);
    assert.deepEqual(rows.map(({ column }) => column).sort(), [
      'attempt_id',
      'error',
      'event_id',
      'lease_until',
      'next_at',
      'object_ref',
      'processor_account_id',
      'received_at',
      'state',
      'tries',
      'type',
    ]);
  });

  it('ignores messages that concern no payment, and keeps them', async () => {
    await take({ objectRef: '' }, 'evt_nothing');
    await worker('inbox');
    assert.equal((await eventOf('evt_nothing'))?.state, 'ignored');
  });

  it('parks a message about a payment nobody knows for a day, then lets a person look', async () => {
    await take({ objectRef: 'pay_elsewhere' }, 'evt_parked');
    await worker('inbox');
    assert.equal((await eventOf('evt_parked'))?.state, 'parked');
    assert.equal((await world.giving.alarms()).parkedEvents, 1);
    world.clock.advance({ hours: 25 });
    await world.settleDown();
    assert.equal((await eventOf('evt_parked'))?.state, 'ignored');
    const { open, parkedEvents } = await world.giving.alarms();
    assert.equal(parkedEvents, 0);
    assert.ok(open.some(({ kind, ref }) => kind === 'parked-event' && ref.includes('evt_parked')));
  });

  it('books a charge that none of our attempts made, once, and a person can deal with it', async () => {
    const strange = world.processor.strange(money(700n, 'EUR'));
    await take(strange, 'evt_strange_1');
    await take(strange, 'evt_strange_2');
    await world.settleDown();
    world.clock.advance({ minutes: 16 });
    await world.settleDown();
    const lines = (await readJournal(world.db, { afterId: 0n, limit: 10_000 })).filter(
      ({ causeRef }) => causeRef.includes(strange.objectRef),
    );
    assert.deepEqual(
      lines.map(({ code, giftId, amountMinor }) => [code, giftId, amountMinor]),
      [[90, null, 700n]],
    );
    const { open, unmatched } = await world.giving.alarms();
    assert.deepEqual(unmatched, [money(700n, 'EUR')]);
    const alarm = open.find(({ kind }) => kind === 'unmatched');
    assert.ok(alarm !== undefined);
    assert.equal(await world.giving.resolveAlarm(alarm.alarmId), true);
    assert.equal(await world.giving.resolveAlarm(alarm.alarmId), false);
  });

  it('learns everything by polling when no message ever comes', async () => {
    const gifts = [];
    for (let gift = 0; gift < 23; gift += 1) {
      const begun = await begin();
      world.processor.pay(begun.page);
      gifts.push(begun.giftId);
    }
    world.clock.advance({ minutes: 16 });
    await world.settleDown();
    for (const giftId of gifts) {
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    }
  });

  it('waits longer and longer for a processor that does not answer', async () => {
    const { giftId, payment } = await begin();
    const eventId = `evt_silent_${giftId}`;
    await take(payment, eventId);
    const lookUp = world.processor.lookUp.bind(world.processor);
    world.processor.lookUp = () => Promise.resolve({ kind: 'unknown', reason: 'timeout' });
    try {
      for (let tries = 0; tries < 4; tries += 1) {
        await worker('inbox');
        world.clock.advance({ minutes: 2 ** tries });
      }
    } finally {
      world.processor.lookUp = lookUp;
    }
    const waiting = await eventOf(eventId);
    assert.deepEqual([waiting?.state, waiting?.tries, waiting?.error], ['received', 4, 'timeout']);
    await world.settleDown();
    assert.equal((await eventOf(eventId))?.state, 'applied');
  });

  it('asks a company that is silent for a year ever more rarely, and hears it when it speaks again', async () => {
    const { giftId, payment, page } = await begin();
    const eventId = `evt_year_${giftId}`;
    await take(payment, eventId);
    const lookUp = world.processor.lookUp.bind(world.processor);
    world.processor.lookUp = () => Promise.resolve({ kind: 'unknown', reason: 'timeout' });
    const start = world.clock.now();
    const days: number[] = [];
    try {
      for (let asked = start; days.length < 1000; ) {
        await worker('inbox');
        const next = (await eventOf(eventId))?.next_at;
        assert.ok(next != null, 'it waits and is not given up');
        world.clock.set(next);
        days.push(Math.floor(start.until(asked).total('days')));
        asked = next;
        if (start.until(next).total('days') > 365) break;
      }
    } finally {
      world.processor.lookUp = lookUp;
    }
    const askedOn = (day: number) => days.filter((one) => one === day).length;
    assert.deepEqual(
      [askedOn(0) > 24, askedOn(1) > 10, askedOn(10), askedOn(11)],
      [true, true, 1, 1],
    );
    assert.ok(days.length < 140, `asked ${days.length} times in a year`);
    world.processor.pay(page);
    await world.settleDown();
    assert.equal((await eventOf(eventId))?.state, 'applied');
    assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
  });

  it('lets a poisoned message block only itself', async () => {
    const { giftId, payment, page } = await begin();
    const lookUp = world.processor.lookUp.bind(world.processor);
    world.processor.lookUp = (question) => {
      if (question.objectRef === 'pay_poison') throw new TypeError('a secret in a message');
      return lookUp(question);
    };
    await take({ objectRef: 'pay_poison' }, 'evt_poison');
    world.processor.pay(page);
    await take(payment, `evt_after_${giftId}`);
    await worker('inbox');
    world.processor.lookUp = lookUp;
    assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    assert.equal((await eventOf('evt_poison'))?.error, 'TypeError');
  });

  it('agrees with the processor, currency by currency, and keeps every invariant', async () => {
    const pending = (await readBalances(world.db)).filter(
      ({ name }) => name === 'processor_pending',
    );
    assert.equal(pending.length, 1);
    assert.equal(pending[0]?.money.minor, world.processor.captured('EUR'));
    assert.deepEqual(await checkInvariants(world.db), []);
  });
});

describe('a subscription of the processor’s own', () => {
  it('that ended stops the pledge it collected for, and no other', async () => {
    const ids: string[] = [];
    for (const subscription of ['sub_1', 'sub_2']) {
      const giftId = await world.give({ interval: 'month' });
      const pledgeId = (await world.giving.giftView(giftId))?.pledge?.pledgeId ?? '';
      ids.push(pledgeId);
      await world.db
        .updateTable('pledge')
        .set({ subscription_account_id: accountId, subscription_ref: subscription })
        .where('id', '=', pledgeId)
        .execute();
    }
    const told = (eventId: string, ref: string) =>
      world.db
        .insertInto('processor_event')
        .values({
          processor_account_id: accountId,
          event_id: eventId,
          type: SUBSCRIPTION_ENDED,
          object_ref: ref,
          attempt_id: null,
          received_at: world.clock.now(),
          next_at: world.clock.now(),
          error: null,
        })
        .execute();
    await told('ended-1', 'sub_1');
    await told('ended-3', 'sub_3');
    await world.settleDown();
    const states = await Promise.all(
      ids.map(async (id) => (await world.giving.pledgeView(id))?.state),
    );
    assert.deepEqual(states, ['cancelled', 'active']);
    assert.equal((await eventOf('ended-1'))?.state, 'applied');
    assert.equal((await eventOf('ended-3'))?.state, 'ignored');
  });
});
