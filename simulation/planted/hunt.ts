/** Plants each of the twenty bugs in a process of its own and shows that the simulator finds it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { Laboratory } from '../laboratory.ts';
import type { Plant } from '../plant.ts';
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
export async function huntBug(
  laboratory: Laboratory,
  bug: PlantedBug,
  patience: Patience,
): Promise<Outcome> {
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
  const heard = outcome.parse(JSON.parse(text));
  if (heard.found === null) return heard;
  // What fails without the mistake as well says nothing about it.
  const { breaches } = await laboratory.run({
    seed: heard.found.seed,
    plant: circumstancesOf(bug),
  });
  if (breaches.length === 0) return heard;
  throw new Error(`seed ${heard.found.seed} fails without a mistake: ${breaches[0]?.says}`);
}

/** The same world without the mistake. */
function circumstancesOf({ plant }: PlantedBug): Plant {
  return {
    ...(plant?.weather === undefined ? {} : { weather: plant.weather }),
    ...(plant?.firstCompany === undefined ? {} : { firstCompany: plant.firstCompany }),
    ...(plant?.paysByHandBeforeRetry === undefined
      ? {}
      : { paysByHandBeforeRetry: plant.paysByHandBeforeRetry }),
  };
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
    const laboratory = new Laboratory();
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
      const { lived, found } = await huntBug(laboratory, bug, patience);
      if (found !== null) caught += 1;
      const what =
        found === null
          ? `NOT found in ${lived} seeds`
          : `found in seed ${found.seed}: ${found.says.slice(0, 110)}`;
      print(`${String(bug.number).padStart(2)}  ${bug.symptom}: ${what}`);
    }
    await laboratory.close();
  };
  await Promise.all([hunter(), hunter()]);
  return caught;
}
