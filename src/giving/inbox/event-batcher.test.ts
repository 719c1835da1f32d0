import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Instant } from '../../calendar/index.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { EventBatcher, type NewEvent } from './event-batcher.ts';

let world: GivingWorld;
before(async () => {
  world = await givingWorld();
  await world.give();
});
after(() => world.close());

const at = Instant.from('2026-02-01T10:00:00.123456Z');
let made = 0;

function event(changes: Partial<NewEvent> = {}): NewEvent {
  made += 1;
  return {
    accountId: 'fake',
    eventId: `evt_batch_${made}`,
    type: 'payment.changed',
    objectRef: `pay_${made}`,
    attemptId: null,
    ...changes,
  };
}

async function kept(eventId: string) {
  return await world.db
    .selectFrom('processor_event')
    .select(['type', 'object_ref', 'attempt_id', 'received_at', 'next_at', 'state'])
    .where('event_id', '=', eventId)
    .executeTakeFirst();
}

describe('keeping messages in batches', () => {
  it('keeps a single one', async () => {
    const one = event();
    assert.equal(await new EventBatcher(world.db).keep(one, at), true);
    const row = await kept(one.eventId);
    assert.equal(row?.received_at.toString(), at.toString());
    assert.equal(row?.next_at?.toString(), at.toString());
    assert.deepEqual(
      [row?.type, row?.object_ref, row?.attempt_id, row?.state],
      [one.type, one.objectRef, null, 'received'],
    );
  });

  it('keeps two thousand at once, each once, and tells the second of two equal ones', async () => {
    const batcher = new EventBatcher(world.db);
    const events = Array.from({ length: 1000 }, () => event());
    const answers = await Promise.all(
      [...events, ...events.toReversed()].map((one) => batcher.keep(one, at)),
    );
    assert.equal(answers.filter(Boolean).length, 1000);
    const { count } = await world.db
      .selectFrom('processor_event')
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .where(
        'event_id',
        'in',
        events.map(({ eventId }) => eventId),
      )
      .executeTakeFirstOrThrow();
    assert.equal(count, 1000n);
  });

  it('lets two processes keep the same messages in opposite orders', async () => {
    const [here, there] = [new EventBatcher(world.db), new EventBatcher(world.db)];
    const events = Array.from({ length: 300 }, () => event());
    const answers = await Promise.all([
      ...events.map((one) => here.keep(one, at)),
      ...events.toReversed().map((one) => there.keep(one, at)),
    ]);
    assert.equal(answers.filter(Boolean).length, 300);
  });

  it('refuses a message that the table refuses, and only that one', async () => {
    const batcher = new EventBatcher(world.db);
    const good = [event(), event()];
    const bad = event({ objectRef: 'x'.repeat(300) });
    // The first goes alone; these three wait for it and for the second, and so are one batch.
    const first = [batcher.keep(event(), at), batcher.keep(event(), at)];
    const results = await Promise.allSettled([
      ...first,
      ...[good[0], bad, good[1]].map((one) => batcher.keep(one ?? event(), at)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(await kept(bad.eventId), undefined);
    for (const one of good) assert.notEqual(await kept(one.eventId), undefined);
  });

  it('tells everyone who waits when the database is gone', async () => {
    const other = await givingWorld();
    const batcher = new EventBatcher(other.db);
    await other.close();
    const results = await Promise.allSettled(
      [event(), event(), event()].map((one) => batcher.keep(one, at)),
    );
    assert.ok(results.every(({ status }) => status === 'rejected'));
  });
});
