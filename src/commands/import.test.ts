import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ManualClock, SeededRandom } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import type { Network } from '../stories/index.ts';
import { importCommand, readArguments } from './import.ts';
import type { System } from './system.ts';

describe('arguments', () => {
  test('a target and its options', () => {
    const wish = readArguments(['feed.xml', '--as-drafts', '--dry-run', '--language', 'pt_BR']);
    assert.ok(typeof wish !== 'string');
    assert.equal(wish.target, 'feed.xml');
    assert.equal(wish.language, 'pt-BR');
    assert.ok(wish.asDrafts && wish.isDryRun && !wish.isVerbose);
  });
  for (const [name, argv] of [
    ['nothing', []],
    ['two targets', ['a', 'b']],
    ['an unknown option', ['a', '--publish']],
    ['two wishes that contradict', ['a', '--as-drafts', '--keep-status']],
    ['a language that is none', ['a', '--language', 'Norwegian']],
    ['a site that is none', ['a', '--site', 'example.org']],
  ] as const) {
    test(`${name} gets a sentence`, () => assert.equal(typeof readArguments(argv), 'string'));
  }
});

const t = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'import-'));
after(async () => {
  await t.close();
  await rm(folder, { recursive: true });
});

const clock = new ManualClock('2026-11-25T12:00:00Z');
const nowhere: Network = {
  resolve: async () => ['10.0.0.1'],
  get: async () => assert.fail('no request may be made'),
};

async function run(
  argv: readonly string[],
): Promise<{ code: number; printed: string; complained: string }> {
  const printed: string[] = [];
  const complained: string[] = [];
  const silent = () => {};
  const system: System = {
    environment: { DATABASE_URL: t.url, TUPPENCE_DATA: join(folder, 'data') },
    clock,
    random: new SeededRandom(9, clock),
    log: { info: silent, warn: silent, error: silent },
    fetch: async () => assert.fail('imports bring their own network'),
    sleep: async () => {},
    stopSignal: new AbortController().signal,
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    projectDirectory: join(import.meta.dirname, '..', '..'),
  };
  const code = await importCommand(argv, system, { network: nowhere });
  return { code, printed: printed.join('\n'), complained: complained.join('\n') };
}

describe('the command', () => {
  const feed = join(folder, 'feed.xml');
  test('says what was taken and what was left, and where to look', async () => {
    await writeFile(
      feed,
      `<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><link>https://x.example.org/</link>
<item><guid>1</guid><title>Whole</title><link>https://x.example.org/whole</link><pubDate>24 Nov 2026 10:00:00 GMT</pubDate><content:encoded>&lt;p&gt;a&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</content:encoded></item>
<item><guid>2</guid><title>Taste</title><link>https://x.example.org/taste</link><description>b</description></item></channel></rss>`,
    );
    const { code, printed } = await run([feed]);
    assert.equal(code, 0);
    assert.equal(
      printed,
      `Taken from an RSS feed (feed:x.example.org): 2 stories: 2 new, 0 updated, 0 unchanged; 2 published, 0 kept as drafts.
Left: script.
1 holds only the beginning of a story (the feed gave no more): marked as a summary, open at its address, and listed on no page, feed or edition.
1 has no date that can be read; none was made up.
Look at: /story/whole  /story/taste`,
    );
  });
  test('I24 the second time: 0 new', async () => {
    assert.match((await run([feed])).printed, /2 stories: 0 new, 0 updated, 2 unchanged/);
  });
  test('--verbose: a line per story; --json: lines of JSON', async () => {
    assert.match(
      (await run([feed, '--verbose'])).printed,
      /unchanged, published {2}\/story\/whole {2}Whole {2}left: script/,
    );
    const lines = (await run([feed, '--json', '--verbose'])).printed
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map((line) => line.kind),
      ['story', 'story', 'report'],
    );
    assert.deepEqual(lines[2].outcomes, { new: 0, updated: 0, unchanged: 2 });
  });
  test('a refusal is a sentence and an exit code', async () => {
    await writeFile(join(folder, 'bomb.xml'), '<!DOCTYPE a [<!ENTITY b "c">]><rss/>');
    const bomb = await run([join(folder, 'bomb.xml')]);
    assert.equal(bomb.code, 1);
    assert.match(bomb.complained, /Nothing was imported\. The file declares a document type/);
    const inside = await run(['http://intranet.example/feed']);
    assert.equal(inside.code, 1);
    assert.match(inside.complained, /private network/);
    await assert.rejects(run([join(folder, 'missing.xml')]), /cannot be read \(ENOENT\)/);
    assert.equal((await run([])).code, 2);
  });
});
