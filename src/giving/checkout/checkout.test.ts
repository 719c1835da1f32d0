import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { money } from '../../money/index.ts';
import { createGiving } from '../create-giving.ts';
import type { GiftIntent, ReplaceGiftResult } from '../giving.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

let world: GivingWorld;
before(async () => {
  world = await givingWorld();
});
after(() => world.close());
beforeEach(() => {
  world.processor.faults.length = 0;
  world.processor.calls.length = 0;
});

function pageOf(result: ReplaceGiftResult): string {
  assert.equal(result.kind, 'go');
  return result.kind === 'go' ? result.pageUrl : '';
}

async function rowsOf(giftId: string) {
  const attempts = await world.db
    .selectFrom('attempt')
    .selectAll()
    .where('gift_id', '=', giftId)
    .orderBy('n')
    .execute();
  const transfers = await world.db
    .selectFrom('ledger_transfer')
    .selectAll()
    .where('gift_id', '=', giftId)
    .execute();
  return { attempts, transfers };
}

describe('beginning a gift', () => {
  it('gives the same page to a second tap, a reload and another language', async () => {
    const intent = world.intent();
    const first = pageOf(await world.giving.beginGift(intent));
    const second = pageOf(await world.giving.beginGift(intent));
    const other = pageOf(await world.giving.beginGift({ ...intent, language: 'ar' }));
    assert.equal(second, first);
    assert.equal(other, first);
    assert.equal(world.processor.calls.length, 1, 'the stored page was handed out again');
    assert.equal((await rowsOf(intent.giftId)).attempts.length, 1);
  });

  it('ends simultaneous calls with one id in one page, one gift, one supporter', async () => {
    const intent = world.intent();
    const before = await counts();
    const results = await Promise.all(
      Array.from({ length: 8 }, () => world.giving.beginGift(intent)),
    );
    const pages = new Set(results.map(pageOf));
    assert.equal(pages.size, 1);
    const now = await counts();
    assert.equal(now.gifts - before.gifts, 1);
    assert.equal(now.supporters - before.supporters, 1);
    assert.equal((await rowsOf(intent.giftId)).attempts.length, 1);
  });

  it('calls attach once, in the transaction of the gift', async () => {
    const attached: string[] = [];
    const intent = world.intent({
      attach: async (tx, supporterId) => {
        const row = await tx
          .selectFrom('supporter')
          .select('id')
          .where('id', '=', supporterId)
          .executeTakeFirstOrThrow();
        attached.push(row.id);
      },
    });
    await world.giving.beginGift(intent);
    await world.giving.beginGift(intent);
    const view = await world.giving.giftView(intent.giftId);
    assert.deepEqual(attached, [view?.supporterId]);
  });

  it('writes nothing when attach fails', async () => {
    const intent = world.intent({
      attach: () => Promise.reject(new Error('cannot seal')),
    });
    await assert.rejects(world.giving.beginGift(intent), /cannot seal/);
    assert.equal(await world.giving.giftView(intent.giftId), undefined);
    assert.equal(world.processor.calls.length, 0);
  });

  it('refuses the same id with another amount or interval', async () => {
    const intent = world.intent();
    await world.giving.beginGift(intent);
    for (const other of [
      { ...intent, money: money(700n, 'EUR') },
      { ...intent, money: money(500n, 'USD') },
      { ...intent, interval: 'month' as const },
    ]) {
      assert.equal((await world.giving.beginGift(other)).kind, 'other-content');
    }
    assert.equal((await rowsOf(intent.giftId)).attempts.length, 1);
  });

  it('says already once the gift settled', async () => {
    const giftId = await world.give();
    const again = await world.giving.beginGift(world.intent({ giftId }));
    assert.equal(again.kind, 'already');
    assert.equal(again.kind === 'already' && again.gift.stateForPeople, 'paid');
  });

  const refusals: readonly [string, Partial<GiftIntent>][] = [
    ['gift-id', { giftId: 'not-an-id' }],
    ['currency', { money: money(500n, 'JPY') }],
    ['too-small', { money: money(99n, 'EUR') }],
    ['too-small', { money: money(-500n, 'EUR') }],
    ['too-large', { money: money(1_000_001n, 'EUR') }],
    ['supporter', { supporterId: '0190a000-0000-7000-8000-000000000000' }],
  ];
  for (const [reason, change] of refusals) {
    it(`refuses ${reason} and writes nothing`, async () => {
      const before = await counts();
      const result = await world.giving.beginGift(world.intent(change));
      assert.deepEqual(result, { kind: 'refused', reason });
      assert.deepEqual(await counts(), before);
      assert.equal(world.processor.calls.length, 0);
    });
  }

  it('bounds the gifts of one supporter in a day', async () => {
    const first = await world.give();
    const supporterId = (await world.giving.giftView(first))?.supporterId ?? '';
    const results = [];
    for (let gift = 0; gift < 15; gift += 1) {
      results.push((await world.giving.beginGift(world.intent({ supporterId }))).kind);
    }
    assert.equal(results.filter((kind) => kind === 'go').length, 14);
    assert.equal(results.at(-1), 'refused');
  });
});

