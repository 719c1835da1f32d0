/**
 * A newsroom with real country data behind its own proxy, on its socket: whose word about an address is believed, and that no
 * address, and nothing else a reader sends along, is written anywhere.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type Scratch, scratchFolder } from '../backup/testing/backed-up-world.ts';
import { ManualClock } from '../calendar/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing/test-database.ts';
import { ipv4Bits, makeMmdb } from '../safety/country-data/testing/make-mmdb.ts';
import { type RunningTuppence, startTuppence } from './testing/run-tuppence.ts';

const clock = new ManualClock('2026-11-25T12:00:00Z');
const SAFE = '46.4.77.201';
const LISTED = '77.88.8.201';
const AGENT = 'UA-CANARY-7431';
const REFERRER = 'https://canary-referrer.example/';

let database: TestDatabase;
let scratch: Scratch;
let newsroom: RunningTuppence;
let origin: string;

before(async () => {
  database = await testDatabase();
  scratch = await scratchFolder();
  const geo = join(scratch.folder, 'data', 'geo');
  await mkdir(geo, { recursive: true });
  for (const name of ['one', 'two']) {
    const record = (code: string) =>
      name === 'one' ? { country: { iso_code: code } } : { country_code: code };
    const bytes = makeMmdb({
      builtSeconds: clock.now().epochMilliseconds / 1000 - 86_400,
      networks: [
        [ipv4Bits('8.8.8.0/24'), record('US')],
        [ipv4Bits('46.4.0.0/16'), record('DE')],
        [ipv4Bits('77.88.0.0/18'), record('RU')],
      ],
    });
    await writeFile(join(geo, `${name}.mmdb`), bytes);
  }
  const exits = Array.from({ length: 120 }, (_, at) => `46.4.1.${at}`).join('\n');
  await writeFile(join(geo, 'tor-exits.txt'), `# data from 2026-11-25T09:00:00Z\n${exits}\n`);
  const demo = join(import.meta.dirname, '..', '..', 'demo', 'newsroom.yaml');
  const file = join(scratch.folder, 'newsroom.yaml');
  const text = await readFile(demo, 'utf8');
  await writeFile(file, text.replace('trusted_proxies: []', 'trusted_proxies: [127.0.0.1]'));
  newsroom = await startTuppence(
    {
      url: database.url,
      clock,
      dataDirectory: join(scratch.folder, 'data'),
      newsroomFile: file,
    },
    ['start'],
    /is open/,
  );
  origin = /Front page +(\S+)\//.exec(newsroom.terminal.everything)?.[1] ?? '';
});
after(async () => {
  await newsroom?.stop();
  await database.close();
  await scratch.remove();
});

const ask = (path: string, forwardedFor: string | null, init: RequestInit = {}) =>
  fetch(`${origin}${path}`, {
    redirect: 'manual',
    ...init,
    headers: {
      'user-agent': AGENT,
      referer: REFERRER,
      ...(forwardedFor === null ? {} : { 'x-forwarded-for': forwardedFor }),
    },
  });

/** Whether the support page has a form: the one difference that every newsroom shows, with appeals or without. */
async function mayGive(forwardedFor: string | null): Promise<boolean> {
  const first = await ask('/support', forwardedFor);
  const page =
    first.status === 303 ? await ask(first.headers.get('location') ?? '', forwardedFor) : first;
  return (await page.text()).includes('action="/support');
}

describe('the country decision of a running newsroom', () => {
  it('C1.6: believes the last address that its own proxy added, and none before it', async () => {
    assert.equal(await mayGive(SAFE), true);
    assert.equal(await mayGive(LISTED), false);
    for (const forged of ['8.8.8.8', SAFE, '127.0.0.1', 'nonsense', '8.8.8.8, 46.4.9.9']) {
      assert.equal(await mayGive(`${forged}, ${LISTED}`), false, forged);
      assert.equal(await mayGive(`${forged}, ${LISTED}, 127.0.0.1`), false, forged);
    }
    assert.equal(await mayGive(`${LISTED}, ${SAFE}`), true, 'nor does a forged one silence');
  });

  it('C4.1: writes no address, agent or referrer, whatever is asked for', async () => {
    const paths = [
      '/',
      '/note',
      '/note?language=en',
      '/support',
      '/safely',
      '/stop',
      '/manage',
      '/nowhere',
      '/desk',
      '/desk/countries',
      '/story/none',
      '/thanks/none',
      '/hooks/none',
      '/feed.xml',
      '/note.js',
      '/support/return/none',
      '/remind',
    ];
    for (const address of [SAFE, LISTED, '46.4.1.7', `8.8.8.8, ${LISTED}`]) {
      for (const path of paths) {
        await (await ask(path, address)).arrayBuffer();
        const body = new URLSearchParams({ number: 'wrong', amount: '-1', link: 'x' });
        await (await ask(path, address, { method: 'POST', body })).arrayBuffer();
      }
    }
    const found: string[] = [];
    let seesAccount = false;
    const look = (where: string, text: string) => {
      seesAccount ||= text.includes('sandbox-1');
      for (const canary of [SAFE, LISTED, '46.4.1.7', AGENT, 'canary-referrer']) {
        if (text.includes(canary)) found.push(`${canary} in ${where}`);
      }
    };
    const { rows: tables } = await sql<{ name: string }>`
      select format('%I', tablename) as name from pg_tables where schemaname = 'public'`.execute(
      database.db,
    );
    assert.ok(tables.length > 20);
    for (const { name } of tables) {
      const { rows } = await sql<{
        row: string;
      }>`select t::text as row from ${sql.raw(name)} t`.execute(database.db);
      look(name, rows.map(({ row }) => row).join('\n'));
    }
    look('what was printed and logged', newsroom.terminal.everything);
    const data = join(scratch.folder, 'data');
    for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
      // The lists we were given are there, and name addresses of their own.
      if (!entry.isFile() || entry.parentPath.endsWith('geo')) continue;
      look(entry.name, await readFile(join(entry.parentPath, entry.name), 'latin1'));
    }
    assert.ok(seesAccount, 'what does lie in the database is found');
    assert.deepEqual(found, []);
  });

  it('C1: a country listed at the desk is refused with the next request', async () => {
    assert.equal(await mayGive(SAFE), true);
    const link = /enter\?link=(\S+)/.exec(newsroom.terminal.everything)?.[1] ?? '';
    const post = (path: string, fields: Record<string, string>, cookie = '') =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie },
        body: new URLSearchParams(fields),
      });
    const entered = await post('/desk/enter', { link });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(`${origin}/desk/countries`, { headers: { cookie } });
    assert.equal(page.status, 200);
    const text = await page.text();
    assert.match(text, /one\.mmdb/);
    const act = /name="act" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const added = await post(
      '/desk/countries/add',
      { act, country: 'DE', reason: 'for this test', source: 'this test' },
      cookie,
    );
    assert.equal(added.status, 303);
    assert.equal(await mayGive(SAFE), false);
  });
});
