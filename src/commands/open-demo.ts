/**
 * The demo's clock and stories: what every process of a demo opens first, whichever part of it the process runs.
 */

import { DemoState } from '../web/demo/demo-state.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import { seedDemo } from './seed-demo.ts';
import type { System } from './system.ts';

export async function openDemo(system: System, open: OpenNewsroom): Promise<DemoState> {
  const state = new DemoState({ db: open.db, realClock: system.clock });
  await state.load();
  await seedDemo({
    db: open.db,
    clock: state,
    random: system.random,
    newsroom: open.newsroom,
    projectDirectory: system.projectDirectory,
  });
  return state;
}