describe('answers that got lost', () => {
  it('sends the same key again when the order never arrived', async () => {
    const intent = world.intent();
    world.processor.faults.push('lost-before');
    assert.equal((await world.giving.beginGift(intent)).kind, 'checking');
    const view = await world.giving.giftView(intent.giftId);
    assert.equal(view?.stateForPeople, 'checking');
    pageOf(await world.giving.beginGift(intent));
    const { attempts } = await rowsOf(intent.giftId);
    assert.equal(attempts.length, 1);
    assert.equal(new Set(world.processor.calls).size, 1, 'one key');
  });

  it('finds the page that was opened although the answer got lost', async () => {
    const intent = world.intent();
    const before = world.processor.payments.size;
    world.processor.faults.push('lost-after');
    assert.equal((await world.giving.beginGift(intent)).kind, 'checking');
    pageOf(await world.giving.beginGift(intent));
    assert.equal(world.processor.payments.size - before, 1);
  });

  it('asks instead of sending once the key is forgotten, and then opens a new page', async () => {
    const intent = world.intent();
    world.processor.faults.push('lost-before');
    await world.giving.beginGift(intent);
    world.clock.advance({ hours: 25 });
    world.processor.calls.length = 0;
    pageOf(await world.giving.beginGift(intent));
    assert.equal(world.processor.calls[0], 'lookUp');
    const { attempts } = await rowsOf(intent.giftId);
    assert.deepEqual(
      attempts.map(({ state }) => state),
      ['not_found', 'sent'],
    );
  });

  it('never sends another order under a key that may have arrived: it asks, and takes a new key', async () => {
    const intent = world.intent();
    world.processor.faults.push('lost-before');
    assert.equal((await world.giving.beginGift(intent)).kind, 'checking');
    const { attempts: first } = await rowsOf(intent.giftId);
    world.processor.calls.length = 0;
    // The newsroom changed what statements say, so the order would be another one by now.
    const { settings } = world.dependencies;
    const changed = createGiving({
      ...world.dependencies,
      settings: { ...settings, statementText: 'ANOTHER NAME' },
    });
    assert.equal((await changed.beginGift(intent)).kind, 'checking');
    assert.deepEqual(world.processor.calls, ['lookUp'], 'nothing was sent');
    world.clock.advance({ minutes: 6 });
    pageOf(await changed.beginGift(intent));
    const { attempts } = await rowsOf(intent.giftId);
    assert.deepEqual(
      attempts.map(({ state }) => state),
      ['not_found', 'sent'],
    );
    const opened = world.processor.calls.filter((call) => call.startsWith('open '));
    assert.deepEqual(opened, [`open ${attempts[1]?.id}`]);
    assert.notEqual(attempts[1]?.request_hash, first[0]?.request_hash);
  });

  it('takes a planned order back that would be another one by now, and plans it anew', async () => {
    const intent = world.intent();
    const page = pageOf(await world.giving.beginGift(intent));
    world.processor.say(world.processor.ofPage(page), { state: 'expired' });
    await world.giving.askProcessor(intent.giftId);
    // A process died between planning this and sending it, under other settings.
    await world.db
      .insertInto('attempt')
      .values({
        id: randomUUID(),
        gift_id: intent.giftId,
        n: 2,
        processor_account_id: world.processor.accountId,
        request_hash: 'the hash of another order',
        state: 'planned',
        created_at: world.clock.now(),
      })
      .execute();
    world.processor.calls.length = 0;
    pageOf(await world.giving.beginGift(intent));
    const { attempts } = await rowsOf(intent.giftId);
    assert.deepEqual(
      attempts.map(({ state }) => state),
      ['expired', 'expired', 'sent'],
    );
    assert.deepEqual(world.processor.calls, [`open ${attempts[2]?.id}`]);
  });

  it('treats an order the processor calls invalid as our bug: alarm, no loop', async () => {
    const intent = world.intent();
    world.processor.faults.push('refused');
    assert.deepEqual(await world.giving.beginGift(intent), {
      kind: 'refused',
      reason: 'processor',
    });
    const alarms = await world.giving.alarms();
    assert.ok(
      alarms.open.some(({ kind, giftId }) => kind === 'our-bug' && giftId === intent.giftId),
    );
    await world.settleDown();
    assert.equal((await rowsOf(intent.giftId)).attempts.length, 1);
  });
});

