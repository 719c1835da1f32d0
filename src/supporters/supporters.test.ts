import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { PlainDate } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import { parseSupporterNumber, type SupporterNumber } from './supporter-number.ts';
import { createSupporters } from './supporters.ts';
import { supportersHouse } from './testing/supporters-house.ts';

const t = await testDatabase();
after(() => t.close());

function read(text: string): SupporterNumber {
  const reading = parseSupporterNumber(text);
  assert.ok(reading.ok);
  return reading.number;
}

/** A pledge's second gift. */
const laterPeriod = {
  pledgeId: '019abc00-0000-7000-8000-00000000aaaa',
  state: 'active',
  unit: 'month',
  collectEveryMonths: 1,
  periodN: 1,
  dueDate: PlainDate.from('2026-12-25'),
  move: 'no',
  paidByLink: false,
  nextDates: [],
} as const;

const rowsOf = async (table: 'supporter_number' | 'contact', supporterId: string) => {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) from ${sql.table(table)} where supporter_id = ${supporterId}
  `.execute(t.db);
  return Number(rows[0]?.count ?? 0n);
};

test('a number is shown once and finds its supporter; the database holds nothing of it', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber();
  const number = read(one.number);
  assert.equal(await house.supporters.supporterOf(number), one.supporterId);

  const { rows } = await sql<{ row: string }>`
    select supporter_number::text as row from supporter_number
  `.execute(t.db);
  const hex = Buffer.from(number).toString('hex');
  for (const { row } of rows) {
    assert.ok(!row.includes(number) && !row.includes(one.number) && !row.includes(hex));
  }
});

test('"it did not arrive": for half an hour an unused number is replaced, and the old one means nothing', async () => {
  const house = supportersHouse(t.db);
  const first = await house.withNumber();
  house.clock.advance({ minutes: 29 });
  const again = await house.supporters.issueNumber(first.giftId);
  assert.ok(again.kind === 'issued');
  assert.notEqual(again.number, first.number);
  assert.equal(await house.supporters.supporterOf(read(first.number)), undefined);
  house.clock.advance({ minutes: 1 });
  // Counted from the first showing, not from the last.
  assert.deepEqual(await house.supporters.issueNumber(first.giftId), { kind: 'too-late' });
  assert.equal(await house.supporters.supporterOf(read(again.number)), first.supporterId);
});

test('a gift’s page that is found a week later gives no number, and neither does a later gift’s', async () => {
  const house = supportersHouse(t.db);
  const one = await house.supporter();
  const other = await house.supporter();
  house.clock.advance({ hours: 7 * 24 - 1 });
  assert.equal((await house.supporters.issueNumber(one.giftId)).kind, 'issued');
  house.clock.advance({ hours: 1 });
  assert.deepEqual(await house.supporters.issueNumber(other.giftId), { kind: 'too-late' });
  assert.equal(await rowsOf('supporter_number', other.supporterId), 0);

  const renewed = await house.supporter({ gift: { pledge: laterPeriod } });
  assert.deepEqual(await house.supporters.issueNumber(renewed.giftId), { kind: 'too-late' });
  assert.equal(await rowsOf('supporter_number', renewed.supporterId), 0);
});

test('a number that opened something is never replaced', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber();
  await house.supporters.supporterOf(read(one.number));
  assert.deepEqual(await house.supporters.issueNumber(one.giftId), { kind: 'too-late' });
  assert.equal(await house.supporters.supporterOf(read(one.number)), one.supporterId);
});

test('two taps at once leave one number, and one of the two shown opens', async () => {
  const house = supportersHouse(t.db);
  const { giftId, supporterId } = await house.supporter();
  const answers = await Promise.all([1, 2, 3].map(() => house.supporters.issueNumber(giftId)));
  assert.equal(await rowsOf('supporter_number', supporterId), 1);
  const opening: string[] = [];
  for (const answer of answers) {
    assert.ok(answer.kind === 'issued');
    const found = await house.supporters.supporterOf(read(answer.number));
    if (found === supporterId) opening.push(answer.number);
  }
  assert.equal(opening.length, 1);
});

test('of two taps the later one stands, even when the earlier one finishes last', async () => {
  const house = supportersHouse(t.db);
  const { giftId, supporterId } = await house.supporter();
  let finishFirst = (): void => {};
  const slow = new Promise<void>((resolve) => {
    finishFirst = resolve;
  });
  const slowly = createSupporters({
    ...house,
    db: t.db,
    async hashNumber(number) {
      await slow;
      return await house.hashNumber(number);
    },
  });
  const first = slowly.issueNumber(giftId);
  house.clock.advance({ milliseconds: 200 });
  const second = await house.supporters.issueNumber(giftId);
  finishFirst();
  assert.deepEqual(await first, { kind: 'too-late' });
  assert.ok(second.kind === 'issued');
  assert.equal(await house.supporters.supporterOf(read(second.number)), supporterId);
});

test('where nothing was paid there is no number, and no row', async () => {
  const house = supportersHouse(t.db);
  for (const stateForPeople of [
    'waiting',
    'declined',
    'refused-country',
    'abandoned',
    'needs-confirmation',
  ] as const) {
    const one = await house.supporter({ gift: { stateForPeople, settledAt: null } });
    assert.deepEqual(await house.supporters.issueNumber(one.giftId), { kind: 'unknown' });
    assert.equal(await rowsOf('supporter_number', one.supporterId), 0);
  }
  assert.deepEqual(await house.supporters.issueNumber('019abc00-0000-7000-8000-ffffffffffff'), {
    kind: 'unknown',
  });
});

test('stop by number stops every pledge that runs, tells by letter once, and answers null for a wrong one', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber({ pledge: { renewalInFlight: true } });
  const number = read(one.number);
  assert.deepEqual(await house.supporters.stopByNumber(number), {
    stopped: 1,
    willStillComplete: true,
  });
  assert.deepEqual(await house.supporters.stopByNumber(number), {
    stopped: 0,
    willStillComplete: false,
  });
  const letters = await t.db
    .selectFrom('outbox')
    .select(['kind', 'state'])
    .where('ref', '=', one.pledgeId)
    .execute();
  assert.deepEqual(letters, [{ kind: 'pledge-notice', state: 'pending' }]);

  const other = await house.withNumber();
  await house.supporters.forgetByNumber(read(other.number));
  assert.equal(await house.supporters.stopByNumber(read(other.number)), null);
});

test('C9.1: forgetting stops first, deletes address, number and links, and keeps nothing that comes later', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber();
  const number = read(one.number);
  await t.db
    .transaction()
    .execute((tx) => house.contacts.attach(tx, one.supporterId, 'canary@example.org'));
  assert.equal(await rowsOf('contact', one.supporterId), 1);

  assert.deepEqual(await house.supporters.forgetByNumber(number), {
    stopped: 1,
    willStillComplete: false,
  });
  assert.equal(house.giving.pledges.get(one.pledgeId)?.state, 'cancelled');
  assert.equal(await rowsOf('contact', one.supporterId), 0);
  assert.equal(await rowsOf('supporter_number', one.supporterId), 0);
  assert.equal(await house.supporters.supporterOf(number), undefined);
  assert.equal(await house.supporters.forgetByNumber(number), null);

  // A page or a form that was still open somewhere.
  assert.deepEqual(await house.supporters.issueNumber(one.giftId), { kind: 'unknown' });
  await t.db
    .transaction()
    .execute((tx) => house.contacts.attach(tx, one.supporterId, 'canary@example.org'));
  assert.equal(await rowsOf('contact', one.supporterId), 0);
});

test('a number asked for while its supporter is being forgotten is not kept', async () => {
  const house = supportersHouse(t.db);
  const one = await house.supporter();
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const forgetting = t.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('supporter')
      .set({ forgotten_at: house.clock.now(), zone: null, language: null })
      .where('id', '=', one.supporterId)
      .execute();
    await held;
  });
  const issuing = house.supporters.issueNumber(one.giftId);
  setTimeout(letGo, 300);
  assert.deepEqual(await issuing, { kind: 'too-late' });
  await forgetting;
  assert.equal(await rowsOf('supporter_number', one.supporterId), 0);
});

test('forgetting is whole or not at all: a failure leaves number and address, and it can be done again', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber();
  await t.db
    .transaction()
    .execute((tx) => house.contacts.attach(tx, one.supporterId, 'canary@example.org'));
  const works = house.giving.forgetSupporter;
  Object.assign(house.giving, {
    forgetSupporter: async () => {
      throw new Error('the database went away');
    },
  });
  await assert.rejects(house.supporters.forgetByNumber(read(one.number)));
  assert.equal(await rowsOf('contact', one.supporterId), 1);
  Object.assign(house.giving, { forgetSupporter: works });
  assert.equal((await house.supporters.forgetByNumber(read(one.number)))?.stopped, 1);
  assert.equal(await rowsOf('contact', one.supporterId), 0);
});

test('C8.3: right and wrong numbers are answered after the same two hashes, whatever they lead to', async () => {
  const house = supportersHouse(t.db);
  const right = read((await house.withNumber()).number);
  const gone = await house.withNumber();
  await house.supporters.forgetByNumber(read(gone.number));
  const wrong = read(gone.number);

  for (const act of ['stopByNumber', 'forgetByNumber'] as const) {
    for (const number of [wrong, right]) {
      const steps: string[] = [];
      const supporters = createSupporters({
        ...house,
        db: t.db,
        async hashNumber(hashed) {
          steps.push('hash begins');
          const hash = await house.hashNumber(hashed);
          steps.push('hash ends');
          return hash;
        },
      });
      const answer = await supporters[act](number);
      assert.equal(answer === null, number === wrong);
      assert.deepEqual(steps, ['hash begins', 'hash ends', 'hash begins', 'hash ends']);
    }
  }
});
