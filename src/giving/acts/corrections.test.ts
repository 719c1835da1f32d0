/** Corrections of postings, and what the desk sees of the life of a gift's money. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { money } from '../../money/index.ts';
import { giftReference } from '../fingerprint.ts';
import { TRANSFER_CODES, type TransferCode } from '../ledger/chart-of-accounts.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import { recordFact } from '../money-facts/record-fact.ts';
import type { MoneyFact, RefundOrder } from '../processor.ts';
import { bookUnmatched } from '../settling/settle.ts';
import { givenContext } from '../testing/given-context.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { neverCorrected } from './correct-transfer.ts';

const eur = (minor: bigint) => money(minor, 'EUR');
const WHY = { by: 'desk', reason: 'told by mistake' };

let world: GivingWorld;
before(async () => {
  world = await givingWorld({
    processors: (fake, clock) => {
      fake.feeMinor = 25n;
      Object.assign(fake, {
        refund: async (order: RefundOrder) => ({
          kind: 'refunded',
          refundRef: `re_${order.idempotencyKey}`,
          money: order.money,
          happenedAt: clock.now(),
        }),
      });
      return [fake];
    },
  });
  // The account is written down with the first gift.
  await world.give();
});
after(() => world.close());

async function balance(name: string): Promise<bigint> {
  const all = await readBalances(world.db);
  return all.find((one) => one.name === name && one.money.currency === 'EUR')?.money.minor ?? 0n;
}

async function told(fact: Partial<MoneyFact> & Pick<MoneyFact, 'kind' | 'ref'>): Promise<void> {
  await world.db.transaction().execute((tx) =>
    recordFact(tx, {
      accountId: world.processor.accountId,
      now: world.clock.now(),
      fact: {
        money: eur(100n),
        happenedAt: world.clock.now(),
        chargeRef: null,
        payoutRef: null,
        ...fact,
      },
    }),
  );
}

async function strange(chargeRef: string): Promise<void> {
  await world.db.transaction().execute((tx) =>
    bookUnmatched(tx, givenContext(world), {
      accountId: world.processor.accountId,
      objectRef: null,
      succeeded: {
        state: 'succeeded',
        chargeRef,
        money: eur(700n),
        happenedAt: world.clock.now(),
        payerCountry: null,
        mandate: null,
        fee: null,
      },
    }),
  );
}

async function newest(code: TransferCode): Promise<bigint> {
  const { id } = await world.db
    .selectFrom('ledger_transfer')
    .select('id')
    .where('code', '=', code)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return id;
}

const correct = (transferId: bigint, actId: string = randomUUID()) =>
  world.giving.correctTransfer({ transferId, actId, ...WHY });

describe('a correction', () => {
  it('takes a fee, money set free, a payout and a dispute’s fee out of every balance, once', async () => {
    const kinds = [
      ['fee', 11],
      ['available', 12],
      ['payout', 13],
      ['dispute-fee', 33],
    ] as const;
    const before = await moved();
    for (const [kind, code] of kinds) {
      await told({ kind, ref: `wrong_${kind}` });
      const transferId = await newest(code);
      assert.equal((await correct(transferId)).kind, 'corrected', kind);
      assert.deepEqual(await correct(transferId), { kind: 'already' });
      // The processor tells it again: it is in the books, and stays corrected.
      await told({ kind, ref: `wrong_${kind}` });
    }
    assert.deepEqual(await moved(), before);
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('of money that nobody could explain ends its alarm, and nothing can be done with it after', async () => {
    await strange('ch_wrong');
    const transferId = await newest(90);
    assert.equal((await correct(transferId)).kind, 'corrected');
    assert.equal(await balance('unmatched'), 0n);
    assert.equal(
      (await world.giving.alarms()).open.some(({ ref }) => ref.endsWith('ch_wrong')),
      false,
    );
    const charge = { accountId: world.processor.accountId, chargeRef: 'ch_wrong' };
    assert.deepEqual(await world.giving.acceptUnmatched({ ...charge, ...WHY }), {
      kind: 'not-found',
    });
    assert.deepEqual(await world.giving.refundUnmatched({ ...charge, ...WHY }), {
      kind: 'refused',
      reason: 'not-found',
    });
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('comes too late for money that became a gift or went back', async () => {
    for (const way of ['accept', 'refund'] as const) {
      await strange(`ch_${way}`);
      const transferId = await newest(90);
      const charge = { accountId: world.processor.accountId, chargeRef: `ch_${way}` };
      if (way === 'accept') await world.giving.acceptUnmatched({ ...charge, ...WHY });
      else await world.giving.refundUnmatched({ ...charge, ...WHY });
      assert.deepEqual(await correct(transferId), { kind: 'refused', reason: 'moved-on' });
    }
    assert.deepEqual(await checkInvariants(world.db), []);
  });

  it('is refused for a gift, a refund and a correction, each with its reason', async () => {
    const giftId = await world.give();
    await world.giving.refundGift({ giftId, money: eur(100n), ...WHY });
    assert.deepEqual(await correct(await newest(10)), { kind: 'refused', reason: 'gift' });
    assert.deepEqual(await correct(await newest(20)), { kind: 'refused', reason: 'told' });
    await told({ kind: 'fee', ref: 'wrong_twice' });
    await correct(await newest(11));
    assert.deepEqual(await correct(await newest(99)), { kind: 'refused', reason: 'correction' });
    assert.deepEqual(await correct(999_999n), { kind: 'not-found' });
    const refusals = Object.values(TRANSFER_CODES).filter((code) => neverCorrected(code) !== null);
    assert.deepEqual(refusals, [10, 20, 21, 30, 31, 32, 34, 91, 99]);
  });

  it('needs a reason and an act of its own', async () => {
    await told({ kind: 'fee', ref: 'wrong_acts' });
    const transferId = await newest(11);
    const act = { transferId, actId: randomUUID(), by: 'desk' };
    const blank = await world.giving.correctTransfer({ ...act, reason: ' ' });
    assert.deepEqual(blank, { kind: 'refused', reason: 'reason' });
    const noId = await world.giving.correctTransfer({ ...act, ...WHY, actId: 'x' });
    assert.deepEqual(noId, { kind: 'refused', reason: 'act-id' });
    await correct(transferId, act.actId);
    await told({ kind: 'fee', ref: 'wrong_other' });
    const other = await correct(await newest(11), act.actId);
    assert.deepEqual(other, { kind: 'refused', reason: 'act-id' });
  });

  it('by two people at once is one', async () => {
    await told({ kind: 'payout', ref: 'wrong_race' });
    const transferId = await newest(13);
    const answers = await Promise.all(Array.from({ length: 4 }, () => correct(transferId)));
    assert.deepEqual(answers.map(({ kind }) => kind).sort(), [
      'already',
      'already',
      'already',
      'corrected',
    ]);
    assert.deepEqual(await checkInvariants(world.db), []);
  });
});

/** Every account that is not empty. */
async function moved(): Promise<readonly string[]> {
  return (await readBalances(world.db))
    .filter(({ money: { minor } }) => minor !== 0n)
    .map(({ name, money: { minor, currency } }) => `${name} ${minor} ${currency}`);
}

