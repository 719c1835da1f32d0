/**
 * Explores one small world with a mistake planted into the core's own source, in this process alone, and prints what was
 * found. Started by the test of the search itself; nothing else leads here.
 */
import { z } from 'zod';
import { plantMutations } from '../planted/mutate.ts';

const Task = z.object({
  mutations: z.array(z.object({ file: z.string(), find: z.string(), put: z.string() })),
  faults: z.object({ crashes: z.number(), repeats: z.number(), losses: z.number() }),
  options: z.object({ readsUnderLock: z.boolean(), isAtomic: z.boolean() }),
});

const task = Task.parse(JSON.parse(process.argv[2] ?? ''));
const met = plantMutations(task.mutations);
const { explore } = await import('./explore.ts');
const { beginning } = await import('./world.ts');
const { found, states } = explore(beginning(task.faults), task.options);
process.stdout.write(JSON.stringify({ found, states, met: met() }));