describe('a page that was left', () => {
  it('shows a declined try on the open page as one that can be tried again', async () => {
    const intent = world.intent();
    const page = pageOf(await world.giving.beginGift(intent));
    world.processor.say(world.processor.ofPage(page), { state: 'open', declinedCode: 'no_funds' });
    const view = await world.giving.askProcessor(intent.giftId);
    assert.equal(view?.stateForPeople, 'declined');
    assert.equal(view?.declineCode, 'no_funds');
    assert.equal(view?.pageUrl, page);
    assert.equal(pageOf(await world.giving.beginGift(intent)), page);
    world.processor.pay(page);
    assert.equal((await world.giving.askProcessor(intent.giftId))?.stateForPeople, 'paid');
  });

  it('is being checked while nobody says whether it was paid, and never called unpaid', async () => {
    const intent = world.intent();
    const page = pageOf(await world.giving.beginGift(intent));
    world.processor.pay(page);
    world.processor.lookUpsLost = 2;
    for (let look = 0; look < 2; look += 1) {
      const view = await world.giving.askProcessor(intent.giftId);
      assert.equal(view?.stateForPeople, 'checking');
    }
    // Nobody comes back a third time: the collector asks by itself, minutes later and not after a day.
    await world.liveUntil(world.clock.now().add({ minutes: 6 }).toString());
    assert.equal((await world.giving.giftView(intent.giftId))?.stateForPeople, 'paid');
  });

  it('waits for its supporter again once the processor says that it is still open', async () => {
    const intent = world.intent();
    const page = pageOf(await world.giving.beginGift(intent));
    world.processor.say(world.processor.ofPage(page), { state: 'open', declinedCode: 'no_funds' });
    await world.giving.askProcessor(intent.giftId);
    world.processor.lookUpsLost = 1;
    assert.equal((await world.giving.askProcessor(intent.giftId))?.stateForPeople, 'checking');
    assert.equal((await world.giving.askProcessor(intent.giftId))?.stateForPeople, 'declined');
    assert.equal(pageOf(await world.giving.beginGift(intent)), page);
  });

  it('opens a second page after the first expired', async () => {
    const intent = world.intent();
    const page = pageOf(await world.giving.beginGift(intent));
    world.processor.say(world.processor.ofPage(page), { state: 'expired' });
    assert.equal((await world.giving.askProcessor(intent.giftId))?.stateForPeople, 'abandoned');
    assert.notEqual(pageOf(await world.giving.beginGift(intent)), page);
    const { attempts } = await rowsOf(intent.giftId);
    assert.deepEqual(
      attempts.map(({ n, state }) => [n, state]),
      [
        [1, 'expired'],
        [2, 'sent'],
      ],
    );
  });

  it('says that a card of a listed country was refused', async () => {
    const intent = world.intent();
    const page = pageOf(await world.giving.beginGift(intent));
    world.processor.say(world.processor.ofPage(page), {
      state: 'declined',
      code: 'country',
      advice: 'refused-country',
    });
    const view = await world.giving.askProcessor(intent.giftId);
    assert.equal(view?.stateForPeople, 'refused-country');
    assert.equal(view?.state, 'collecting');
  });

  it('closes a page nobody paid on for a day, gives the gift up a day later, and still takes late money', async () => {
    const intent = world.intent();
    const page = pageOf(await world.giving.beginGift(intent));
    const payment = world.processor.ofPage(page);
    await world.liveUntil(world.clock.now().add({ hours: 60 }).toString());
    const view = await world.giving.giftView(intent.giftId);
    assert.equal(view?.state, 'abandoned');
    assert.equal(payment.evidence.state, 'expired');
    assert.deepEqual(await world.giving.beginGift(intent), { kind: 'refused', reason: 'ended' });
    world.processor.pay(page);
    world.clock.advance({ minutes: 16 });
    await world.settleDown();
    assert.equal((await world.giving.giftView(intent.giftId))?.state, 'settled');
  });
});

