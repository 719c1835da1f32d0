import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { testDatabase } from '../database/testing/test-database.ts';
import { enqueueLetter } from '../letters/index.ts';
import { AssertionFailure } from '../problems/index.ts';
import { createContacts } from './contact-store.ts';
import { type SupportersHouse, supportersHouse, TEST_KEYS } from './testing/supporters-house.ts';

const t = await testDatabase();
after(() => t.close());
const ADDRESS = 'canary@example.org';

const attach = (house: SupportersHouse, supporterId: string, address = ADDRESS): Promise<void> =>
  t.db.transaction().execute((tx) => house.contacts.attach(tx, supporterId, address));

const isHeld = async (supporterId: string): Promise<boolean> => {
  const row = await t.db
    .selectFrom('contact')
    .select('supporter_id')
    .where('supporter_id', '=', supporterId)
    .executeTakeFirst();
  return row !== undefined;
};

test('an address is stored with its gift or not at all, and a newer one takes its place', async () => {
  const house = supportersHouse(t.db);
  const { supporterId } = await house.supporter();
  await assert.rejects(
    t.db.transaction().execute(async (tx) => {
      await house.contacts.attach(tx, supporterId, ADDRESS);
      throw new Error('the gift was refused');
    }),
  );
  assert.equal(await house.contacts.open(supporterId), null);
  await attach(house, supporterId, 'old@example.org');
  await attach(house, supporterId);
  assert.equal((await house.contacts.open(supporterId))?.address, ADDRESS);
});

test('C4.1, C5.2: a planted address is in no table, in no form, and the same one twice looks different', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber();
  const other = await house.withNumber();
  await attach(house, one.supporterId);
  await attach(house, other.supporterId);
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'
  `.execute(t.db);
  assert.ok(tables.length > 10);
  const sealed: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select row_to_json(x)::text as row from ${sql.table(name)} x
    `.execute(t.db);
    for (const { row } of rows) {
      for (const trace of ['canary', Buffer.from('canary').toString('hex'), 'Y2FuYXJ5']) {
        assert.ok(!row.includes(trace), `${name} holds the address`);
      }
      if (name === 'contact') sealed.push(row);
    }
  }
  assert.ok(sealed.length >= 2);
  const { rows: sizes } = await sql<{ size: number }>`
    select distinct octet_length(sealed) as size from contact
  `.execute(t.db);
  assert.deepEqual(sizes, [{ size: 712 }]);
});

test('an address stays while a pledge runs and goes when it is stopped', async () => {
  const house = supportersHouse(t.db);
  for (const state of ['active', 'past_due', 'paused'] as const) {
    const one = await house.supporter({ pledge: { state } });
    await attach(house, one.supporterId);
    assert.equal(await house.contacts.release(one.supporterId), false, state);
    assert.equal(await isHeld(one.supporterId), true, state);
    await house.giving.cancelPledge(one.pledgeId);
    assert.equal(await house.contacts.release(one.supporterId), true, state);
    assert.equal(await isHeld(one.supporterId), false, state);
  }
});

test('an address stays while a gift is under way or a letter waits, and no longer', async () => {
  const house = supportersHouse(t.db);
  for (const state of ['due', 'collecting', 'integrity_hold'] as const) {
    const one = await house.supporter({ pledge: null, gift: { state } });
    await attach(house, one.supporterId);
    assert.equal(await house.contacts.release(one.supporterId), false, state);
  }
  for (const state of ['abandoned', 'failed', 'skipped', 'settled'] as const) {
    const one = await house.supporter({ pledge: null, gift: { state } });
    await attach(house, one.supporterId);
    assert.equal(await house.contacts.release(one.supporterId), true, state);
  }
  const one = await house.supporter({ pledge: null });
  await attach(house, one.supporterId);
  await t.db.transaction().execute((tx) =>
    enqueueLetter(tx, {
      dedupeKey: `receipt:${one.giftId}`,
      kind: 'receipt',
      ref: one.giftId,
      at: house.clock.now(),
    }),
  );
  assert.equal(await house.contacts.release(one.supporterId), false);
  await sql`update outbox set state = 'sent' where ref = ${one.giftId}`.execute(t.db);
  assert.equal(await house.contacts.release(one.supporterId), true);
  assert.equal(await isHeld(one.supporterId), false);
});