describe('the page of a gift', () => {
  it('is found by the reference on letters, as it is typed', async () => {
    const giftId = await world.give();
    const reference = giftReference(giftId);
    const { moneyDesk } = world.giving;
    for (const typed of [reference, reference.toLowerCase(), reference.replaceAll('-', ' ')]) {
      assert.deepEqual(await moneyDesk.findByReference(typed), [giftId], typed);
    }
    for (const typed of ['', 'x', `${reference}0`, "' or true --", 'GGGG-GGGG-GGGG']) {
      assert.deepEqual(await moneyDesk.findByReference(typed), [], typed);
    }
    const { rows } = await sql<{ id: string; reference: string }>`
      select id, gift_reference(id) as reference from gift
    `.execute(world.db);
    assert.ok(rows.length > 1);
    for (const row of rows) {
      assert.equal(row.reference, giftReference(row.id).replaceAll('-', ''), 'made alike twice');
    }
  });

  it('tells tries, postings, decisions and what is left, and nobody’s name', async () => {
    const giftId = await world.give();
    const actId = randomUUID();
    await world.giving.refundGift({ giftId, money: eur(200n), actId, by: 'desk', reason: 'half' });
    const story = await world.giving.moneyDesk.giftStory(giftId);
    assert.ok(story !== undefined);
    assert.deepEqual(
      story.attempts.map(({ n, state }) => [n, state]),
      [[1, 'succeeded']],
    );
    assert.deepEqual(
      story.transfers.map(({ code, money: { minor } }) => [code, minor]),
      [
        [10, 500n],
        [11, 25n],
        [20, 200n],
      ],
    );
    assert.deepEqual(
      story.transfers.map(({ canBeCorrected }) => canBeCorrected),
      [false, true, false],
    );
    assert.deepEqual(story.left, eur(300n));
    assert.deepEqual(
      story.acts.map((act) => [act.actId, act.kind, act.money?.minor, act.state, act.reason]),
      [[actId, 'refund', 200n, 'refunded', 'half']],
    );
    assert.equal('supporterId' in story.gift, false);
    assert.equal(await world.giving.moneyDesk.giftStory(randomUUID()), undefined);
    assert.equal(await world.giving.moneyDesk.giftStory('x'), undefined);
  });
});
