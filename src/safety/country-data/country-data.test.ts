import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { Instant, ManualClock } from '../../calendar/index.ts';
import { decidePlace } from '../decide-place.ts';
import { CountryData, TOR_EXITS_FILE } from './country-data.ts';
import { readMmdb } from './mmdb-source.ts';
import { ipv4Bits, ipv6Bits, makeMmdb } from './testing/make-mmdb.ts';
import { readTorExits } from './tor-exits.ts';

const NOW = '2026-11-25T12:00:00Z';
const DAY_SECONDS = 86_400;
const now = Instant.from(NOW).epochMilliseconds / 1000;

const maxmind = (code: string) => ({ country: { iso_code: code } });
const flat = (code: string) => ({ country_code: code });

function worldOf(of: {
  readonly record: (code: string) => Record<string, unknown>;
  readonly ageDays?: number;
  readonly yandex?: string;
}): Buffer {
  const { record, ageDays = 1, yandex = 'RU' } = of;
  return makeMmdb({
    builtSeconds: now - ageDays * DAY_SECONDS,
    networks: [
      [ipv4Bits('8.8.8.0/24'), record('US')],
      [ipv4Bits('77.88.0.0/18'), record(yandex)],
      [ipv4Bits('46.4.0.0/16'), record('DE')],
      [ipv6Bits('2a02:06b8/32'), record('RU')],
      [ipv6Bits('2a01:04f8/32'), record('DE')],
    ],
  });
}

const EXITS = `# data from 2026-11-25T11:00:00Z\n${Array.from({ length: 120 }, (_, at) => `46.4.1.${at}`).join('\n')}`;

let folder: string;
let clock: ManualClock;
let data: CountryData;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuppence-geo-'));
  clock = new ManualClock(NOW);
  data = new CountryData({ folder, clock });
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, bytes: Buffer | string): Promise<void> {
  await writeFile(join(folder, name), bytes);
  await utimes(join(folder, name), now, now);
  await data.look({ now: true });
}

async function putAll(): Promise<void> {
  await put('one.mmdb', worldOf({ record: maxmind }));
  await put('two.mmdb', worldOf({ record: flat }));
  await put(TOR_EXITS_FILE, EXITS);
}

const classOf = (address: string): string => {
  const place = decidePlace({
    address,
    sources: data.sources(),
    listed: new Set(['RU', 'BY']),
    isTorExit: (one) => data.isTorExit(one),
    now: clock.now(),
  });
  return place.tor ? 'tor' : place.class;
};

