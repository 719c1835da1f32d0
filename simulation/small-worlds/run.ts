/**
 * `npm run small-worlds`: every state of the small worlds, counted. A world with all faults at once is larger than a
 * million states, so each pair of faults has a world of its own.
 */
import { explore } from './explore.ts';
import { beginning, SOUND, WORLDS } from './world.ts';

let total = 0;
for (const faults of WORLDS) {
  const begun = performance.now();
  const { states, steps, atRest, found } = explore(beginning(faults), SOUND);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const named = Object.entries(faults).map(([name, count]) => `${count} ${name}`);
  process.stdout.write(
    `1 gift, 2 attempts, ${named.join(', ')}: ${states} states, ${steps} steps, ${atRest} at rest, ${seconds} s\n`,
  );
  total += states;
  if (found === null) continue;
  process.stdout.write(`${found}\n`);
  process.exitCode = 1;
}
process.stdout.write(`${total} states\n`);
