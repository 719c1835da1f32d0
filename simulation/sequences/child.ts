/** Plays seeds with one mistake planted, in this process alone, until one fails, and makes that failure small. */
import { z } from 'zod';
import { plantMutations } from '../planted/mutate.ts';

const Task = z.object({ file: z.string(), find: z.string(), put: z.string() });

plantMutations([Task.parse(JSON.parse(process.argv[2] ?? ''))]);
const { playSeeds } = await import('./seeds.ts');
const { shrunk } = await import('./tape.ts');
const tally = playSeeds({
  from: 1,
  isEnough: ({ stories, failures }) => stories >= 2000 || failures.length > 0,
});
const [failure] = tally.failures;
const small = failure === undefined ? { found: null, tape: [] } : shrunk(failure.seed);
process.stdout.write(JSON.stringify({ found: small.found, tape: small.tape.length }));
