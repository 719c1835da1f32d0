import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createExperiments } from '../../appeals/index.ts';
import { type AskingNewsroom, askingNewsroom } from '../../appeals/testing/asking-newsroom.ts';
import { createExperimentRoutes } from './routes.ts';

let asking: AskingNewsroom;
let isIn = true;
let send: (
  path: string,
  fields?: Record<string, string>,
  headers?: Record<string, string>,
) => Promise<Response>;

before(async () => {
  asking = await askingNewsroom();
  const app = createExperimentRoutes({
    language: 'en',
    experiments: createExperiments({
      db: asking.database.db,
      clock: asking.clock,
      zone: 'Europe/Berlin',
      currency: 'USD',
      capMinor: 10_000n,
      valuePerVariant: async () => [],
      flush: async () => {},
    }),
    isIn: async () => isIn,
    refuse: () => new Response('locked', { status: 403 }),
    render: ({ body, status }) => new Response(String(body), { status: status ?? 200 }),
  });
  send = async (path, fields, headers = {}) =>
    app.request(`/desk/experiments${path}`, {
      headers,
      ...(fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) }),
    });
});
after(() => asking.database.close());

const START = { hypothesis: 'who-speaks', appeal: 'letter' };
const KEY = 'letter-who-speaks-2026-11-26';

test('who is not in, and who comes from elsewhere, neither sees nor starts anything', async () => {
  isIn = false;
  assert.equal((await send('')).status, 403);
  assert.equal((await send('', START)).status, 403);
  isIn = true;
  assert.equal((await send('', START, { 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.match(await (await send('')).text(), /No experiment was started yet/);
});

test('a question of the library starts in two clicks, and once; one the variants cannot answer does not', async () => {
  assert.match(await (await send('')).text(), /Start with the appeal “letter”/);
  assert.equal((await send('', { ...START, hypothesis: 'five-amounts' })).status, 400);
  assert.equal((await send('', START)).headers.get('location'), '/desk/experiments?said=started');
  assert.equal((await send('', START)).headers.get('location'), '/desk/experiments?said=already');
  const text = await (await send('?said=started')).text();
  for (const words of [
    'Counting begins tomorrow',
    'Not yet known',
    '$100.00',
    'Running',
    'under 10',
  ]) {
    assert.ok(text.includes(words), words);
  }
});

test('stopping needs a reason, and deciding comes after it', async () => {
  assert.equal((await send(`/${KEY}/stop`, { reason: ' ' })).status, 400);
  assert.equal((await send(`/${KEY}/stop`, { reason: 'x'.repeat(501) })).status, 400);
  const decision = { reason: 'it reads better', variant: 'desk' };
  const early = await send(`/${KEY}/decide`, decision);
  assert.equal(early.headers.get('location'), '/desk/experiments?said=not-running');
  assert.equal(
    (await send(`/${KEY}/stop`, { reason: 'enough' })).headers.get('location'),
    '/desk/experiments?said=done',
  );
  assert.equal((await send(`/${KEY}/decide`, { ...decision, variant: 'nobody' })).status, 409);
  assert.equal(
    (await send(`/${KEY}/decide`, decision)).headers.get('location'),
    '/desk/experiments?said=done',
  );
  assert.match(await (await send('')).text(), /Decided for desk: it reads better/);
  assert.equal(
    (await send('/made-up/stop', { reason: 'x' })).headers.get('location'),
    '/desk/experiments?said=not-running',
  );
});
