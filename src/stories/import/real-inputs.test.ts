/**
 * Real files from public collections, when they lie beside the project: they are not ours to copy. Without the folder this
 * says loudly that it was skipped.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ManualClock, SeededRandom } from '../../calendar/index.ts';
import { testDatabase } from '../../database/testing/test-database.ts';
import { html } from '../../page/index.ts';
import { createStoryRoutes } from '../routes.ts';
import { testNewsroom } from '../testing/stories.ts';
import type { ImportedLine } from './import-report.ts';
import { importStories } from './import-stories.ts';
import { openPath } from './open-source.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'inputs');
const isThere = existsSync(FOLDER);
if (!isThere) console.warn(`SKIPPED: real inputs are not there (${FOLDER})`);

/** What is in each file, counted by hand. */
const FILES: readonly [file: string, format: string, published: number, drafts: number][] = [
  ['content-encoded.rss', 'rss', 7, 0],
  ['encoding.rss', 'rss', 40, 0],
  ['guardian.rss', 'rss', 55, 0],
  ['heraldsun.rss', 'rss', 2, 0],
  ['gulp-atom.atom', 'atom', 10, 0],
  ['ghost-export.json', 'ghost', 3, 0],
  ['wordpress-sample.wxr.xml', 'wordpress', 3, 1],
  ['wordpress-theme-test.wxr.xml', 'wordpress', 76, 3],
];

describe('real inputs import, their stories open, and a second run changes nothing', {
  skip: !isThere,
}, async () => {
  const t = await testDatabase();
  after(() => t.close());
  const clock = new ManualClock('2026-11-25T12:00:00Z');
  const random = new SeededRandom(3, clock);
  const newsroom = testNewsroom();
  const routes = createStoryRoutes({
    db: t.db,
    clock,
    newsroom,
    origin: 'https://paper.example.org',
    render: (content) => new Response(String(content.body), { status: content.status ?? 200 }),
    slot: () => html``,
  });
  for (const [file, format, published, drafts] of FILES) {
    test(file, async () => {
      const lines: ImportedLine[] = [];
      const run = async () =>
        importStories(
          await openPath(join(FOLDER, file), { zone: newsroom.zone, site: null }),
          {
            keepsStatus: true,
            isDryRun: false,
            fallbackLanguage: 'en',
            sections: [],
            onStory: (line) => lines.push(line),
          },
          { db: t.db, clock, random },
        );
      const report = await run();
      assert.deepEqual(
        [report.format, report.published, report.drafts],
        [format, published, drafts],
      );
      for (const line of lines) {
        const response = await routes.request(`https://paper.example.org${line.path}`);
        assert.equal(response.status, line.status === 'published' ? 200 : 404, line.path);
        assert.doesNotMatch(await response.text(), /<(img|script|iframe|form)\b/, line.path);
      }
      assert.equal((await run()).outcomes.unchanged, published + drafts);
    });
  }
});
