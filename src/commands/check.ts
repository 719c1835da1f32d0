/**
 * `tuppence check [--json]`: verifies the invariants of the books on a running newsroom's database and says what it found.
 * Exit code: 0 every rule holds, 1 some do not, 2 the command was not understood.
 */
import { parseArgs } from 'node:util';
import { checkInvariants } from '../giving/index.ts';
import { openNewsroom } from './open-newsroom.ts';
import { progressAfterAWhile } from './progress.ts';
import type { System } from './system.ts';

export async function check(argv: readonly string[], system: System): Promise<number> {
  let isJson: boolean;
  try {
    const { values } = parseArgs({ args: [...argv], options: { json: { type: 'boolean' } } });
    isJson = values.json === true;
  } catch (error) {
    system.complain(`${error instanceof Error ? error.message : ''}\n\nUsage: check [--json]`);
    return 2;
  }
  const open = await openNewsroom(system);
  try {
    const say = progressAfterAWhile(system, { isQuiet: isJson });
    const broken = await checkInvariants(open.db, ({ rule, says, count, number, of }) => {
      if (isJson) system.print(JSON.stringify({ kind: 'rule', rule, says, count }));
      else say(`${number} of ${of} rules checked …`);
    });
    if (isJson) {
      system.print(JSON.stringify({ kind: 'checked', holds: broken.length === 0, broken }));
    } else {
      for (const { rule, says, count, examples } of broken) {
        system.print(`${rule}: ${says} Broken by ${count}: ${examples.join(', ')}`);
      }
      system.print(
        broken.length === 0
          ? 'Every invariant holds.'
          : `${broken.length} do not hold. Nothing was changed.`,
      );
    }
    return broken.length === 0 ? 0 : 1;
  } finally {
    await open.close();
  }
}