describe('replacing a gift', () => {
  it('closes the old page first, ends its pledge, and keeps the supporter', async () => {
    const old = world.intent({ interval: 'month' });
    const oldPage = pageOf(await world.giving.beginGift(old));
    const next = world.intent({ money: money(900n, 'EUR') });
    const page = pageOf(await world.giving.replaceGift({ oldGiftId: old.giftId, intent: next }));
    assert.notEqual(page, oldPage);
    assert.equal(world.processor.ofPage(oldPage).evidence.state, 'expired');
    const oldView = await world.giving.giftView(old.giftId);
    assert.equal(oldView?.state, 'abandoned');
    assert.equal(oldView?.pledge?.state, 'cancelled');
    const view = await world.giving.giftView(next.giftId);
    assert.equal(view?.supporterId, oldView?.supporterId);
  });

  it('says so when the old gift was paid before it could be closed', async () => {
    const old = world.intent();
    const page = pageOf(await world.giving.beginGift(old));
    world.processor.pay(page);
    const next = world.intent({ money: money(900n, 'EUR') });
    const result = await world.giving.replaceGift({ oldGiftId: old.giftId, intent: next });
    assert.equal(result.kind, 'old-paid');
    assert.equal(result.kind === 'old-paid' && result.gift.state, 'settled');
    assert.equal(await world.giving.giftView(next.giftId), undefined);
  });

  it('begins nothing while it is not known whether the old page is closed', async () => {
    const old = world.intent();
    pageOf(await world.giving.beginGift(old));
    world.processor.faults.push('lost-before');
    const next = world.intent();
    const result = await world.giving.replaceGift({ oldGiftId: old.giftId, intent: next });
    assert.equal(result.kind, 'old-checking');
    assert.equal(await world.giving.giftView(next.giftId), undefined);
  });

  it('leaves the old page alone when the new gift would be refused', async () => {
    const old = world.intent();
    const page = pageOf(await world.giving.beginGift(old));
    const next = world.intent({ money: money(1n, 'EUR') });
    const result = await world.giving.replaceGift({ oldGiftId: old.giftId, intent: next });
    assert.deepEqual(result, { kind: 'refused', reason: 'too-small' });
    assert.equal(pageOf(await world.giving.beginGift(old)), page);
  });
});

describe('after all of that', () => {
  it('keeps every invariant', async () => {
    assert.deepEqual(await checkInvariants(world.db), []);
  });
});

async function counts() {
  const count = async (table: 'gift' | 'supporter' | 'pledge' | 'attempt'): Promise<number> => {
    const row = await world.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  return {
    gifts: await count('gift'),
    supporters: await count('supporter'),
    pledges: await count('pledge'),
    attempts: await count('attempt'),
  };
}
