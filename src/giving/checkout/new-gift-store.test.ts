/**
 * Gifts written together are what they would be one by one: whatever comes at the same time, in one process or two, with
 * repeated ids, other amounts under the same id, rows that the tables refuse, and accounts that take no new gifts.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { PlainDate } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import { createGiving } from '../create-giving.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { createFirstPageBatcher, type FirstPage, writeFirstPage } from './first-page-store.ts';
import {
  createNewGiftBatcher,
  type InsertAnswer,
  insertNewGifts,
  type NewGiftRows,
} from './new-gift-store.ts';

let world: GivingWorld;
before(async () => {
  world = await givingWorld();
  await world.give();
  await world.db
    .insertInto('processor_account')
    .values({
      id: 'leaving',
      processor: 'sandbox',
      mode: 'test',
      status: 'draining',
      poll_at: world.clock.now(),
      created_at: world.clock.now(),
    })
    .execute();
});
after(() => world.close());

const HASH = 'hash-hash-hash-hash-hash-hash-hash-hash-123';
/** No table takes a language of one letter. */
const REFUSED = 'x';

interface Call {
  /** Which of a few ids. */
  readonly id: number;
  readonly minor: bigint;
  readonly unit: 'month' | 'year' | null;
  readonly months: 1 | 3;
  readonly isRefused: boolean;
  readonly isLeaving: boolean;
  readonly process: 0 | 1;
}

const call: fc.Arbitrary<Call> = fc.record({
  id: fc.nat(11),
  minor: fc.bigInt(1n, 999_999n),
  unit: fc.constantFrom('month', 'year', null),
  months: fc.constantFrom(1, 3),
  isRefused: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.constant(true)),
  isLeaving: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  process: fc.constantFrom(0, 1),
});

function rowsOf(one: Call, ids: readonly string[]): NewGiftRows {
  const { random, clock } = world.dependencies;
  const months = one.unit === 'month' ? one.months : 1;
  const now = clock.now();
  return {
    giftId: ids[one.id] ?? '',
    accountId: one.isLeaving ? 'leaving' : 'fake',
    supporterId: random.uuid(),
    isNewSupporter: true,
    zone: 'Europe/Berlin',
    language: one.isRefused ? REFUSED : 'en',
    pledge: one.unit === null ? null : { id: random.uuid(), unit: one.unit },
    each: money(one.minor, 'EUR'),
    months,
    whole: money(one.minor * BigInt(months), 'EUR'),
    agreed: months === 1 ? null : { shown: 'three months: "yes"\n\\', language: 'en' },
    appeal: null,
    bodyHash: HASH,
    attemptId: random.uuid(),
    requestHash: HASH,
    today: PlainDate.from('2026-01-31'),
    nextAt: now.add({ hours: 1 }),
    now,
  };
}

type Told = InsertAnswer | 'refused';

async function told(writing: Promise<InsertAnswer>): Promise<Told> {
  try {
    return await writing;
  } catch (error) {
    assert.match(String(error), /supporter_language_check/);
    return 'refused';
  }
}

/** What is there of these calls: each row that names one of them. */
async function found(rows: readonly NewGiftRows[]) {
  const { db } = world;
  const gifts = await db
    .selectFrom('gift')
    .leftJoin('attempt', 'attempt.gift_id', 'gift.id')
    .leftJoin('pledge', 'pledge.id', 'gift.pledge_id')
    .leftJoin('pledge_change', 'pledge_change.pledge_id', 'pledge.id')
    .select([
      'gift.id as giftId',
      'gift.supporter_id as supporterId',
      'gift.amount_minor as whole',
      'gift.covers_periods as months',
      'attempt.id as attemptId',
      'attempt.state as attemptState',
      'pledge.id as pledgeId',
      'pledge.amount_minor as each',
      'pledge_change.shown',
    ])
    .where('gift.id', 'in', [...new Set(rows.map(({ giftId }) => giftId))])
    .execute();
  const supporters = await db
    .selectFrom('supporter')
    .select('id')
    .where(
      'id',
      'in',
      rows.map(({ supporterId }) => supporterId),
    )
    .execute();
  const pledges = await db
    .selectFrom('pledge')
    .select('id')
    .where(
      'id',
      'in',
      rows.map(({ pledge, giftId }) => pledge?.id ?? giftId),
    )
    .execute();
  return { gifts, supporters, pledges };
}

