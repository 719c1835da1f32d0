import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { testDatabase } from '../src/database/testing/test-database.ts';
import { NOTE_LIMIT_BYTES, noteBytes, STORY_LIMIT_BYTES, storyBytes } from './measures/sizes.ts';
import { publishStoryOf700Words } from './measures/story-text.ts';
import { openBenchNewsroom } from './servers/newsroom.ts';

const directory = await mkdtemp(join(tmpdir(), 'tuppence-sizes-'));
const database = await testDatabase();
const common = {
  databaseUrl: database.url,
  directory,
  project: join(import.meta.dirname, '..'),
};
const production = await openBenchNewsroom(common);
const demo = await openBenchNewsroom({ ...common, isDemo: true });
after(async () => {
  await Promise.all([production.close(), demo.close()]);
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

test('the appeal element weighs at most 6 KB', async (context) => {
  const bytes = await noteBytes();
  context.diagnostic(`note.js: ${bytes} bytes with brotli`);
  assert.ok(bytes <= NOTE_LIMIT_BYTES, `${bytes} bytes are more than ${NOTE_LIMIT_BYTES}`);
});

test('a story of 700 words weighs at most 14 KB, headers and styles included', async (context) => {
  const words = await publishStoryOf700Words(production.db);
  assert.ok(Math.abs(words - 700) <= 5, `the story has ${words} words`);
  for (const [frame, newsroom] of [
    ['production', production],
    ['demo', demo],
  ] as const) {
    const bytes = await storyBytes(newsroom);
    context.diagnostic(`story page in the ${frame} frame: ${bytes} bytes`);
    assert.ok(bytes > 3_000, `${bytes} bytes cannot hold 700 words`);
    assert.ok(bytes <= STORY_LIMIT_BYTES, `${bytes} bytes are more than ${STORY_LIMIT_BYTES}`);
  }
});
