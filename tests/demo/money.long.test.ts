/**
 * One wish, one gift: whatever a person, their browser, the network or the bank's messages do twice. Every test ends by
 * comparing the newsroom's books with those the bank keeps for itself.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { testCard } from '../../src/processors/sandbox/bank/test-cards.ts';
import { type BankView, bankView } from './bank.ts';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import {
  giftIdOf,
  give,
  payAtBank,
  placeOf,
  post,
  pressPay,
  saidBy,
  type Wish,
  wishFields,
} from './giver.ts';
import { type Ledger, openLedger } from './ledger.ts';

const FIVE: Wish = { every: 'once', other: '5' };

let place: DemoPlace;
let demo: DemoProcess;
let bank: BankView;
let ledger: Ledger;

before(async () => {
  place = await demoPlace();
  demo = await startDemo(place);
  bank = await bankView(place, demo.bankUrl);
  ledger = openLedger(place);
});
after(async () => {
  // Whatever would book a second time a little later has had its chance by then.
  await wait(3_000);
  await ledger?.agreesWith(bank).finally(async () => {
    await demo.stop();
    await ledger.close();
    await place.close();
  });
});
afterEach(() => bank.order({ clear: true }));

/** The books must agree, and exactly `count` gifts more than before must have arrived. */
async function arrived(before: number, count: number): Promise<void> {
  const booked = await ledger.agreesWith(bank);
  assert.equal(booked.length - before, count);
}

const settledCount = async (): Promise<number> => (await ledger.settled()).length;

async function textOf(address: string): Promise<string> {
  return saidBy(await fetch(address));
}

describe('what a person does twice', () => {
  test('two presses at the same moment lead to one page to pay on', async () => {
    const before = await settledCount();
    const giftId = await giftIdOf(demo.origin);
    const presses = await Promise.all(
      Array.from({ length: 8 }, () => pressPay(demo.origin, { ...FIVE, giftId })),
    );
    const places = new Set(presses.map(({ response }) => placeOf(response)));
    const pages = [...places].filter((address) => address.includes('/pay/'));
    assert.equal(pages.length, 1, `one page of the bank: ${[...places].join(' ')}`);
    await payAtBank(pages[0] ?? '');
    await fetch(`${demo.origin}/support/return/${giftId}`);
    await arrived(before, 1);
  });

  test('two presses on the bank’s own button charge once', async () => {
    const before = await settledCount();
    const { giftId, response } = await pressPay(demo.origin, FIVE);
    const page = placeOf(response);
    const answers = await Promise.all(Array.from({ length: 8 }, () => payAtBank(page)));
    for (const answer of answers) assert.match(placeOf(answer), new RegExp(`/return/${giftId}`));
    await Promise.all(
      Array.from({ length: 8 }, () => fetch(`${demo.origin}/support/return/${giftId}`)),
    );
    await arrived(before, 1);
  });

  test('reload, the back button and a press on an old page stay the same gift', async () => {
    const before = await settledCount();
    const { giftId, thanks } = await give(demo.origin, FIVE);
    const first = await textOf(thanks);
    assert.match(first, /Thank you/);
    assert.equal(await textOf(thanks), first);
    // Back to the form, which is sent again: the browser has it as it was.
    const again = await post(`${demo.origin}/support`, wishFields(FIVE, giftId));
    assert.equal(new URL(placeOf(again)).pathname, `/thanks/${giftId}`);
    // Back to the form, which is loaded again.
    const reopened = await textOf(`${demo.origin}/support?gift=${giftId}`);
    assert.match(reopened, /^This gift is made/);
    await arrived(before, 1);
  });

  test('two tabs with the same form, another amount in one: the second is asked, never charged by itself', async () => {
    const before = await settledCount();
    const giftId = await giftIdOf(demo.origin);
    const one = await pressPay(demo.origin, { ...FIVE, giftId });
    const other = await pressPay(demo.origin, { every: 'month', other: '8', giftId });
    assert.equal(other.response.status, 409);
    assert.match(await saidBy(other.response), /Only one of the two will be charged/);
    await payAtBank(placeOf(one.response));
    const late = await pressPay(demo.origin, { every: 'month', other: '8', giftId });
    assert.equal(late.response.status, 409);
    assert.match(await saidBy(late.response), /^This gift is made/);
    await arrived(before, 1);
  });

  test('the first page is replaced by another wish: the old page takes nothing more', async () => {
    const before = await settledCount();
    const { giftId, response } = await pressPay(demo.origin, FIVE);
    const oldPage = placeOf(response);
    const next = randomUUID();
    const replaced = await post(`${demo.origin}/support`, {
      ...wishFields({ every: 'once', other: '8' }, next),
      replaces: giftId,
    });
    const newPage = placeOf(replaced);
    assert.notEqual(newPage, oldPage);
    const onOld = await payAtBank(oldPage);
    assert.match(await textOf(placeOf(onOld)), /called off/);
    await payAtBank(newPage);
    await fetch(`${demo.origin}/support/return/${next}`);
    await arrived(before, 1);
    assert.equal((await ledger.settled()).at(-1)?.amountMinor, '800');
  });
});