describe('a file of country data', () => {
  it('is read in both layouts that are about, for IPv4 and IPv6', () => {
    for (const record of [maxmind, flat]) {
      const read = readMmdb({ name: 'x', bytes: worldOf({ record }) });
      assert.ok(read.ok);
      assert.equal(read.source.country('46.4.9.9'), 'DE');
      // C1.4
      assert.equal(read.source.country('2a02:6b8::1'), 'RU');
      assert.equal(read.source.country('203.0.113.1'), null);
      assert.equal(read.source.dataFrom.epochMilliseconds, (now - DAY_SECONDS) * 1000);
    }
  });

  it('C1.4: is refused when it knows IPv4 alone, names no country, or is no such file', () => {
    const networks = [[ipv4Bits('8.8.8.0/24'), maxmind('US')]] as const;
    const v4 = makeMmdb({ builtSeconds: now, networks, ipVersion: 4 });
    const cities = makeMmdb({
      builtSeconds: now,
      networks: [[ipv4Bits('8.8.8.0/24'), { autonomous_system_number: 15169 }]],
    });
    for (const [bytes, why] of [
      [v4, 'ipv4-only'],
      [cities, 'no-countries'],
      [Buffer.alloc(0), 'unreadable'],
      [Buffer.from('<html>Not found</html>'), 'unreadable'],
    ] as const) {
      assert.deepEqual(readMmdb({ name: 'x', bytes }), { ok: false, why });
    }
  });

  it('never throws, whatever a file holds, and no broken one names a safe place', () => {
    const whole = worldOf({ record: maxmind });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of changes) bytes[at] = byte;
          const read = readMmdb({ name: 'x', bytes: bytes.subarray(0, length) });
          if (!read.ok) return;
          const place = decidePlace({
            address: '46.4.9.9',
            sources: [read.source],
            listed: new Set(['RU']),
            isTorExit: () => false,
            now: clock.now(),
          });
          assert.notEqual(place.class, 'safe', 'one source is never enough');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the list of Tor’s exits', () => {
  it('is read as one address on each line, or as the older list has it', () => {
    const older = Array.from(
      { length: 120 },
      (_, at) =>
        `ExitNode A${at}\nPublished 2026-11-25\nExitAddress 192.0.2.${at} 2026-11-25 10:00:00`,
    ).join('\n');
    for (const text of [EXITS, `# made today\n${EXITS}\r\n`, older]) {
      const read = readTorExits(text);
      assert.ok(read.ok && read.exits.size === 120);
    }
  });

  for (const [what, text] of [
    ['a page of HTML', '<html>Too many requests</html>'],
    ['an empty file', ''],
    ['a few addresses', '192.0.2.1\n192.0.2.2'],
  ] as const) {
    it(`is not ${what}`, () => assert.deepEqual(readTorExits(text), { ok: false }));
  }
});

describe('what a newsroom may believe', () => {
  it('C1.5: a list of exits is as old as it says, not as its file', async () => {
    await putAll();
    assert.equal(classOf('46.4.9.9'), 'safe');
    await put(TOR_EXITS_FILE, EXITS.replace('2026-11-25T11', '2026-10-01T11'));
    assert.equal(classOf('46.4.9.9'), 'unknown');
    assert.match(data.whyNobody() ?? '', /exits is older than 45 days/);
    await put(TOR_EXITS_FILE, EXITS.replace(/^#.*\n/, ''));
    assert.equal(classOf('46.4.9.9'), 'unknown', 'one that says nothing may be of last year');
  });

  it('C1: a file that cannot be read, or lies, silences all', async () => {
    for (const bytes of [
      Buffer.from('<html>'),
      Buffer.alloc(0),
      worldOf({ record: () => ({ autonomous_system_number: 1 }) }),
      worldOf({ record: maxmind, ageDays: -3 }),
      worldOf({ record: maxmind, ageDays: 46 }),
    ]) {
      await putAll();
      assert.equal(classOf('46.4.9.9'), 'safe');
      await put('three.mmdb', bytes);
      assert.equal(classOf('46.4.9.9'), 'unknown');
      assert.notEqual(data.whyNobody(), null);
      await rm(join(folder, 'three.mmdb'));
      clock.advance({ seconds: 61 });
      await data.look();
    }
  });

  it('C1: two files of one maker are one source, the newer', async () => {
    await put('dbip-country-lite-2026-10.mmdb', worldOf({ record: maxmind, ageDays: 30 }));
    await put('dbip-country-lite-2026-11.mmdb', worldOf({ record: maxmind, ageDays: 2 }));
    await put(TOR_EXITS_FILE, EXITS);
    assert.deepEqual(
      data.sources().map(({ name }) => name),
      ['dbip-country-lite-2026-11.mmdb'],
    );
    assert.equal(classOf('46.4.9.9'), 'unknown');
    await put('acme-2026-10.mmdb', worldOf({ record: flat, ageDays: 29 }));
    await put('acme-2026-11.mmdb', worldOf({ record: flat, ageDays: 1 }));
    assert.equal(data.sources().length, 2);
    assert.equal(classOf('46.4.9.9'), 'safe');
    assert.deepEqual(
      data.sources().map(({ name }) => name),
      ['acme-2026-11.mmdb', 'dbip-country-lite-2026-11.mmdb'],
    );
  });

  it('knows an exit by any spelling of its address, and no wrapped address as a place', async () => {
    await putAll();
    await put(TOR_EXITS_FILE, `${EXITS}\n2A01:04F8:0:0::0001`);
    assert.equal(classOf('2a01:4f8::1'), 'tor');
    assert.equal(classOf('2a01:4f8::2'), 'safe');
    for (const wrapped of [
      '::ffff:2e04:909',
      '::46.4.9.9',
      '64:ff9b::2e04:909',
      '64:ff9b:1::2e04:909',
      '2002:2e04:909::1',
      '2001:0:2e04:909::1',
      '10.0.0.1',
      '100.64.0.1',
      '127.0.0.1',
      'fe80::1%eth0',
      'fd00::1',
      '46.4.9',
      'nonsense',
      '',
    ]) {
      assert.equal(classOf(wrapped), 'unknown', wrapped);
    }
  });
});

describe('the country data of a newsroom', () => {
  it('C1: asks only where two sources name countries that are not listed, and never over Tor', async () => {
    assert.equal(classOf('46.4.9.9'), 'unknown');
    await put('one.mmdb', worldOf({ record: maxmind }));
    assert.equal(classOf('46.4.9.9'), 'unknown', 'one source');
    await put('two.mmdb', worldOf({ record: flat }));
    assert.equal(classOf('46.4.9.9'), 'unknown', 'nobody knows who comes over Tor');
    assert.match(data.whyNobody() ?? '', /no list of Tor's exits/);
    await put(TOR_EXITS_FILE, EXITS);
    assert.equal(data.whyNobody(), null);
    assert.equal(classOf('46.4.9.9'), 'safe');
    assert.equal(classOf('46.4.1.7'), 'tor');
    assert.equal(classOf('77.88.8.8'), 'listed');
    assert.equal(classOf('2a02:6b8::1'), 'listed');
    assert.equal(classOf('203.0.114.1'), 'unknown');
  });

  it('takes two names of the same data for one source, and a split for doubt', async () => {
    await put('one.mmdb', worldOf({ record: maxmind }));
    await put('copy.mmdb', worldOf({ record: maxmind }));
    await put(TOR_EXITS_FILE, EXITS);
    assert.equal(data.sources().length, 1);
    assert.equal(classOf('46.4.9.9'), 'unknown');
    await put('two.mmdb', worldOf({ record: flat, yandex: 'DE' }));
    assert.equal(classOf('77.88.8.8'), 'unknown', 'one says listed, one says not');
  });

  it('C1.5: asks nobody with data of 46 days, and says so a week before', async () => {
    await putAll();
    clock.advance({ hours: 24 * 38 });
    assert.equal(classOf('46.4.9.9'), 'safe');
    assert.match(data.agesSoon() ?? '', /in 6 days nobody is asked/);
    clock.advance({ hours: 24 * 7 });
    assert.equal(classOf('46.4.9.9'), 'unknown');
    assert.match(data.whyNobody() ?? '', /older than 45 days/);
  });

  it('sees new files within a minute, and goes on when one was taken away', async () => {
    await putAll();
    await rm(join(folder, 'two.mmdb'));
    await data.look();
    assert.equal(classOf('46.4.9.9'), 'safe', 'not yet looked again');
    clock.advance({ hours: 1 });
    await data.look();
    assert.equal(classOf('46.4.9.9'), 'unknown');
    await put('two.mmdb', worldOf({ record: flat }));
    assert.equal(classOf('46.4.9.9'), 'safe');
  });

  it('decides in microseconds, and says how many', async (t) => {
    await putAll();
    const rounds = 20_000;
    const started = performance.now();
    let safe = 0;
    for (let at = 0; at < rounds; at += 1) {
      if (classOf(`46.4.${2 + (at % 250)}.${at % 256}`) === 'safe') safe += 1;
    }
    const microseconds = ((performance.now() - started) * 1000) / rounds;
    t.diagnostic(`${microseconds.toFixed(1)} µs a decision, two sources and Tor's exits`);
    assert.equal(safe, rounds);
  });
});