test('a letter that nobody sends does not keep an address for ever', async () => {
  const house = supportersHouse(t.db);
  const one = await house.supporter({ pledge: null });
  await attach(house, one.supporterId);
  await t.db.transaction().execute((tx) =>
    enqueueLetter(tx, {
      dedupeKey: `receipt:${one.giftId}`,
      kind: 'receipt',
      ref: one.giftId,
      at: house.clock.now(),
    }),
  );
  house.clock.advance({ hours: 24 * 7 - 1 });
  assert.equal(await house.contacts.release(one.supporterId), false);
  house.clock.advance({ hours: 1 });
  assert.equal(await house.contacts.release(one.supporterId), true);
});

test('an address put in while the old one is being let go stays', async () => {
  const house = supportersHouse(t.db);
  const one = await house.supporter({ pledge: null });
  await attach(house, one.supporterId, 'old@example.org');
  const contacts = createContacts({
    db: t.db,
    clock: house.clock,
    random: house.random,
    keys: TEST_KEYS,
    refusedCountries: () => [],
    giving: {
      pledgesOf: async () => {
        await attach(house, one.supporterId);
        return [];
      },
      giftsOf: house.giving.giftsOf,
    },
  });
  await contacts.release(one.supporterId);
  assert.equal((await house.contacts.open(one.supporterId))?.address, ADDRESS);
});

test('the sweep finds what was missed, looks again a day later, and stops when there is nothing', async () => {
  await sql`delete from contact`.execute(t.db);
  const house = supportersHouse(t.db);
  const closed = await house.supporter({ pledge: null, gift: { state: 'abandoned' } });
  const running = await house.supporter();
  await attach(house, closed.supporterId);
  await attach(house, running.supporterId);
  assert.equal(await house.contacts.worker.runOnce(), 0, 'not within the first hour');
  house.clock.advance({ hours: 1 });
  assert.equal(await house.contacts.worker.runOnce(), 2);
  assert.equal(await house.contacts.worker.runOnce(), 0);
  assert.equal(await isHeld(closed.supporterId), false);
  assert.equal(await isHeld(running.supporterId), true);
  await house.giving.cancelPledge(running.pledgeId);
  house.clock.advance({ hours: 24 });
  assert.equal(await house.contacts.worker.runOnce(), 1);
  assert.equal(await isHeld(running.supporterId), false);
});

test('C7.2: an address whose host has come to be listed is not written to, and is deleted', async () => {
  let refused = ['BY'];
  const house = supportersHouse(t.db, { refusedCountries: () => refused });
  assert.equal(house.contacts.refuseHost('mail.ru'), null);
  assert.equal(house.contacts.refuseHost('tut.by'), 'BY');
  const one = await house.supporter();
  await attach(house, one.supporterId, 'anna@Yandex.com');
  assert.equal((await house.contacts.open(one.supporterId))?.address, 'anna@Yandex.com');
  refused = ['BY', 'RU'];
  assert.equal(await house.contacts.open(one.supporterId), null);
  assert.equal(await isHeld(one.supporterId), false);
});

test('C5.1: a process without the letters key cannot open an address', async () => {
  const house = supportersHouse(t.db);
  const { supporterId } = await house.supporter();
  await attach(house, supporterId);
  const contacts = createContacts({
    db: t.db,
    clock: house.clock,
    random: house.random,
    giving: house.giving,
    keys: { ...TEST_KEYS, contactIdentity: null },
    refusedCountries: () => [],
  });
  await assert.rejects(contacts.open(supporterId), AssertionFailure);
});
