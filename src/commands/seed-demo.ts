/**
 * Fills the demo newsroom: its stories and its appeal. Safe to run at every start; what is there already stays.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importAppeals } from '../appeals/index.ts';
import type { Clock, Random } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { seedDemoStories } from '../stories/index.ts';

export async function seedDemo(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly newsroom: Newsroom;
  readonly projectDirectory: string;
}): Promise<void> {
  const { db, clock, random, newsroom } = options;
  const demo = join(options.projectDirectory, 'demo');
  await seedDemoStories({ db, clock, random, newsroom, directory: join(demo, 'stories') });
  const seeded = await db.selectFrom('appeals').select('id').limit(1).executeTakeFirst();
  if (seeded !== undefined) return;
  await importAppeals({
    db,
    clock,
    source: await readFile(join(demo, 'appeals.yaml'), 'utf8'),
    zone: newsroom.zone,
  });
}
