import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Instant, ManualClock, SeededRandom } from '../../calendar/index.ts';
import { testDatabase } from '../../database/testing/test-database.ts';
import { contentHash } from '../story.ts';
import {
  lockStory,
  publicStory,
  slugOfOldPath,
  storyRevision,
  updateStory,
} from '../story-store.ts';
import { importedStory, sourceOf } from '../testing/stories.ts';
import { type ImportOptions, importStories } from './import-stories.ts';
import type { ImportedStory } from './imported-story.ts';

const t = await testDatabase();
after(() => t.close());
const clock = new ManualClock('2026-11-25T12:00:00Z');
const random = new SeededRandom(11, clock);
const PUBLISHED = Instant.from('2019-03-04T05:06:07Z');

let sources = 0;
/** A source of its own for each test, so that tests do not meet in the database. */
function freshSource() {
  sources += 1;
  const name = `feed:test-${sources}`;
  return (stories: readonly ImportedStory[], changes: Partial<ImportOptions> = {}) =>
    importStories(
      sourceOf(stories, { name }),
      {
        keepsStatus: true,
        isDryRun: false,
        fallbackLanguage: 'en',
        sections: [{ id: 'city', titles: ['The city', 'Город'] }],
        ...changes,
      },
      { db: t.db, clock, random },
    );
}

const rowOf = (slug: string) =>
  t.db.selectFrom('story').selectAll().where('slug', '=', slug).executeTakeFirstOrThrow();
const versionsOf = (id: string) =>
  t.db
    .selectFrom('story_version')
    .selectAll()
    .where('story_id', '=', id)
    .orderBy('version')
    .execute();

describe('I24 running an import again', () => {
  test('changes nothing and says so', async () => {
    const run = freshSource();
    const stories = [
      importedStory({ slug: 'again-1', published: PUBLISHED }),
      importedStory({ identity: 'two', slug: 'again-2' }),
    ];
    const first = await run(stories);
    assert.deepEqual(first.outcomes, { new: 2, updated: 0, unchanged: 0 });
    const revision = await storyRevision(t.db);
    const second = await run(stories);
    assert.deepEqual(second.outcomes, { new: 0, updated: 0, unchanged: 2 });
    assert.equal(await storyRevision(t.db), revision);
  });

  test('a changed story is updated in place, with a version and a visible date', async () => {
    const run = freshSource();
    await run([importedStory({ slug: 'changed', published: PUBLISHED, html: '<p>old</p>' })]);
    const report = await run([
      importedStory({ slug: 'changed-slug', published: PUBLISHED, html: '<p>new</p>' }),
    ]);
    assert.deepEqual(report.outcomes, { new: 0, updated: 1, unchanged: 0 });
    const row = await rowOf('changed');
    assert.equal(row.body, '<p>new</p>');
    assert.ok(row.updated_at?.equals(clock.now()));
    assert.ok(row.published_at?.equals(PUBLISHED));
    const versions = await versionsOf(row.id);
    assert.deepEqual(
      versions.map((version) => version.version),
      [1, 2],
    );
    assert.equal(
      versions[1]?.content_hash,
      contentHash({
        title: row.title,
        summary: row.summary,
        language: row.language,
        body: row.body,
      }),
    );
  });

  test('I3 a new guid with the same path is the same story, even over https', async () => {
    const run = freshSource();
    await run([
      importedStory({
        identity: 'http://x.example.org/?p=1',
        url: 'http://x.example.org/a-long-path',
        slug: 'moved',
      }),
    ]);
    const report = await run([
      importedStory({
        identity: 'https://x.example.org/?p=1',
        url: 'https://x.example.org/a-long-path',
        slug: 'moved',
      }),
    ]);
    assert.equal(report.outcomes.new, 0);
  });

  test('two imports at once, as when two processes start, make each story once', async () => {
    const run = freshSource();
    const stories = [
      importedStory({ slug: 'at-once-1' }),
      importedStory({ identity: 'two', slug: 'at-once-2' }),
    ];
    const reports = await Promise.all([run(stories), run(stories), run(stories)]);
    assert.deepEqual(reports.map((report) => report.outcomes.new).sort(), [0, 0, 2]);
  });

  test('two sources may use the same id', async () => {
    await freshSource()([importedStory({ identity: '1', slug: 'same-id' })]);
    const report = await freshSource()([importedStory({ identity: '1', slug: 'same-id' })]);
    assert.equal(report.outcomes.new, 1);
    assert.deepEqual(report.firstPaths, ['/story/same-id-2']);
  });
});

