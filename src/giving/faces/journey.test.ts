/** A gift from the form to the thank-you page, with the real money core, a real database and the sandbox bank. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { SeededRandom } from '../../calendar/index.ts';
import { testDatabase } from '../../database/testing/test-database.ts';
import { TestBank } from '../../processors/sandbox/bank/testing/test-bank.ts';
import { type TestCardId, testCard } from '../../processors/sandbox/index.ts';
import { createGiving } from '../create-giving.ts';
import type { Giving } from '../giving.ts';
import { exampleNewsroom, type FakeWeb, fakeWeb, location, sentForm } from '../testing/fake-web.ts';

const ORIGIN = 'http://127.0.0.1:3999';
const LISTED = ['BY', 'RU'];
const newsroom = exampleNewsroom();

let bank: TestBank;
let database: Awaited<ReturnType<typeof testDatabase>>;
let giving: Giving;
let web: FakeWeb;
let gifts = 0;

before(async () => {
  [bank, database] = await Promise.all([TestBank.start(), testDatabase()]);
  giving = createGiving({
    db: database.db,
    clock: bank.clock,
    random: new SeededRandom(11, bank.clock),
    processors: [bank.processor()],
    settings: {
      zone: newsroom.zone,
      statementText: newsroom.giving.statement_text,
      refusedCountries: () => LISTED,
      publicOrigin: () => ORIGIN,
      pageSecret: new Uint8Array(32).fill(5),
      limits: (currency) => newsroom.giving.amounts[currency],
    },
  });
  web = fakeWeb({ giving, clock: bank.clock });
});
after(async () => {
  await Promise.all([bank?.stop(), database?.close()]);
});
beforeEach(() => bank.control({ clear: true }));

/** A fresh id, as the form's own address gives it. */
function freshId(): string {
  gifts += 1;
  return `019abc00-0000-7000-8000-${String(gifts).padStart(12, '0')}`;
}

/** Goes where an address of ours leads, without the origin. */
const follow = (address: string) => web.get(address.replace(ORIGIN, ''));

async function begin(change: Record<string, string> = {}): Promise<{ id: string; page: string }> {
  const id = freshId();
  const answer = await web.post('/support', sentForm({ gift: id, ...change }));
  assert.equal(answer.status, 303, await answer.clone().text());
  const page = location(answer);
  assert.ok(page.startsWith(bank.origin), page);
  return { id, page };
}

async function payWith(page: string, card: TestCardId): Promise<string | null> {
  return (await bank.submit(page, { use: card })).location;
}

const thanks = async (id: string): Promise<string> =>
  (await web.get(`/thanks/${id}?language=en`)).text();

const countOf = async (table: 'gift' | 'attempt', id: string): Promise<number> => {
  const column = table === 'gift' ? 'id' : 'gift_id';
  const rows = await database.db.selectFrom(table).select('id').where(column, '=', id).execute();
  return rows.length;
};

describe('one gift', () => {
  test('from two taps at once, a third, three ways back and every reload', async () => {
    const id = freshId();
    const form = sentForm({ gift: id });
    const answers = await Promise.all([web.post('/support', form), web.post('/support', form)]);
    const pages = new Set([...answers, await web.post('/support', form)].map(location));
    const [page] = pages;
    assert.ok(page !== undefined && pages.size === 1);
    assert.match(await thanks(id), /One step is left/);

    const back = (await payWith(page, 'pays')) ?? '';
    assert.ok(back.startsWith(`${ORIGIN}/support/return/${id}`), back);
    for (const turn of [1, 2, 3]) {
      assert.equal(location(await follow(back)), `/thanks/${id}?language=en`, `turn ${turn}`);
      assert.match(await thanks(id), /Your gift of \$5 a month has arrived/);
    }
    assert.equal(location(await web.post('/support', form)), `/thanks/${id}?language=en`);
    assert.equal((await bank.charges()).length, 1);
    assert.equal(await countOf('gift', id), 1);
    assert.equal(await countOf('attempt', id), 1);
    const totals = await giving.ledgerBalances();
    const pending = totals.find(({ name }) => name === 'processor_pending');
    assert.ok(pending !== undefined && pending.money.minor > 0n && pending.money.minor <= 500n);

    const reopened = await web.get(`/support?gift=${id}&language=en`);
    assert.match(await reopened.text(), /It will not be charged again/);
  });

  test('the dates on the form are the dates on the thank-you page', async () => {
    const { id, page } = await begin();
    const form = await (await web.get(`/support?gift=${freshId()}&language=en`)).text();
    const shown = /Every month: charged on ([^,]+), ([^,]+), ([^,]+), and so on/.exec(form);
    assert.deepEqual(shown?.slice(1), ['25 November 2026', '25 December 2026', '25 January 2027']);
    await follow((await payWith(page, 'pays')) ?? '');
    assert.match(
      await thanks(id),
      /next charges are on 25 December 2026, 25 January 2027 and 25 February 2027/,
    );
  });

  test('the way back before paying opens the form as it was filled in', async () => {
    const { id } = await begin({ every: 'once', 'amount-once': '1000' });
    const answer = await web.get(
      `/support?gift=${id}&language=en&every=once&currency=USD&amount=1000`,
    );
    const text = await answer.text();
    assert.match(text, /id="amount-once-1000" value="1000" checked/);
    assert.doesNotMatch(text, /Nothing about you has been written down/);
  });
});

