/**
 * A process with one mistake in it: `node child.ts NUMBER SEEDS SECONDS`. It lives the seed that showed it last, then
 * others, until one fails, and prints which as one line of JSON. The mistake is planted first; only then is the core loaded.
 */
import { PLANTED_BUGS } from './bugs.ts';
import { plantMutations } from './mutate.ts';

const [number = '', seeds = '', seconds = ''] = process.argv.slice(2);
const bug = PLANTED_BUGS.find((one) => String(one.number) === number);
if (bug === undefined) throw new Error(`no bug ${number}`);

const met = plantMutations(bug.mutations);
const { Laboratory } = await import('../laboratory.ts');
if (met() !== bug.mutations.length) throw new Error(`bug ${number} was not planted`);

const laboratory = new Laboratory();
const begun = performance.now();
const plant = bug.plant ?? {};
let found: { readonly seed: number; readonly says: string } | null = null;
let lived = 0;
for (let turn = 0; turn <= Number(seeds) && found === null; turn += 1) {
  if ((performance.now() - begun) / 1000 > Number(seconds)) break;
  const seed = turn === 0 ? bug.knownSeed : turn;
  const { breaches } = await laboratory.run({ seed, plant });
  lived += 1;
  const [first] = breaches;
  if (first !== undefined) found = { seed, says: `${first.rule}: ${first.says}` };
}
await laboratory.close();
process.stdout.write(`${JSON.stringify({ lived, found })}\n`);
process.exit(0);
