/**
 * The newsroom of one seed: a web process that people and companies talk to, and a worker beside it. Either may crash at
 * any await and comes back with nothing but the database. What a crash or a cut connection throws is weather; every other
 * error is a finding.
 */
import type { Bank } from './bank/bank.ts';
import type { Message } from './bank/post-office.ts';
import { Chance } from './chance.ts';
import { counted, type Tally } from './commands-drawn.ts';
import type { Giving, Instant } from './core.ts';
import { ConnectionCut, Crash } from './life.ts';
import type { OneConnection } from './one-connection.ts';
import { Program } from './program.ts';
import type { World } from './world.ts';

export class Newsroom {
  readonly programs: readonly Program[];
  readonly #world: World;
  readonly #chance: Chance;
  readonly #tally: Tally;
  #upSince: Instant | null;

  constructor(options: {
    readonly world: World;
    readonly line: OneConnection;
    readonly chance: Chance;
    readonly tally: Tally;
    readonly banks: readonly Bank[];
  }) {
    const { world, line, chance, tally, banks } = options;
    this.#world = world;
    this.#chance = chance;
    this.#tally = tally;
    this.#upSince = world.now;
    this.programs = ['web', 'worker'].map(
      (name) =>
        new Program({
          line,
          clock: world.time.programClock,
          chance: new Chance(world.seed, name),
          weather: () => world.weather,
          banks,
          hang: (program) => this.#hang(program),
          lateArrival: (effect) =>
            world.later(chance.between(5, 230) * 1000, 'a request arrives late', effect, 'always'),
          asked: (attemptId) => world.witness.askedAt.set(attemptId, world.now),
          postbox: world.postbox,
          plant: world.plant,
        }),
    );
  }

  /** Since when it runs; null while it stands still and nobody is served. */
  get upSince(): Instant | null {
    return this.#upSince;
  }

  get crashes(): number {
    return this.programs.reduce((sum, program) => sum + program.crashes, 0);
  }

  standStill(): void {
    this.#upSince = null;
  }

  comeBack(): void {
    this.#upSince ??= this.#world.now;
  }

  /** The next life of each process whose last one is over. */
  restart(): void {
    for (const program of this.programs) program.restart();
  }

  /** Somebody asks the web process for something. @returns what they heard; null: an error page */
  async ask<T>(
    what: string,
    visit: (giving: Giving, program: Program) => Promise<T>,
  ): Promise<T | null> {
    const [web] = this.programs;
    if (web === undefined || this.#upSince === null) return null;
    return await this.#guarded(what, web, () => visit(counted(web.giving, this.#tally), web));
  }

  /** The same, and what they heard stands in the history. */
  async visit(what: string, visit: (giving: Giving) => Promise<string>): Promise<string | null> {
    if (this.#upSince === null) return null;
    const heard = await this.ask(what, visit);
    this.#world.note(`${what}: ${heard ?? 'error'}`);
    return heard;
  }

  /** A company's message arrives. @returns whether it was taken */
  async deliver(message: Message): Promise<boolean> {
    const answer = await this.ask('a message arrives', async (giving) => {
      return (await giving.takeWebhook({ ...message, headers: new Headers() })).kind;
    });
    return answer === 'stored' || answer === 'duplicate';
  }

  /** One of the two processes runs a worker once. */
  async work(name: string): Promise<number> {
    if (this.#upSince === null) return 0;
    const program = this.#chance.pick(this.programs);
    if (program.hangs) return 0;
    this.#tally.add('workers');
    const done = await this.#guarded(name, program, () => program.worker(name).runOnce());
    this.#world.note(`${name}: ${done ?? 'error'}`);
    return done ?? 0;
  }

  async #guarded<T>(what: string, program: Program, run: () => Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      const isWeather = error instanceof Crash || error instanceof ConnectionCut;
      if (!isWeather && !program.crashed) {
        const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        this.#world.breach('no error', `${what}: ${text}`);
      }
      return null;
    }
  }

  /** A call that hangs: time passes, the lease may end, and the other process may take over. */
  async #hang(program: Program): Promise<void> {
    const other = this.programs.find((one) => one !== program && !one.hangs);
    const { time } = this.#world;
    program.hangs = true;
    time.moveTo(time.now.add({ seconds: this.#chance.between(10, 150) }));
    if (other !== undefined && this.#chance.hits(700)) {
      await this.#guarded('the other collector', other, () => other.worker('collector').runOnce());
    }
    program.hangs = false;
  }
}
