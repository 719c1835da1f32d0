/**
 * `tuppence desk-link`: prints a new one-time link to the desk, for whoever can run commands on the machine.
 */
import { createDeskSessions } from '../desk/index.ts';
import { openNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

export async function deskLink(system: System): Promise<number> {
  const open = await openNewsroom(system);
  try {
    const secret = await createDeskSessions({
      db: open.db,
      clock: system.clock,
      random: system.random,
    }).issueLink();
    const origin = open.newsroom.origin ?? `http://localhost:${system.environment.PORT ?? '3000'}`;
    system.print(`${origin}/desk/enter?link=${secret}`);
    system.print('It lets one person in, once, within 12 hours.');
    return 0;
  } finally {
    await open.close();
  }
}
