/** The demo newsroom's stories: a folder of Markdown files, brought in the same way as anybody's. */
import { stat } from 'node:fs/promises';
import type { Clock, Random } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { importStories } from './import/import-stories.ts';
import { openMarkdownFolder } from './import/open-source.ts';
import { sectionNames } from './sections.ts';

export const DEMO_SOURCE = 'demo';

/** Writes the stories that are missing; those that are there stay as they are. Safe at every start. */
export async function seedDemoStories(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly newsroom: Newsroom;
  /** Folder of the Markdown files. */
  readonly directory: string;
}): Promise<void> {
  const { db, clock, random, newsroom, directory } = options;
  if (!(await isFolder(directory))) return;
  const source = await openMarkdownFolder(directory, { zone: newsroom.zone, name: DEMO_SOURCE });
  await importStories(
    source,
    {
      keepsStatus: true,
      isDryRun: false,
      fallbackLanguage: newsroom.languages[0] ?? 'en',
      sections: sectionNames(newsroom),
    },
    { db, clock, random },
  );
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
