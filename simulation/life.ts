/**
 * One life of the program: from its start to its crash. A crash is simulated by refusing everything the program asks for
 * from then on, at the border to its database and to its processors, so that nothing it still has in mind can have an
 * effect. What it had not committed is rolled back; the next life knows only what the database knows.
 */
import type { Chance } from './chance.ts';
import type { Border } from './one-connection.ts';
import type { Weather } from './weather.ts';

export class Crash extends Error {
  constructor() {
    super('the program was killed');
    this.name = 'Crash';
  }
}

/** What a program sees when PostgreSQL goes away under it; the code is the server's own for "admin shutdown". */
export class ConnectionCut extends Error {
  readonly code = '57P01';
  constructor() {
    super('terminating connection');
    this.name = 'ConnectionCut';
  }
}

export class Life implements Border {
  #alive = true;
  readonly #chance: Chance;
  readonly #weather: () => Weather;

  constructor(chance: Chance, weather: () => Weather) {
    this.#chance = chance;
    this.#weather = weather;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Passes, or ends this life. Called at every await of the program that leaves the process. */
  border(): void {
    if (this.#alive && this.#chance.hits(this.#weather().crash)) this.#alive = false;
    if (!this.#alive) throw new Crash();
  }

  beforeStatement(): void {
    this.border();
    if (this.#chance.hits(this.#weather().databaseCut)) throw new ConnectionCut();
  }

  afterStatement(): void {
    this.border();
  }

  afterCommit(): void {
    this.border();
    if (this.#chance.hits(this.#weather().databaseCut)) throw new ConnectionCut();
  }
}
