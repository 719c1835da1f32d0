/**
 * Why the built-in PostgreSQL could not be made to run. The message is for the person who typed `npm start`: what
 * happened, and what to do.
 */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}

/** The `code` of a system error such as `ENOENT`, or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Runs `work`; a system error with one of `codes` gives `instead`, any other is thrown on. */
export async function unless<T, U>(
  codes: readonly string[],
  instead: U,
  work: () => Promise<T>,
): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (codes.includes(systemCode(error) ?? '')) return instead;
    throw error;
  }
}