describe('declines', () => {
  test('another card on the open page pays the same gift', async () => {
    const { id, page } = await begin();
    await payWith(page, 'insufficient');
    await web.get(`/support/return/${id}?language=en`);
    const declined = await thanks(id);
    assert.match(declined, /not enough money on the card for \$5 a month\. Nothing was charged/);
    assert.ok(declined.includes(`href="${page}"`), 'the open page is offered again');
    await follow((await payWith(page, 'pays')) ?? '');
    assert.match(await thanks(id), /has arrived/);
    assert.equal(await countOf('attempt', id), 1);
  });
});

describe('a card from a listed country', () => {
  for (const card of ['russia', 'belarus', 'unknownCountry'] as const) {
    test(`${card}: its issuer sees nothing, no money moves, the page says what is true`, async () => {
      const chargesBefore = (await bank.charges()).length;
      const seenBefore = (await bank.issuerRow(testCard(card).number)).seen;
      const { id, page } = await begin();
      const answer = await bank.submit(page, { use: card });
      assert.notEqual(answer.status, 500);
      await web.get(`/support/return/${id}?language=en`);
      assert.doesNotMatch(await thanks(id), /has arrived/);
      assert.match(await thanks(id), /Nothing was charged/);
      assert.equal((await bank.charges()).length, chargesBefore);
      assert.deepEqual((await bank.issuerRow(testCard(card).number)).seen, seenBefore);
      assert.deepEqual(seenBefore, []);
    });
  }
});

describe('another amount under the same id', () => {
  test('is asked; beginning again closes the old page and pays only the new gift', async () => {
    const { id, page } = await begin();
    const asked = await web.post('/support', sentForm({ gift: id, 'amount-month': '1000' }));
    assert.equal(asked.status, 409);
    const text = await asked.text();
    assert.match(text, /You began a gift of \$5 a month\. It is not paid yet/);
    const next = /name="gift" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const again = sentForm({ gift: next, replaces: id, meant: '1000' });
    const fresh = location(await web.post('/support', again));
    assert.notEqual(fresh, page);
    assert.equal(location(await web.post('/support', again)), fresh);

    const charges = (await bank.charges()).length;
    await payWith(page, 'pays');
    assert.equal((await bank.charges()).length, charges, 'the old page takes no money');
    await follow((await payWith(fresh, 'pays')) ?? '');
    assert.match(await thanks(next), /Your gift of \$10 a month has arrived/);
    assert.match(await thanks(id), /This gift was not finished/);
  });

  test('after it was paid says so and charges nothing more', async () => {
    const { id, page } = await begin();
    await follow((await payWith(page, 'pays')) ?? '');
    const asked = await web.post('/support', sentForm({ gift: id, 'amount-month': '1000' }));
    assert.equal(asked.status, 409);
    assert.match(await asked.text(), /Your gift of \$5 a month has arrived/);
  });
});

describe('a bank that does not answer', () => {
  test('is waited for on the page of the gift, which asks not to pay again, and knows in the end', async () => {
    const id = freshId();
    // The answer to the first order gets lost, and nobody can be asked about it for a while.
    await bank.control({
      faults: [
        { on: 'open_payment', fault: 'error_after_effect', count: 1 },
        { on: 'get_payment', fault: 'error_before_effect', count: 20 },
        { on: 'find_payment', fault: 'error_before_effect', count: 20 },
      ],
    });
    const answer = await web.post('/support', sentForm({ gift: id }));
    assert.equal(location(answer), `/thanks/${id}?language=en`);
    assert.match(await thanks(id), /Please do not pay again/);
    await bank.control({ clear: true });
    const page = location(await web.post('/support', sentForm({ gift: id })));
    assert.ok(page.startsWith(bank.origin), page);
    await follow((await payWith(page, 'pays')) ?? '');
    assert.match(await thanks(id), /has arrived/);
    assert.equal(await countOf('attempt', id), 1);
  });
});

test('the page of a payment is one that a form of ours may lead to', async () => {
  const { page } = await begin();
  assert.ok(bank.processor().capabilities.pageOrigins.includes(new URL(page).origin));
});
