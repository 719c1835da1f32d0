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
    for (const { rule, says, count, examples } of broken) {
      system.print(`${rule}: ${says} Broken by ${count}: ${examples.join(', ')}`);
    }
    system.print(
      broken.length === 0
        ? 'Every invariant holds.'
        : `${broken.length} do not hold. Nothing was changed.`,
    );
    return broken.length === 0 ? 0 : 1;
  } finally {
    await open.close();
  }
}