/** Holds what was told to what is there. @returns for each id whether it is written */
async function hold(
  calls: readonly Call[],
  rows: readonly NewGiftRows[],
  answers: readonly Told[],
): Promise<ReadonlyMap<number, boolean>> {
  const there = await found(rows);
  const written = rows.filter((_, at) => answers[at] === 'written');
  assert.deepEqual(
    there.gifts.toSorted((a, b) => (a.giftId < b.giftId ? -1 : 1)),
    written
      .map((row) => ({
        giftId: row.giftId,
        supporterId: row.supporterId,
        whole: row.whole.minor,
        months: row.months,
        attemptId: row.attemptId,
        attemptState: 'sent',
        pledgeId: row.pledge?.id ?? null,
        each: row.pledge === null ? null : row.each.minor,
        shown: row.agreed?.shown ?? null,
      }))
      .toSorted((a, b) => (a.giftId < b.giftId ? -1 : 1)),
    'what was told as written is there, whole, and nothing else',
  );
  assert.equal(there.supporters.length, written.length, 'no supporter without a gift');
  assert.equal(there.pledges.length, written.filter(({ pledge }) => pledge !== null).length);
  const byId = new Map<number, boolean>();
  for (const id of new Set(calls.map((one) => one.id))) {
    const its = calls.flatMap((one, at) => (one.id === id ? [{ one, answer: answers[at] }] : []));
    const isWritten = its.some(({ answer }) => answer === 'written');
    assert.ok(its.filter(({ answer }) => answer === 'written').length <= 1, 'once');
    for (const { one, answer } of its) {
      if (answer === 'written') assert.ok(!one.isRefused && !one.isLeaving);
      if (answer === 'taken') assert.ok(isWritten, 'taken by somebody');
      if (answer === 'inactive') assert.ok(one.isLeaving);
      if (answer === 'refused') assert.ok(one.isRefused && !one.isLeaving);
    }
    byId.set(id, isWritten);
  }
  return byId;
}

describe('gifts written together', () => {
  it('are what they would be one by one', async () => {
    const { db, random } = world.dependencies;
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 60 }), async (calls) => {
        const freshIds = () => Array.from({ length: 12 }, () => random.uuid());
        const [together, apart] = [freshIds(), freshIds()];
        const processes = [createNewGiftBatcher(db), createNewGiftBatcher(db)] as const;
        const rows = calls.map((one) => rowsOf(one, together));
        const answers = await Promise.all(
          rows.map((row, at) => told(processes[calls[at]?.process ?? 0].add(row))),
        );
        const single = calls.map((one) => rowsOf(one, apart));
        const singly: Told[] = [];
        for (const row of single) {
          singly.push(await told(insertNewGifts(db, [row]).then(([answer]) => answer ?? 'taken')));
        }
        assert.deepEqual(
          await hold(calls, rows, answers),
          await hold(calls, single, singly),
          'the same ids are written',
        );
      }),
      { numRuns: 40 },
    );
    assert.deepEqual(await checkInvariants(db), []);
  });

  it('give every tap of many supporters their own one page, through two processes', async () => {
    const processes = [anotherProcess(), anotherProcess()];
    const intents = Array.from({ length: 80 }, (_, at) =>
      world.intent({ interval: at % 2 === 0 ? 'once' : 'month' }),
    );
    const taps = [...intents, ...intents.toReversed(), ...intents];
    const results = await Promise.all(
      taps.map((intent, at) => processes[at % 2]?.beginGift(intent)),
    );
    const pages = new Map<string, Set<string>>();
    for (const [at, result] of results.entries()) {
      assert.ok(result?.kind === 'go', result?.kind);
      const giftId = taps[at]?.giftId ?? '';
      pages.set(giftId, (pages.get(giftId) ?? new Set()).add(result.pageUrl));
    }
    assert.equal(pages.size, 80);
    assert.ok([...pages.values()].every(({ size }) => size === 1));
  });
});

