/** Waiting, as a port: the process hands in the real one, tests and the simulator their own. */
export interface Timers {
  /** Resolves after `ms`; rejects as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
