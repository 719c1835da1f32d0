/** For the tests of verdicts: one seed, lived to its rest, whose books can then be spoiled one mistake at a time. */
import { type Db, type Tx, testDatabase } from '../core.ts';
import { OneConnection } from '../one-connection.ts';
import type { Plant } from '../plant.ts';
import { World } from '../world.ts';

export interface LivedWorld {
  readonly world: World;
  /** Does something to the database, shows the world as it is then, and takes it back. */
  spoiled<T>(spoil: (tx: Tx) => Promise<unknown>, look: (world: World) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

class TakenBack extends Error {}

/** The first of these seeds that brought what is asked for. */
export async function livedWorld(options: {
  readonly from: number;
  readonly seeds: number;
  readonly plant: Plant;
  readonly isEnough: (db: Db) => Promise<boolean>;
}): Promise<LivedWorld> {
  const database = await testDatabase({ poolSize: 1 });
  const line = await OneConnection.open(database.url);
  const { from, seeds, plant, isEnough } = options;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const world = new World({ seed, line, plant });
    await line.begin();
    await world.live();
    if (await isEnough(world.db)) {
      return {
        world,
        spoiled: (spoil, look) => spoiled(world, spoil, look),
        async close() {
          await line.rollback();
          await line.close();
          await database.close();
        },
      };
    }
    await line.rollback();
  }
  await line.close();
  await database.close();
  throw new Error(`none of ${seeds} seeds from ${from} brought enough`);
}

async function spoiled<T>(
  world: World,
  spoil: (tx: Tx) => Promise<unknown>,
  look: (world: World) => Promise<T>,
): Promise<T> {
  const seen: T[] = [];
  try {
    await world.db.transaction().execute(async (tx) => {
      await spoil(tx);
      seen.push(await look(withDatabase(world, tx)));
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  const [one] = seen;
  if (one === undefined) throw new Error('nothing was looked at');
  return one;
}

/** The same world, asked through a transaction. */
function withDatabase(world: World, db: Tx): World {
  return new Proxy(world, {
    get: (target, name): unknown => (name === 'db' ? db : Reflect.get(target, name)),
  });
}
