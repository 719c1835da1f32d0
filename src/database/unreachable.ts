/**
 * Whether an error means that the database could not be reached or was going away, rather than that something in us is
 * wrong. People are then told to try again, and that their gift's own page knows what happened.
 */

/** Of the network, and of PostgreSQL's classes 08 (connection), 53 (resources) and 57P (being shut down). */
const CODES = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|08\w{3}|53\w{3}|57P0[123])$/;
/** The driver gives these no code. The last two: the connection broke between two queries of one transaction. */
const MESSAGES =
  /^(timeout exceeded when trying to connect|Connection terminated|Cannot use a pool after calling end|Client has encountered a connection error and is not queryable|Client was closed and is not queryable)/;

export function isDatabaseUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (typeof code === 'string' && CODES.test(code)) || MESSAGES.test(error.message);
}