describe('what the bank’s messages do', () => {
  test('a message that arrives five times changes nothing four times', async () => {
    const before = await settledCount();
    await bank.order({ webhooks: [{ do: 'repeat', count: 3, times: 5 }] });
    const { response } = await pressPay(demo.origin, FIVE);
    await payAtBank(placeOf(response));
    // Nobody comes back from the bank's page: the messages alone must do.
    await arrived(before, 1);
  });

  test('messages in the wrong order, and late', async () => {
    const before = await settledCount();
    await bank.order({ webhooks: [{ do: 'reorder', count: 4 }] });
    for (let gift = 0; gift < 2; gift += 1) {
      const { response } = await pressPay(demo.origin, { every: 'month', other: '3' });
      const page = placeOf(response);
      await payAtBank(page, 'declined');
      await payAtBank(page);
    }
    await bank.order({ release: true });
    await arrived(before, 2);
  });

  test('messages that never arrive: coming back is enough', async () => {
    const before = await settledCount();
    await bank.order({ webhooks_on: false });
    await give(demo.origin, FIVE);
    await arrived(before, 1);
  });

  test('a message and the way back at the same moment', async () => {
    const before = await settledCount();
    await bank.order({ webhooks: [{ do: 'repeat', count: 5, times: 5 }] });
    const gifts = await Promise.all(Array.from({ length: 6 }, () => pressPay(demo.origin, FIVE)));
    await Promise.all(
      gifts.map(async ({ giftId, response }) => {
        await payAtBank(placeOf(response));
        await Promise.all(
          Array.from({ length: 3 }, () => fetch(`${demo.origin}/support/return/${giftId}`)),
        );
      }),
    );
    await arrived(before, 6);
  });

  test('a message that nobody signed is refused, and one for another newsroom is unknown', async () => {
    const send = (account: string) =>
      fetch(`${demo.origin}/hooks/${account}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'evt_made_up', type: 'payment.changed' }),
      });
    assert.equal((await send('sandbox-1')).status, 400);
    assert.equal((await send('nobody-1')).status, 404);
  });
});

describe('what the bank’s answers do', () => {
  const faults = [
    'error_before_effect',
    'error_after_effect',
    'reset_before_effect',
    'reset_after_effect',
    'truncated',
    'maintenance',
    'busy',
    'too_many',
    'slow',
  ] as const;
  /** For `slow`: longer than everything else takes together. */
  const DELAY_MS = 1_200;
  for (const fault of faults) {
    test(`opening the page answers with ${fault}: another press is the same gift`, async () => {
      const before = await settledCount();
      await bank.order({ faults: [{ fault, on: 'open_payment', count: 1, delay_ms: DELAY_MS }] });
      const giftId = await giftIdOf(demo.origin);
      const pages = new Set<string>();
      const press = async () => {
        const place = placeOf((await pressPay(demo.origin, { ...FIVE, giftId })).response);
        if (place.includes('/pay/')) pages.add(place);
      };
      // The second press does not wait for the first; the third comes when both are answered.
      await Promise.all([press(), press()]);
      await press();
      assert.equal(pages.size, 1, 'one page of the bank');
      await payAtBank([...pages][0] ?? '');
      await arrived(before, 1);
      assert.equal(await bank.hasFaults(), false, 'the fault was met');
    });

    test(`coming back, the bank answers with ${fault}: the page says so, and one gift arrives`, async () => {
      const before = await settledCount();
      await bank.order({
        webhooks_on: true,
        webhooks: [{ do: 'delay', count: 2, delay_ms: 1_500 }],
        faults: [{ fault, on: 'get_payment', count: 1, delay_ms: DELAY_MS }],
      });
      const { giftId, thanks } = await give(demo.origin, FIVE);
      const page = await textOf(thanks);
      assert.doesNotMatch(page, /Nothing was charged|nothing was charged/);
      await fetch(`${demo.origin}/support/return/${giftId}`);
      await arrived(before, 1);
      assert.match(await textOf(thanks), /Thank you/);
      assert.equal(await bank.hasFaults(), false, 'the fault was met');
    });
  }

  test('the card whose answers get lost: checking, then one gift', async () => {
    const before = await settledCount();
    const { giftId, thanks } = await give(demo.origin, FIVE, 'answerLost');
    assert.match(await textOf(thanks), /do not|not try again|checking/i);
    for (let look = 0; look < 4; look += 1) {
      await fetch(`${demo.origin}/support/return/${giftId}`);
    }
    await arrived(before, 1);
  });
});

describe('what becomes of the money later', () => {
  test('given back at the bank, disputed in part and won, disputed and lost', async () => {
    const before = await settledCount();
    for (let gift = 0; gift < 3; gift += 1) await give(demo.origin, FIVE);
    await arrived(before, 3);
    const [one, two, three] = (await ledger.settled()).slice(-3).map((gift) => gift.chargeRef);
    await bank.act({ do: 'give_back', charge: one ?? '', amount: 'half' });
    const won = await bank.act({ do: 'dispute', charge: two ?? '', amount: '200' });
    const lost = await bank.act({ do: 'dispute', charge: three ?? '' });
    await arrived(before, 3);
    await bank.order({ webhooks_on: false });
    await bank.act({ do: 'decide', dispute: won, as: 'won' });
    await bank.act({ do: 'decide', dispute: lost, as: 'lost' });
    await arrived(before, 3);
    const { currencies } = await bank.balance();
    assert.ok(currencies.some((row) => row.disputes_lost === 500n && row.refunded >= 250n));
  });
});

describe('what is refused', () => {
  for (const card of ['russia', 'belarus', 'unknownCountry'] as const) {
    test(`the card "${card}" is turned away before its issuer sees anything`, async () => {
      const before = await settledCount();
      const { response } = await pressPay(demo.origin, { every: 'month', other: '5' });
      const refused = await payAtBank(placeOf(response), card);
      assert.equal(refused.status, 200);
      assert.match(await saidBy(refused), /nothing was charged/i);
      const { turnedAway, seen } = await bank.issuerOf(testCard(card).number);
      assert.ok(turnedAway > 0, 'the card was turned away');
      assert.equal(seen, 0, 'its issuer saw nothing');
      await arrived(before, 0);
    });
  }

  for (const card of ['declined', 'insufficient', 'unavailable', 'lost', 'expired'] as const) {
    test(`the card "${card}" moves nothing, and another card on the same page is the same gift`, async () => {
      const before = await settledCount();
      const { giftId, response } = await pressPay(demo.origin, FIVE);
      const page = placeOf(response);
      const declined = await payAtBank(page, card);
      assert.equal(declined.status, 200);
      assert.match(await saidBy(declined), /Nothing was charged/);
      await arrived(before, 0);
      await payAtBank(page);
      await fetch(`${demo.origin}/support/return/${giftId}`);
      await arrived(before, 1);
    });
  }
});
