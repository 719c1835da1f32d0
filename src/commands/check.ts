/**
 * `tuppence check`: verifies the invariants of the books on a running newsroom's database and says what it found.
 */
import { checkInvariants } from '../giving/index.ts';
import { openNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

export async function check(system: System): Promise<number> {
  const open = await openNewsroom(system);
  try {
    const broken = await checkInvariants(open.db);
    for (const finding of broken) system.print(`${finding.invariant}: ${finding.message}`);
    system.print(broken.length === 0 ? 'Every invariant holds.' : `${broken.length} findings.`);
    return broken.length === 0 ? 0 : 1;
  } finally {
    await open.close();
  }
}
