import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ManualClock } from '../../calendar/index.ts';
import { type TestDatabase, testDatabase } from '../../database/testing/test-database.ts';
import { Listing, safetyPage } from '../../safety/index.ts';
import { createCountryRoutes } from './routes.ts';

let t: TestDatabase;
before(async () => {
  t = await testDatabase();
});
after(() => t.close());

const clock = new ManualClock('2026-11-25T12:00:00Z');

function deskOf(person: string | null) {
  const listing = new Listing({ db: t.db, clock, file: [] });
  const app = createCountryRoutes({
    language: 'en',
    zone: 'UTC',
    random: { uuid: () => randomUUID() },
    listing,
    dataInUse: () => [],
    sessionName: async () => person,
    refuse: () => new Response('locked', { status: 403 }),
    render: ({ body, status }) => new Response(String(body), { status: status ?? 200 }),
  });
  const post = (path: string, fields: Record<string, string>) =>
    app.request(`/desk/countries/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ act: randomUUID(), ...fields }),
    });
  const page = async () => await (await app.request('/desk/countries')).text();
  return { app, listing, post, page };
}

test('nobody who is not signed in sees or changes the list', async () => {
  const { app, post } = deskOf(null);
  assert.equal((await app.request('/desk/countries')).status, 403);
  for (const path of ['add', 'NI/ask', 'NI/confirm']) {
    assert.equal((await post(path, {})).status, 403, path);
  }
  const { n } = await t.db
    .selectFrom('listing_act')
    .select((eb) => eb.fn.countAll<bigint>().as('n'))
    .executeTakeFirstOrThrow();
  assert.equal(Number(n), 0);
});

test('the page shows every row with its source and its date', async () => {
  const text = await deskOf('one').page();
  assert.match(text, /Myanmar/);
  assert.match(text, /over 18,000 accounts frozen in 18 months; looked at on 2026-11-01/);
});

test('one person adds a country; what is no country is said, and what was typed is kept', async () => {
  const desk = deskOf('one');
  const fields = { country: 'kz', reason: 'New <law> of today', source: 'example.org 2026-11-24' };
  const wrong = await desk.post('add', { ...fields, country: 'K1' });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /New &lt;law&gt; of today/);
  assert.equal((await desk.post('add', { ...fields, source: '' })).status, 400);
  assert.equal(
    (await desk.post('add', fields)).headers.get('location'),
    '/desk/countries?said=added',
  );
  assert.ok(desk.listing.set().has('KZ'));
});

test('C14.2: one session cannot take a country away, two can', async () => {
  const one = deskOf('one');
  const two = deskOf('two');
  const ask = { reason: 'a mistake of ours' };
  assert.equal((await one.post('NI/ask', ask)).status, 400, 'no end');
  assert.equal((await one.post('NI/ask', { ...ask, days: '99' })).status, 400);
  assert.equal((await one.post('NI/ask', { days: '7' })).status, 400, 'no reason');
  assert.equal((await one.post('NI/ask', { ...ask, days: '7' })).status, 303);
  const wish = /name="wish" value="([^"]+)"/.exec(await two.page())?.[1] ?? '';
  const same = await one.post('NI/confirm', { wish });
  assert.equal(same.status, 400);
  assert.match(await same.text(), /Another person must confirm/);
  assert.ok(one.listing.set().has('NI'));
  assert.equal((await two.post('NI/confirm', { wish })).status, 303);
  assert.ok(!two.listing.set().has('NI'));
  assert.match(await two.page(), /Taken off the list until/);
  assert.equal((await two.post('NI/confirm', { wish })).status, 400, 'once');
});

test('readers are told the makers whose licences ask for it, and no others', () => {
  const maker = {
    id: 'db-ip',
    name: 'DB-IP',
    licence: 'CC BY 4.0',
    address: 'https://db-ip.com',
    isNamedInPublic: true,
  };
  const pageWith = (credits: readonly (typeof maker)[]) =>
    String(safetyPage({ language: 'en', listed: ['RU'], credits }).body);
  assert.match(
    pageWith([maker]),
    /<a href="https:\/\/db-ip\.com" rel="noreferrer">DB-IP<\/a> \(CC BY 4\.0\)/,
  );
  assert.doesNotMatch(pageWith([]), /data of/);
});