describe('what becomes public', () => {
  const rows: readonly [
    name: string,
    changes: Partial<ImportedStory>,
    keepsStatus: boolean,
    status: string,
  ][] = [
    ['published stays published', {}, true, 'published'],
    ['published is held back when asked', {}, false, 'draft'],
    ['a draft stays one', { status: 'draft' }, true, 'draft'],
    ['what was withheld stays hidden', { status: 'withheld' }, true, 'draft'],
  ];
  for (const [name, changes, keepsStatus, status] of rows) {
    test(name, async () => {
      const slug = `status-${status}-${keepsStatus}-${changes.status ?? 'x'}`;
      const report = await freshSource()([importedStory({ slug, ...changes })], { keepsStatus });
      assert.equal((await rowOf(slug)).status, status);
      assert.equal(report.published, status === 'published' ? 1 : 0);
    });
  }

  test('a draft that the source publishes later is published then', async () => {
    const run = freshSource();
    await run([importedStory({ slug: 'later', status: 'draft' })]);
    await run([importedStory({ slug: 'later', status: 'published', published: PUBLISHED })]);
    const row = await rowOf('later');
    assert.equal(row.status, 'published');
    assert.equal(row.version, 1);
    assert.ok(row.published_at?.equals(PUBLISHED));
  });

  test('what the source hides later stays public here: it is retracted by a person, not unmade', async () => {
    const run = freshSource();
    await run([importedStory({ slug: 'hidden-later', published: PUBLISHED })]);
    await run([importedStory({ slug: 'hidden-later', published: PUBLISHED, status: 'withheld' })]);
    assert.equal((await rowOf('hidden-later')).status, 'published');
  });

  test('I2 a taste is marked and listed nowhere, but opens', async () => {
    const report = await freshSource()([importedStory({ slug: 'taste', completeness: 'summary' })]);
    assert.equal(report.summaries, 1);
    assert.equal((await publicStory(t.db, 'taste'))?.completeness, 'summary');
  });

  test('no date is made up', async () => {
    const report = await freshSource()([importedStory({ slug: 'undated' })]);
    assert.equal((await rowOf('undated')).published_at, null);
    assert.equal(report.undated, 1);
  });
});

describe('names', () => {
  test('P6 a name that was taken off here does not come back from the source', async () => {
    const run = freshSource();
    await run([importedStory({ slug: 'named', byline: 'Mira Tal' })]);
    const { id } = await rowOf('named');
    await t.db.transaction().execute(async (tx) => {
      const story = await lockStory(tx, id);
      assert.ok(story !== undefined);
      await updateStory(tx, {
        story: { ...story, byline: { policy: 'desk' } },
        version: null,
        importHash: null,
        now: clock.now(),
      });
    });
    await run([importedStory({ slug: 'named', byline: 'Mira Tal', html: '<p>changed</p>' })]);
    const row = await rowOf('named');
    assert.equal(row.byline, null);
    assert.equal(row.byline_policy, 'desk');
    assert.equal(row.body, '<p>changed</p>');
    assert.doesNotMatch(JSON.stringify(await versionsOf(id)), /Mira/);
  });
});

