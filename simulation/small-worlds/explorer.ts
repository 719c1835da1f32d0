/**
 * Walks every state of a small world, each once, and asks in each whether the rules hold; then whether from every state
 * there is a way to rest without new faults. Every state is written down canonically, so that two ways to one state meet.
 */
import { UniqueViolation } from '../../src/giving/testing/memory/newsroom-in-memory.ts';

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** States where nothing is under way and bank and books agree. */
  readonly atRest: number;
  /** The first thing that was wrong, with the steps that led there, or null. */
  readonly found: string | null;
}

const STATES_MAX = 1_000_000;

interface Seen {
  readonly parent: number;
  readonly by: string;
}

/** A world: what can come next, what must hold, and when nothing is under way any more. */
export interface Model<World> {
  /** As text, so that two ways to one state meet. */
  canonical(world: World): string;
  stepsFrom(world: World): readonly Edge<World>[];
  /** What is wrong with a state, or undefined. */
  broken(world: World): string | undefined;
  brokenStep(before: World, after: World): string | undefined;
  isAtRest(world: World): boolean;
}

export interface Edge<World> {
  readonly name: string;
  /** It needs a fault of the world, so the way to rest must do without it. */
  readonly isFault: boolean;
  readonly to: World;
}

class Explorer<World> {
  readonly #model: Model<World>;
  readonly #ids = new Map<string, number>();
  readonly #seen: Seen[] = [];
  readonly #waiting: World[] = [];
  /** For each state, the states from which one faultless step leads to it. */
  readonly #before: number[][] = [];
  readonly #rest: number[] = [];
  #steps = 0;

  constructor(model: Model<World>) {
    this.#model = model;
  }

  explore(start: World): Exploration {
    this.#meet(start, { parent: -1, by: 'begin' });
    for (let id = 0; id < this.#waiting.length; id += 1) {
      const found = this.#expand(id);
      if (found !== undefined) return this.#result(`${found}\n${this.#pathTo(id)}`);
      if (this.#waiting.length > STATES_MAX) return this.#result('the world is too large');
    }
    const stuck = this.#firstWithoutRest();
    return this.#result(
      stuck === undefined ? null : `no way to rest from here\n${this.#pathTo(stuck)}`,
    );
  }

  #result(found: string | null): Exploration {
    return {
      states: this.#ids.size,
      steps: this.#steps,
      atRest: this.#rest.length,
      found,
    };
  }

  #meet(world: World, seen: Seen): number {
    const text = this.#model.canonical(world);
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#waiting.length;
    this.#ids.set(text, id);
    this.#seen.push(seen);
    this.#before.push([]);
    this.#waiting.push(world);
    return id;
  }

  #expand(id: number): string | undefined {
    const world = this.#waiting[id];
    if (world === undefined) return 'a state was lost';
    const broken = this.#model.broken(world);
    if (broken !== undefined) return broken;
    if (this.#model.isAtRest(world)) this.#rest.push(id);
    try {
      for (const { name, isFault, to } of this.#model.stepsFrom(world)) {
        this.#steps += 1;
        const fell = this.#model.brokenStep(world, to);
        if (fell !== undefined) return `${fell}, by: ${name}`;
        const next = this.#meet(to, { parent: id, by: name });
        if (!isFault) this.#before[next]?.push(id);
      }
    } catch (error) {
      if (error instanceof UniqueViolation) return `the database would refuse: ${error.message}`;
      return error instanceof Error ? error.message : 'thrown';
    }
    return undefined;
  }

  /** Backwards from every state of rest, along steps without faults. */
  #firstWithoutRest(): number | undefined {
    const reached = new Uint8Array(this.#waiting.length);
    const queue = [...this.#rest];
    for (const id of queue) reached[id] = 1;
    for (let at = 0; at < queue.length; at += 1) {
      for (const id of this.#before[queue[at] ?? -1] ?? []) {
        if (reached[id] === 1) continue;
        reached[id] = 1;
        queue.push(id);
      }
    }
    const first = reached.indexOf(0);
    return first === -1 ? undefined : first;
  }

  #pathTo(id: number): string {
    const names: string[] = [];
    for (let at = id; at >= 0; ) {
      const seen = this.#seen[at];
      if (seen === undefined) break;
      names.push(seen.by);
      at = seen.parent;
    }
    return names.reverse().join(' > ');
  }
}

export function exploreModel<World>(start: World, model: Model<World>): Exploration {
  return new Explorer(model).explore(start);
}
