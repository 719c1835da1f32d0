import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { type Money, money } from '../../money/index.ts';
import { type GivingContext, givingContext } from '../context.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { type JournalLine, readJournal } from '../ledger/journal.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import type { PaymentEvidence, Succeeded } from '../processor.ts';
import type { FakePayment } from '../testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { applyEvidence } from './apply-evidence.ts';

let world: GivingWorld;
let context: GivingContext;
before(async () => {
  world = await givingWorld();
  context = givingContext(world.dependencies);
});
after(() => world.close());

interface Begun {
  readonly giftId: string;
  readonly payment: FakePayment;
  readonly attemptId: string;
}

async function begin(changes: Parameters<GivingWorld['intent']>[0] = {}): Promise<Begun> {
  const intent = world.intent(changes);
  const begun = await world.giving.beginGift(intent);
  if (begun.kind !== 'go') throw new Error(begun.kind);
  const payment = world.processor.ofPage(begun.pageUrl);
  if (payment.attemptId === null) throw new Error('no attempt');
  return { giftId: intent.giftId, payment, attemptId: payment.attemptId };
}

function charge(chargeRef: string, amount: Money, changes: Partial<Succeeded> = {}): Succeeded {
  return {
    state: 'succeeded',
    chargeRef,
    money: amount,
    happenedAt: world.clock.now(),
    payerCountry: 'DE',
    mandate: null,
    fee: null,
    ...changes,
  };
}

const five = money(500n, 'EUR');

function tell(begun: Begun, evidence: PaymentEvidence, accountId = 'fake') {
  const { attemptId, payment } = begun;
  return applyEvidence(context, { attemptId, accountId, objectRef: payment.objectRef, evidence });
}

/** What was booked for a gift; a fee stands in the group of its charge and names no gift. */
async function linesOf(giftId: string): Promise<readonly JournalLine[]> {
  const lines = await readJournal(world.db, { afterId: 0n, limit: 100_000 });
  const own = new Set(lines.filter((line) => line.giftId === giftId).map(({ groupId }) => groupId));
  return lines.filter(({ groupId }) => own.has(groupId));
}

async function codesOf(giftId: string): Promise<readonly number[]> {
  return (await linesOf(giftId)).map(({ code }) => code);
}

async function stateOf(giftId: string) {
  return (await world.giving.giftView(giftId))?.state;
}

