/**
 * Where seeds are lived one after another: a database of its own, made anew now and then, because what a rolled-back seed
 * wrote still lies about in its tables.
 */
import { testDatabase } from './core.ts';
import { OneConnection } from './one-connection.ts';
import type { Plant } from './plant.ts';
import type { SeedReport } from './seed-report.ts';
import { runSeed } from './world.ts';

const SEEDS_PER_DATABASE = 100;

interface Open {
  readonly database: Awaited<ReturnType<typeof testDatabase>>;
  readonly line: OneConnection;
  seeds: number;
}

export interface Experiment {
  readonly seed: number;
  readonly print?: (line: string) => void;
  readonly plant?: Plant;
}

export class Laboratory {
  #open: Open | null = null;

  async run(experiment: Experiment): Promise<SeedReport> {
    if (this.#open !== null && this.#open.seeds >= SEEDS_PER_DATABASE) await this.close();
    this.#open ??= await open();
    this.#open.seeds += 1;
    return await runSeed({ ...experiment, line: this.#open.line });
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.line.close();
    await open?.database.close();
  }
}

async function open(): Promise<Open> {
  const database = await testDatabase({ poolSize: 1 });
  return { database, line: await OneConnection.open(database.url), seeds: 0 };
}