describe('pages written together', () => {
  /** A gift that was begun and whose page is not written. */
  async function begun(): Promise<FirstPage> {
    const row = rowsOf({ ...PLAIN, id: 0 }, [world.dependencies.random.uuid()]);
    assert.deepEqual(await insertNewGifts(world.db, [row]), ['written']);
    const { attemptId, giftId } = row;
    return { attemptId, giftId, objectRef: `obj_${attemptId}`, pageUrl: 'https://pay.example/1' };
  }

  async function pageOf({ attemptId }: FirstPage) {
    return await world.db
      .selectFrom('attempt')
      .select(['object_ref', 'page_url', 'heard', 'state'])
      .where('id', '=', attemptId)
      .executeTakeFirstOrThrow();
  }

  it('wait for no neighbour whose gift is held', async () => {
    const pages = await Promise.all([begun(), begun(), begun()]);
    const context = { firstPages: createFirstPageBatcher(world.db) };
    await world.db.transaction().execute(async (tx) => {
      await tx
        .selectFrom('gift')
        .select('id')
        .where('id', '=', pages[1].giftId)
        .forUpdate()
        .execute();
      const written = await Promise.all(pages.map((page) => writeFirstPage(context, page)));
      assert.deepEqual(written, [true, false, true]);
    });
    assert.equal((await pageOf(pages[0])).page_url, 'https://pay.example/1');
    assert.deepEqual(await pageOf(pages[1]), {
      object_ref: null,
      page_url: null,
      heard: null,
      state: 'sent',
    });
    assert.equal(await writeFirstPage(context, pages[1]), true);
    assert.equal(await writeFirstPage(context, pages[1]), false, 'something was told before');
  });

  it('write the first of two answers about one attempt, and leave an object to whom it belongs', async () => {
    const [first, other, alone] = await Promise.all([begun(), begun(), begun()]);
    const context = { firstPages: createFirstPageBatcher(world.db) };
    assert.equal(await writeFirstPage(context, first), true);
    const stolen = { ...other, objectRef: first.objectRef };
    const again = { ...alone, pageUrl: 'https://pay.example/2' };
    const written = await Promise.all(
      [await begun(), stolen, alone, again].map((page) => writeFirstPage(context, page)),
    );
    assert.deepEqual(written, [true, false, true, false]);
    assert.equal((await pageOf(other)).object_ref, null);
    assert.equal((await pageOf(alone)).page_url, 'https://pay.example/1');
    assert.equal((await pageOf(alone)).heard, 'open');
  });

  it('stay away from a gift that ended', async () => {
    const [ended, open] = await Promise.all([begun(), begun()]);
    await world.db
      .updateTable('gift')
      .set({ state: 'abandoned', next_at: null })
      .where('id', '=', ended.giftId)
      .execute();
    const context = { firstPages: createFirstPageBatcher(world.db) };
    const written = await Promise.all([ended, open].map((page) => writeFirstPage(context, page)));
    assert.deepEqual(written, [false, true]);
    assert.equal((await pageOf(ended)).page_url, null);
  });
});

const PLAIN: Omit<Call, 'id'> = {
  minor: 500n,
  unit: null,
  months: 1,
  isRefused: false,
  isLeaving: false,
  process: 0,
};

/** Another process on the same database and the same processor. */
function anotherProcess() {
  return createGiving(world.dependencies);
}
