/**
 * `npm run small-worlds`: every state of the small worlds, counted. A world with all faults at once is larger than a
 * million states, so each pair of faults has a world of its own.
 */
import { explore } from './explore.ts';
import type { Exploration } from './explorer.ts';
import { explorePledge, PLEDGE_WORLDS, pledgeBeginning, SOUND_PLEDGE } from './pledge-world.ts';
import { beginning, SOUND, WORLDS } from './world.ts';

let total = 0;

function tell(what: string, faults: object, search: () => Exploration): void {
  const begun = performance.now();
  const { states, steps, atRest, found } = search();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const named = Object.entries(faults).map(([name, count]) => `${count} ${name}`);
  process.stdout.write(
    `${what}, ${named.join(', ')}: ${states} states, ${steps} steps, ${atRest} at rest, ${seconds} s\n`,
  );
  total += states;
  if (found === null) return;
  process.stdout.write(`${found}\n`);
  process.exitCode = 1;
}

for (const faults of WORLDS) {
  tell('1 gift, 2 attempts', faults, () => explore(beginning(faults), SOUND));
}
for (const faults of PLEDGE_WORLDS) {
  tell('1 pledge, 2 periods', faults, () => explorePledge(pledgeBeginning(faults), SOUND_PLEDGE));
}
process.stdout.write(`${total} states\n`);
