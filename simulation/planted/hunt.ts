/** Plants each of the twenty bugs in a process of its own and shows that the simulator finds it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { PlantedBug } from './bugs.ts';

const outcome = z.strictObject({
  lived: z.number(),
  found: z.strictObject({ seed: z.number(), says: z.string() }).nullable(),
});
export type Outcome = z.infer<typeof outcome>;

export interface Patience {
  readonly seeds: number;
  readonly seconds: number;
}

/** @returns what the simulator found in a program with this bug */
export async function huntBug(bug: PlantedBug, patience: Patience): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'child.ts'),
      String(bug.number),
      String(patience.seeds),
      String(patience.seconds),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the process with bug ${bug.number} ended with ${code}`);
  return outcome.parse(JSON.parse(text));
}

/** Hunts the bugs two at a time and prints a line for each. @returns how many were found */
export async function huntAll(
  bugs: readonly PlantedBug[],
  patience: Patience,
  print: (line: string) => void,
): Promise<number> {
  const waiting = [...bugs];
  let caught = 0;
  const hunter = async () => {
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
      const { lived, found } = await huntBug(bug, patience);
      if (found !== null) caught += 1;
      const what =
        found === null
          ? `NOT found in ${lived} seeds`
          : `found in seed ${found.seed}: ${found.says.slice(0, 110)}`;
      print(`${String(bug.number).padStart(2)}  ${bug.symptom}: ${what}`);
    }
  };
  await Promise.all([hunter(), hunter()]);
  return caught;
}
