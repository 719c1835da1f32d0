import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { readAsking } from './appeal-store.ts';
import { importAppeals, readAppealsFile } from './import-appeals.ts';
import { askingNewsroom, demoFile } from './testing/asking-newsroom.ts';

const source = await demoFile('appeals.yaml');
const read = (text: string) => readAppealsFile(text, { zone: 'Europe/Berlin' });

interface AppealsFile {
  appeals: Record<string, unknown>[];
}

function changed(change: (appeal: Record<string, unknown>) => void): string {
  const file: AppealsFile = parse(source);
  for (const appeal of file.appeals) change(appeal);
  return stringify(file);
}

const asking = await askingNewsroom();
after(() => asking.database.close());

test('the demo’s letter: three languages, signed off, two or three sentences, no guilt, no clock', () => {
  const [letter] = read(source);
  assert.ok(letter);
  assert.equal(letter.status, 'live');
  for (const variant of letter.variants) {
    assert.deepEqual(
      variant.texts.map((text) => text.language),
      ['en', 'ru', 'ar'],
    );
    for (const text of variant.texts) {
      assert.notEqual(text.signedOffBy, null);
      const words = [text.lead, ...text.paragraphs].join(' ');
      assert.doesNotMatch(
        words,
        /!|hours? left|days? left|last chance|only today|срочно|последн|فرصة/i,
      );
    }
  }
});

test('what is wrong is refused before anything is written', async () => {
  const wrong: readonly [string, (appeal: Record<string, unknown>) => void][] = [
    [
      'it ends before it starts',
      (one) => {
        one.starts = '2026-12-02T00:00:00Z';
        one.ends = '2026-12-01T00:00:00Z';
      },
    ],
    [
      'a moment such as',
      (one) => {
        one.starts = 'tomorrow';
      },
    ],
    [
      '8',
      (one) => {
        one.cap = 9;
      },
    ],
    [
      'Unrecognized',
      (one) => {
        one.always_ask = true;
      },
    ],
    [
      'add up to 100',
      (one) => {
        one.variants = (one.variants as { share: number }[]).slice(0, 1);
      },
    ],
    [
      'the only places are',
      (one) => {
        const [variant] = one.variants as { texts: { en: { lead: string } } }[];
        if (variant !== undefined) variant.texts.en.lead = 'You have {days} left';
      },
    ],
  ];
  for (const [because, change] of wrong) {
    const text = changed(change);
    assert.throws(
      () => read(text),
      (error: Error) => error.message.includes(because),
      because,
    );
    await assert.rejects(
      importAppeals({ ...asking, db: asking.database.db, source: text, zone: 'Europe/Berlin' }),
    );
  }
  assert.equal((await readAsking(asking.database.db)).appeals.length, 1);
});

test('importing again replaces, counts up the version and tells every process', async () => {
  const before = await readAsking(asking.database.db);
  await importAppeals({
    db: asking.database.db,
    clock: asking.clock,
    source: changed((appeal) => {
      appeal.priority = 7;
      appeal.include = ['city'];
    }),
    zone: 'Europe/Berlin',
  });
  const now = await readAsking(asking.database.db);
  assert.ok(now.revision > before.revision);
  const [letter] = now.appeals;
  assert.equal(letter?.priority, 7);
  assert.deepEqual(letter?.include, ['city']);
  assert.deepEqual(letter?.languages, ['ar', 'en', 'ru']);
  assert.equal(letter?.variants[0]?.id, 'plain', 'the first stays the control');
});