describe('fields', () => {
  const fields = async (
    slug: string,
    changes: Partial<ImportedStory>,
    options: Partial<ImportOptions> = {},
  ) => {
    await freshSource()([importedStory({ slug, ...changes })], options);
    return rowOf(slug);
  };
  test('language: stated, spelled as usual, else the fallback', async () => {
    assert.equal((await fields('l1', { language: 'EN_us' })).language, 'en-us');
    assert.equal(
      (await fields('l2', { language: 'Norwegian' }, { fallbackLanguage: 'nb' })).language,
      'nb',
    );
    assert.equal(
      (await fields('l3', { language: null }, { fallbackLanguage: 'ru' })).language,
      'ru',
    );
  });
  test('section by name in any language, by id, or none', async () => {
    assert.equal((await fields('s1', { section: 'город' })).section, 'city');
    assert.equal((await fields('s2', { tags: ['x', 'CITY'] })).section, 'city');
    assert.equal((await fields('s3', { section: 'Sport' })).section, null);
  });
  test('no title: the first words stand in', async () => {
    await freshSource()([
      importedStory({ slug: 't1', title: null, html: '<p>First words of it.</p>' }),
    ]);
    assert.equal((await rowOf('t1')).title, 'First words of it.');
  });
  test('old addresses lead to it', async () => {
    await fields('old', { url: 'https://old.example.org/2019/03/an-old-path/' });
    assert.equal(await slugOfOldPath(t.db, '/2019/03/an-old-path/'), 'old');
    await fields('old-draft', { url: 'https://old.example.org/a-draft/', status: 'draft' });
    assert.equal(await slugOfOldPath(t.db, '/a-draft/'), undefined);
  });
  test('slug from the address when the source has none', async () => {
    await freshSource()([importedStory({ url: 'https://x.example.org/n/The-Bridge-Opens.html' })]);
    assert.equal((await rowOf('the-bridge-opens')).title, 'A story');
  });
  test('limits of the database are kept', async () => {
    const row = await fields('long', {
      title: `${'ё'.repeat(500)}`,
      byline: 'x'.repeat(300),
      url: `https://x.example.org/${'a'.repeat(3000)}`,
      identity: 'i'.repeat(5000),
      tags: Array(100).fill('t'.repeat(200)),
    });
    assert.ok(
      row.title.length <= 400 &&
        (row.byline?.length ?? 0) <= 200 &&
        row.original_url === null &&
        row.tags.length === 50,
    );
  });
});

describe('one transaction', () => {
  test('I27 a failure in the middle leaves nothing', async () => {
    const run = freshSource();
    const before = await t.db.selectFrom('story').select('id').execute();
    const revision = await storyRevision(t.db);
    const broken = (function* () {
      yield importedStory({ identity: 'ok', slug: 'before-the-failure' });
      throw new Error('disk full');
    })();
    await assert.rejects(run(broken as never), /disk full/);
    assert.equal((await t.db.selectFrom('story').select('id').execute()).length, before.length);
    assert.equal(await storyRevision(t.db), revision);
  });
  test('a dry run reports and writes nothing', async () => {
    const run = freshSource();
    const report = await run([importedStory({ slug: 'dry' })], { isDryRun: true });
    assert.deepEqual(report.outcomes, { new: 1, updated: 0, unchanged: 0 });
    assert.equal(
      await t.db.selectFrom('story').select('id').where('slug', '=', 'dry').executeTakeFirst(),
      undefined,
    );
  });
});

describe('the database keeps history', () => {
  test('versions and corrections cannot be changed or deleted, published stories not unmade', async () => {
    await freshSource()([importedStory({ slug: 'kept', published: PUBLISHED })]);
    const { id } = await rowOf('kept');
    const refused = { code: '23001' };
    await assert.rejects(
      t.db.deleteFrom('story_version').where('story_id', '=', id).execute(),
      refused,
    );
    await assert.rejects(
      t.db
        .updateTable('story_version')
        .set({ content_hash: 'a'.repeat(64) })
        .where('story_id', '=', id)
        .execute(),
      refused,
    );
    await assert.rejects(
      t.db.updateTable('story').set({ status: 'draft' }).where('id', '=', id).execute(),
      refused,
    );
    await assert.rejects(t.db.deleteFrom('story').where('id', '=', id).execute(), refused);
  });
});
