/**
 * The log port. What goes in is a fixed event name and facts that are codes, counts and durations; never an address, a
 * name, a path with an id, a body, or the message of an error (drivers put values into messages).
 */
export type LogFacts = Readonly<Record<string, string | number | bigint | boolean | null>>;

export interface Log {
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
}

/** The parts of an error that can hold nothing of a person: its class, its code and where in our code it happened. */
export function errorFacts(error: unknown): LogFacts {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const frame = /\bsrc\/[\w./-]+:\d+/.exec(error.stack ?? '')?.[0] ?? null;
  return { error: error.name, code, where: frame };
}

/** A log that keeps nothing, for tests. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