describe('settle', () => {
  it('keeps a right to charge that is told after the money, and never an older one again', async () => {
    const begun = await begin({ interval: 'month' });
    const told = charge('late-mandate', five);
    assert.equal(await tell(begun, told), 'settled');
    const mandateOf = async () => {
      const row = await world.db
        .selectFrom('gift')
        .innerJoin('pledge', 'pledge.id', 'gift.pledge_id')
        .leftJoin('mandate', 'mandate.id', 'pledge.mandate_id')
        .select(['mandate.method_ref', 'pledge.mandate_id'])
        .where('gift.id', '=', begun.giftId)
        .executeTakeFirstOrThrow();
      return row;
    };
    assert.equal((await mandateOf()).mandate_id, null);
    const mandate = { customerRef: 'cus', methodRef: 'token', methodFingerprint: null };
    assert.equal(await tell(begun, { ...told, mandate }), 'already');
    const kept = await mandateOf();
    assert.equal(kept.method_ref, 'token');
    const other = { ...mandate, methodRef: 'another' };
    assert.equal(await tell(begun, { ...told, mandate }), 'already');
    assert.equal(await tell(begun, { ...told, mandate: other }), 'already');
    assert.deepEqual(await mandateOf(), kept);
  });

  it('settles once for four simultaneous callers, sixteen gifts at a time', async () => {
    const gifts = [];
    for (let gift = 0; gift < 16; gift += 1) gifts.push(await begin());
    const answers = await Promise.all(
      gifts.flatMap((begun) => {
        const evidence = charge(`c4_${begun.attemptId}`, five, {
          fee: { ref: `f4_${begun.attemptId}`, money: money(40n, 'EUR') },
        });
        return Array.from({ length: 4 }, () => tell(begun, evidence));
      }),
    );
    assert.equal(answers.filter((answer) => answer === 'settled').length, 16);
    assert.equal(answers.filter((answer) => answer === 'already').length, 48);
    for (const { giftId } of gifts) assert.deepEqual(await codesOf(giftId), [10, 11]);
    const receipts = await world.db
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .where(
        'dedupe_key',
        'in',
        gifts.map(({ giftId }) => `receipt:${giftId}`),
      )
      .executeTakeFirstOrThrow();
    assert.equal(receipts.count, 16n);
  });

  it('does the same for renewable gifts: one pledge begins, one next gift is made', async () => {
    const gifts = [];
    for (let gift = 0; gift < 8; gift += 1) gifts.push(await begin({ interval: 'month' }));
    const mandate = { customerRef: 'c', methodRef: 'm', methodFingerprint: null };
    await Promise.all(
      gifts.flatMap((begun) => {
        const evidence = charge(`p_${begun.attemptId}`, five, { mandate });
        return [tell(begun, evidence), tell(begun, evidence), tell(begun, evidence)];
      }),
    );
    for (const { giftId } of gifts) {
      const view = await world.giving.giftView(giftId);
      assert.equal(view?.pledge?.state, 'active');
      const periods = await world.db
        .selectFrom('gift')
        .select(['period_n', 'state'])
        .where('pledge_id', '=', view?.pledge?.pledgeId ?? '')
        .orderBy('period_n')
        .execute();
      assert.deepEqual(
        periods.map((row) => [row.period_n, row.state]),
        [
          [0, 'settled'],
          [1, 'due'],
        ],
      );
    }
  });

  for (const [what, wrong] of [
    ['a hundredfold amount', money(50_000n, 'EUR')],
    ['a part of the amount', money(300n, 'EUR')],
    ['another currency', money(500n, 'USD')],
  ] as const) {
    it(`holds ${what}: booked once on unmatched, a person is told`, async () => {
      const begun = await begin();
      const evidence = charge(`wrong_${begun.attemptId}`, wrong);
      assert.equal(await tell(begun, evidence), 'hold');
      assert.equal(await tell(begun, evidence), 'hold');
      assert.equal(await stateOf(begun.giftId), 'integrity_hold');
      assert.deepEqual(await codesOf(begun.giftId), [90]);
      const { open } = await world.giving.alarms();
      assert.equal(open.filter(({ giftId }) => giftId === begun.giftId).length, 1);
    });
  }

  it('settles a gift on hold when the right charge is proved after all', async () => {
    const begun = await begin();
    await tell(begun, charge(`part_${begun.attemptId}`, money(200n, 'EUR')));
    assert.equal(await tell(begun, charge(`full_${begun.attemptId}`, five)), 'settled');
    assert.deepEqual(await codesOf(begun.giftId), [90, 10]);
    assert.equal(await stateOf(begun.giftId), 'settled');
  });

  it('never books a charge that was held a second time, even with the full amount', async () => {
    const begun = await begin();
    await tell(begun, charge(`same_${begun.attemptId}`, money(200n, 'EUR')));
    assert.equal(await tell(begun, charge(`same_${begun.attemptId}`, five)), 'hold');
    assert.deepEqual(await codesOf(begun.giftId), [90]);
  });

  it('holds a charge that another processor account reports', async () => {
    await world.db
      .insertInto('processor_account')
      .values({
        id: 'other',
        processor: 'paypal',
        mode: 'test',
        poll_cursor: null,
        poll_at: world.clock.now(),
        created_at: world.clock.now(),
      })
      .execute();
    const begun = await begin();
    const { attemptId } = begun;
    const answer = await tell(begun, charge(`acct_${attemptId}`, five), 'other');
    assert.equal(answer, 'hold');
    assert.equal(await tell(begun, { state: 'expired' }, 'other'), 'ignored');
  });

  it('holds a charge of the same name at another account, even once the gift is settled', async () => {
    const begun = await begin();
    const name = `same_${begun.attemptId}`;
    assert.equal(await tell(begun, charge(name, five)), 'settled');
    assert.equal(await tell(begun, charge(name, five), 'other'), 'hold');
    assert.deepEqual(await codesOf(begun.giftId), [10, 90]);
  });

  it("believes our id over a reference that is another attempt's already", async () => {
    const one = await begin();
    await world.db
      .updateTable('attempt')
      .set({ object_ref: null })
      .where('id', '=', one.attemptId)
      .execute();
    const other = await begin();
    const confused = { ...one, payment: other.payment };
    assert.equal(await tell(confused, { state: 'needs_action', pageUrl: null }), 'changed');
    assert.equal(await tell(confused, charge(`ref_${one.attemptId}`, five)), 'settled');
    assert.equal(await tell(other, charge(`ref_${other.attemptId}`, five)), 'settled');
  });

  it('keeps a second payment of one gift as unmatched and leaves the gift settled', async () => {
    const first = await begin();
    world.processor.say(first.payment, { state: 'expired' });
    await world.giving.askProcessor(first.giftId);
    const again = await world.giving.beginGift(world.intent({ giftId: first.giftId }));
    assert.equal(again.kind, 'go');
    const payment = world.processor.ofPage(again.kind === 'go' ? again.pageUrl : '');
    const second = { ...first, payment, attemptId: payment.attemptId ?? '' };
    const answers = await Promise.all([
      tell(first, charge('two_1', five)),
      tell(second, charge('two_2', five)),
    ]);
    assert.deepEqual(answers.toSorted(), ['hold', 'settled']);
    assert.deepEqual((await codesOf(first.giftId)).toSorted(), [10, 90]);
    assert.equal(await stateOf(first.giftId), 'settled');
    const { open } = await world.giving.alarms();
    assert.ok(open.some(({ kind, giftId }) => kind === 'unmatched' && giftId === first.giftId));
  });

  it('closes the page of a second attempt when late money of the first settles the gift', async () => {
    const first = await begin();
    world.processor.say(first.payment, { state: 'expired' });
    await world.giving.askProcessor(first.giftId);
    const again = await world.giving.beginGift(world.intent({ giftId: first.giftId }));
    assert.equal(again.kind, 'go');
    const payment = world.processor.ofPage(again.kind === 'go' ? again.pageUrl : '');
    assert.equal(await tell(first, charge(`left_${first.attemptId}`, five)), 'settled');
    assert.equal(payment.evidence.state, 'expired');
    assert.equal(
      (await world.giving.beginGift(world.intent({ giftId: first.giftId }))).kind,
      'already',
    );
  });

  it('keeps a second charge under one attempt as unmatched', async () => {
    const begun = await begin();
    assert.equal(await tell(begun, charge(`one_${begun.attemptId}`, five)), 'settled');
    assert.equal(await tell(begun, charge(`two_${begun.attemptId}`, five)), 'hold');
    assert.deepEqual(await codesOf(begun.giftId), [10, 90]);
  });

  it('books one charge once when two gifts claim it at the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const [a, b] = [await begin(), await begin()];
      const evidence = charge(`shared_${round}`, five);
      const answers = await Promise.all([tell(a, evidence), tell(b, evidence)]);
      assert.deepEqual(answers.toSorted(), ['hold', 'settled']);
      const codes = [...(await codesOf(a.giftId)), ...(await codesOf(b.giftId))];
      assert.deepEqual(codes, [10]);
    }
  });

  it('tells a person when a booked charge is reported with another amount, and books nothing', async () => {
    const begun = await begin();
    const ref = `chg_${begun.attemptId}`;
    await tell(begun, charge(ref, five));
    assert.equal(await tell(begun, charge(ref, money(400n, 'EUR'))), 'hold');
    assert.deepEqual(await codesOf(begun.giftId), [10]);
    assert.equal(await stateOf(begun.giftId), 'settled');
    const { open } = await world.giving.alarms();
    assert.ok(
      open.some(({ kind, giftId }) => kind === 'amount-changed' && giftId === begun.giftId),
    );
  });

  it('books a fee that is told later, once, in the group of its charge', async () => {
    const begun = await begin();
    const ref = `fee_${begun.attemptId}`;
    await tell(begun, charge(ref, five));
    const fee = { ref: `bt_${ref}`, money: money(44n, 'EUR') };
    await Promise.all([
      tell(begun, charge(ref, five, { fee })),
      tell(begun, charge(ref, five, { fee })),
    ]);
    const lines = await linesOf(begun.giftId);
    assert.deepEqual(
      lines.map(({ code, debit, credit, amountMinor }) => [code, debit, credit, amountMinor]),
      [
        [10, 'processor_pending', 'gifts_once', 500n],
        [11, 'fees', 'processor_pending', 44n],
      ],
    );
    assert.equal(new Set(lines.map(({ groupId }) => groupId)).size, 1);
  });

  it('takes late money on an expired attempt and on a gift that was given up', async () => {
    const begun = await begin();
    await tell(begun, { state: 'expired' });
    world.clock.advance({ hours: 25 });
    await world.settleDown();
    assert.equal(await stateOf(begun.giftId), 'abandoned');
    assert.equal(await tell(begun, charge(`late_${begun.attemptId}`, five)), 'settled');
  });

  it('changes nothing for old news after a success', async () => {
    const begun = await begin();
    await tell(begun, charge(`done_${begun.attemptId}`, five));
    for (const evidence of [
      { state: 'open' },
      { state: 'processing' },
      { state: 'needs_action', pageUrl: 'http://127.0.0.1:1/x' },
      { state: 'declined', code: 'x', advice: 'stop' },
      { state: 'expired' },
    ] as const) {
      assert.equal(await tell(begun, evidence), 'unchanged');
    }
    const view = await world.giving.giftView(begun.giftId);
    assert.equal(view?.stateForPeople, 'paid');
    assert.equal(view?.pageUrl, undefined);
  });

  it('keeps money from a listed country, stops the pledge and tells a person', async () => {
    const begun = await begin({ interval: 'month' });
    const mandate = { customerRef: 'cx', methodRef: 'mx', methodFingerprint: null };
    await tell(begun, charge(`xa_${begun.attemptId}`, five, { payerCountry: 'XA', mandate }));
    const view = await world.giving.giftView(begun.giftId);
    assert.equal(view?.state, 'settled');
    assert.equal(view?.pledge?.state, 'cancelled');
    assert.deepEqual(view?.pledge?.nextDates, []);
    const { open } = await world.giving.alarms();
    assert.ok(
      open.some(({ kind, giftId }) => kind === 'refused-country' && giftId === begun.giftId),
    );
  });

  it('answers no_such_attempt and writes nothing for an attempt nobody knows', async () => {
    const evidence = charge('nobody', five);
    const attemptId = '0190a000-0000-7000-8000-000000000001';
    const answer = await applyEvidence(context, {
      attemptId,
      accountId: 'fake',
      objectRef: null,
      evidence,
    });
    assert.equal(answer, 'no_such_attempt');
    assert.equal(
      (await readJournal(world.db, { afterId: 0n, limit: 10_000 })).some(({ causeRef }) =>
        causeRef.includes('nobody'),
      ),
      false,
    );
  });

  it('ends in the same books whatever the order and number of the messages', async () => {
    const TOLD: readonly ((ref: string) => PaymentEvidence)[] = [
      (ref) => charge(ref, five),
      (ref) => charge(ref, five, { fee: { ref: `bt_${ref}`, money: money(30n, 'EUR') } }),
      (ref) => charge(`${ref}_again`, five),
      () => ({ state: 'processing' }),
      () => ({ state: 'declined', code: 'x', advice: 'retry-later' }),
      () => ({ state: 'expired' }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 0, 1, 2, 3], { minLength: 10 }),
        async (order) => {
          const begun = await begin();
          for (const which of order) {
            const evidence = TOLD[which]?.(`any_${begun.attemptId}`);
            assert.ok(evidence !== undefined);
            await tell(begun, evidence);
          }
          // Which of the two charges settles depends on the order; what the books add up to does not.
          const lines = await linesOf(begun.giftId);
          assert.deepEqual(
            lines.map(({ code, amountMinor }) => `${code} ${amountMinor}`).toSorted(),
            ['10 500', '11 30', '90 500'],
          );
          const view = await world.giving.giftView(begun.giftId);
          assert.deepEqual([view?.state, view?.attemptState], ['settled', 'succeeded']);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('leaves balances that add up to nothing per currency, and every invariant', async () => {
    const sums = new Map<string, bigint>();
    for (const { money: amount } of await readBalances(world.db)) {
      sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor);
    }
    assert.deepEqual(
      [...sums.values()],
      Array.from(sums, () => 0n),
    );
    assert.deepEqual(await checkInvariants(world.db), []);
  });
});

describe('an assertion that fails', () => {
  it('parks the gift, rings, and lets the next one through', async () => {
    const begun = await begin();
    // No adapter should ever say this, so nothing sensible can be done with it.
    const evidence = charge('', five);
    assert.equal(await tell(begun, evidence), 'hold');
    assert.equal(await stateOf(begun.giftId), 'integrity_hold');
    const { open } = await world.giving.alarms();
    assert.ok(open.some(({ kind, giftId }) => kind === 'assertion' && giftId === begun.giftId));
    assert.deepEqual(await codesOf(begun.giftId), []);
    const next = await begin();
    assert.equal(await tell(next, charge(`n_${next.attemptId}`, five)), 'settled');
  });
});
