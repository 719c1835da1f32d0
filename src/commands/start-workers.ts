/**
 * `tuppence start --only workers`: everything that works in the background and not a single page. Any number of these may
 * run beside each other and beside those that serve.
 */
import { join } from 'node:path';
import { demoLetterbox } from '../letters/index.ts';
import { createKeyFiles } from '../supporters/index.ts';
import { chooseMailer } from './choose-mailer.ts';
import { createFeatures, lookAtListing } from './features.ts';
import { openDemo } from './open-demo.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import { openProcessors } from './open-processors.ts';
import type { System } from './system.ts';
import { work } from './work.ts';

export async function startWorkers(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  /** Where readers reach the newsroom, for the links in letters. */
  readonly origin: string;
}): Promise<number> {
  const { system, open, origin } = options;
  const demoState = open.isDemo ? await openDemo(system, open) : null;
  const clock = demoState ?? system.clock;
  const processors = await openProcessors({ system, open, clock, webPort: null });
  try {
    const features = createFeatures({
      db: open.db,
      clock,
      random: system.random,
      log: system.log,
      newsroom: open.newsroom,
      origin,
      processors: processors.list,
      keys: await createKeyFiles(join(open.dataDirectory, 'keys'), system.random),
      mailer: chooseMailer({ system, open, letterbox: demoLetterbox() }),
    });
    await features.listing.look();
    system.print(`  The workers of ${open.newsroom.name} are at work. Ctrl-C stops them.`);
    await work({
      system,
      open,
      demoState,
      workers: [...features.workers, lookAtListing(features.listing)],
    });
    return 0;
  } finally {
    await processors.stop();
  }
}
