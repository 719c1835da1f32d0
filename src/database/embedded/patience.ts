/**
 * How often the supervisor looks again before it gives up, and with which sentence. Each kind of trouble has its own
 * bound, because a lost race is over in milliseconds and a recovery takes minutes.
 */
import { EmbeddedPostgresError } from './problem.ts';

export type LaunchVerdict = 'look-again' | 'lost-race' | 'port-taken' | 'left-over';

export class Patience {
  readonly #samePort: number | undefined;
  #unanswered = 0;
  #busy = 0;
  #portsTaken = 0;
  #racesLost = 0;
  #leftOver = 0;

  /** `samePort`: the only port that will do, if there is one. */
  constructor(samePort: number | undefined) {
    this.#samePort = samePort;
  }

  unanswered(state: { readonly pid: number }): void {
    this.#unanswered += 1;
    if (this.#unanswered > 20) throw doesNotAnswer(state.pid);
  }

  /** Ten minutes: recovery after a crash takes its time on a large database. Returns how often it was busy. */
  busy(state: { readonly pid: number }): number {
    this.#busy += 1;
    if (this.#busy > 6_000) throw doesNotAnswer(state.pid);
    return this.#busy;
  }

  launched(result: LaunchVerdict): void {
    if (result === 'port-taken') this.#portsTaken += 1;
    if (result === 'lost-race') this.#racesLost += 1;
    if (result === 'left-over') this.#leftOver += 1;
    if (this.#portsTaken >= 5) {
      throw new EmbeddedPostgresError(
        this.#samePort === undefined
          ? 'The database found no free port on this machine after five tries. Start again; if it stays so, look for a program that takes every port.'
          : `Another program has taken its port ${this.#samePort} in the meantime. Restart Tuppence, and it takes another one.`,
      );
    }
    if (this.#leftOver >= 10) {
      throw new EmbeddedPostgresError(
        'A process of the last database server still holds its memory. End the remaining "postgres" processes of this user and start again.',
      );
    }
    if (this.#racesLost >= 100) {
      throw new EmbeddedPostgresError(
        'PostgreSQL says that another server holds the database, but none can be found. Restart this machine, or remove postmaster.pid from the data directory if you are sure that no PostgreSQL runs there.',
      );
    }
  }
}

function doesNotAnswer(pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `A PostgreSQL server (process ${pid}) holds the database but does not answer. It was left alone. Wait and start again, or end that process yourself if it is stuck.`,
  );
}
