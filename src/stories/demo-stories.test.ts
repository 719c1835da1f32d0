import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ManualClock, SeededRandom } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import { readNewsroom } from '../newsroom/index.ts';
import { DEMO_SOURCE, seedDemoStories } from './demo-stories.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'demo');
const reading = readNewsroom(readFileSync(join(DEMO, 'newsroom.yaml'), 'utf8'));
assert.ok(reading.ok);
const { newsroom } = reading;

const t = await testDatabase();
after(() => t.close());
const clock = new ManualClock('2026-11-25T12:00:00Z');
const seed = () =>
  seedDemoStories({
    db: t.db,
    clock,
    random: new SeededRandom(1, clock),
    newsroom,
    directory: join(DEMO, 'stories'),
  });
await seed();
const stories = await t.db
  .selectFrom('story')
  .selectAll()
  .where('source', '=', DEMO_SOURCE)
  .execute();
const words = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .split(/\s+/)
    .filter(Boolean).length;

describe('the demo newsroom', () => {
  test('every story is public, dated, in a section and in one of its languages', () => {
    assert.ok(stories.length >= 9);
    for (const story of stories) {
      assert.equal(story.status, 'published', story.slug);
      assert.ok(story.published_at !== null && story.summary !== '', story.slug);
      assert.ok(
        newsroom.sections.some((section) => section.id === story.section),
        story.slug,
      );
      assert.ok(newsroom.languages.includes(story.language), story.slug);
    }
    assert.deepEqual(
      new Set(stories.map((story) => story.section)),
      new Set(newsroom.sections.map((section) => section.id)),
    );
  });
  test('there is a long read, a short report, one with a correction, one in Russian, one in Arabic', async () => {
    assert.ok(stories.some((story) => words(story.body) >= 1500));
    assert.ok(stories.some((story) => words(story.body) <= 500 && story.section === 'politics'));
    assert.deepEqual(new Set(stories.map((story) => story.language)), new Set(['en', 'ru', 'ar']));
    const corrections = await t.db.selectFrom('story_correction').selectAll().execute();
    assert.equal(corrections.length, 1);
    const corrected = stories.find((story) => story.id === corrections[0]?.story_id);
    assert.ok(
      corrections[0] !== undefined && corrected?.updated_at?.equals(corrections[0].made_at),
    );
  });
  test('no story asks for anything', () => {
    const asking =
      /support|donat|subscri|\bgifts?\b|contribut|pledge|\bmembership|[$€£¥₽]|поддерж|пожертв|подпис|تبرع|دعم|اشتراك/i;
    for (const story of stories)
      assert.doesNotMatch(
        `${story.title} ${story.summary} ${story.body} ${story.tags.join(' ')}`,
        asking,
        story.slug,
      );
  });
  test('seeding again changes nothing', async () => {
    await seed();
    const again = await t.db
      .selectFrom('story')
      .selectAll()
      .where('source', '=', DEMO_SOURCE)
      .execute();
    assert.deepEqual(again, stories);
  });
  test('a missing folder is no error', async () => {
    await seedDemoStories({
      db: t.db,
      clock,
      random: new SeededRandom(2, clock),
      newsroom,
      directory: join(DEMO, 'nothing'),
    });
  });
});
