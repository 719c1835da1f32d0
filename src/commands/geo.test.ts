import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Scratch, scratchFolder } from '../backup/testing/backed-up-world.ts';
import { ManualClock } from '../calendar/index.ts';
import { ipv4Bits, makeMmdb } from '../safety/country-data/testing/make-mmdb.ts';
import { type Ran, runTuppence } from './testing/run-tuppence.ts';

const DAY_SECONDS = 86_400;
/** A fetched list of Tor's exits is as old as its file, so the clock stands where files are written. */
const clock = new ManualClock(new Date().toISOString());
const now = Math.floor(clock.now().epochMilliseconds / 1000);

let scratch: Scratch;
before(async () => {
  scratch = await scratchFolder();
  await mkdir(join(scratch.folder, 'fetched'));
});
after(() => scratch.remove());

const fetched = (name: string): string => join(scratch.folder, 'fetched', name);
const geo = (...argv: readonly string[]): Promise<Ran> =>
  runTuppence({ url: '', clock, dataDirectory: join(scratch.folder, 'data') }, ['geo', ...argv]);

async function fetchAll(): Promise<readonly string[]> {
  const made = (record: Record<string, unknown>, days: number) =>
    makeMmdb({
      builtSeconds: now - days * DAY_SECONDS,
      networks: [[ipv4Bits('8.8.8.0/24'), record]],
    });
  await writeFile(fetched('one.mmdb'), made({ country: { iso_code: 'US' } }, 3));
  await writeFile(fetched('two.mmdb'), made({ country_code: 'US' }, 20));
  await writeFile(fetched('old.mmdb'), made({ country_code: 'US' }, 50));
  const exits = Array.from({ length: 150 }, (_, at) => `192.0.2.${at}`).join('\n');
  await writeFile(fetched('exits'), exits);
  await writeFile(fetched('page.html'), '<html>Sign in</html>');
  return ['one.mmdb', 'two.mmdb', 'exits'].map(fetched);
}

describe('geo', () => {
  it('says why nobody is asked before there is data', async () => {
    const ran = await geo('status');
    assert.equal(ran.code, 1);
    assert.match(ran.printed, /Nobody is asked: there are 0 of the two sources/);
  });

  it('puts files in place, all or none', async () => {
    const files = await fetchAll();
    for (const [wrong, says] of [
      ['old.mmdb', /its data is 50 days old/],
      ['page.html', /neither a \.mmdb file nor the list/],
      ['none.mmdb', /cannot be read/],
    ] as const) {
      const ran = await geo('update', ...files, fetched(wrong));
      assert.equal(ran.code, 1);
      assert.match(ran.complained, /^Nothing was changed/);
      assert.match(ran.complained, says);
    }
    assert.deepEqual(await readdir(join(scratch.folder, 'data', 'geo')).catch(() => []), []);
    const ran = await geo('update', ...files);
    assert.equal(ran.code, 0, ran.complained);
    assert.match(ran.printed, /one\.mmdb +3 days old\ntwo\.mmdb +20 days old/);
    assert.match(
      ran.printed,
      /tor-exits\.txt +0 days old, 150 exits\nReaders of safe countries are asked/,
    );
    const names = await readdir(join(scratch.folder, 'data', 'geo'));
    assert.deepEqual(names.toSorted(), ['one.mmdb', 'tor-exits.txt', 'two.mmdb']);
  });

  it('puts a maker’s new file in the place of its old one, whatever it is called', async () => {
    const made = (days: number) =>
      makeMmdb({
        builtSeconds: now - days * DAY_SECONDS,
        networks: [[ipv4Bits('8.8.8.0/24'), { country_code: 'US' }]],
      });
    await writeFile(fetched('dbip-country-2026-10.mmdb'), made(30));
    await writeFile(fetched('dbip-country-2026-11.mmdb'), made(2));
    assert.equal((await geo('update', fetched('dbip-country-2026-10.mmdb'))).code, 0);
    const ran = await geo('update', fetched('dbip-country-2026-11.mmdb'));
    assert.match(ran.printed, /DB-IP, CC BY 4\.0, https:\/\/db-ip\.com/);
    const names = await readdir(join(scratch.folder, 'data', 'geo'));
    assert.deepEqual(
      names.filter((name) => name.startsWith('dbip')),
      ['dbip-country-2026-11.mmdb'],
    );
  });

  it('takes the age of the list of exits from what was fetched, and copying it makes it no younger', async () => {
    const exits = Array.from({ length: 150 }, (_, at) => `192.0.2.${at}`).join('\n');
    await writeFile(fetched('last-summer'), exits);
    await utimes(fetched('last-summer'), now - 90 * DAY_SECONDS, now - 90 * DAY_SECONDS);
    const ran = await geo('update', fetched('last-summer'));
    assert.equal(ran.code, 1);
    assert.match(ran.complained, /90 days old/);
  });

  for (const argv of [[], ['update'], ['status', 'x'], ['fetch']]) {
    it(`${JSON.stringify(argv)} is told how it goes`, async () => {
      assert.equal((await geo(...argv)).code, 2);
    });
  }
});
