/**
 * Who is at the desk: a link that lets somebody in once, and the session that follows.
 *
 * Passkeys come with the staff roles; until then the one way in is a link printed on the terminal of whoever started
 * Tuppence. The secrets are 256 random bits and only their hashes are stored. Following the link shows a button and the
 * button acts, because scanners and previews follow links.
 */
import { createHash } from 'node:crypto';
import type { Clock, Random } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';

const LINK_VALID_HOURS = 12;
const SESSION_VALID_HOURS = 12;
const SECRET_BYTES = 32;

export interface DeskSessions {
  /** Makes a link's secret; earlier links stop working. */
  issueLink(): Promise<string>;
  /** Trades a link's secret for a session's, once; `undefined` when it was used, is too old or was never made. */
  enter(linkSecret: string): Promise<string | undefined>;
  isIn(sessionSecret: string): Promise<boolean>;
  leave(sessionSecret: string): Promise<void>;
}

/** @param options.clock the real clock, not the demo's: moving the demo on a month must not sign anybody out */
export function createDeskSessions(options: {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
}): DeskSessions {
  const { db, clock, random } = options;
  const newSecret = () => Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
  return {
    async issueLink() {
      const secret = newSecret();
      const expiresAt = clock.now().add({ hours: LINK_VALID_HOURS });
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('desk_link').execute();
        await tx
          .insertInto('desk_link')
          .values({ secret_hash: hash(secret), expires_at: expiresAt })
          .execute();
      });
      return secret;
    },
    async enter(linkSecret) {
      const now = clock.now();
      const session = newSecret();
      return db.transaction().execute(async (tx) => {
        const used = await tx
          .deleteFrom('desk_link')
          .where('secret_hash', '=', hash(linkSecret))
          .where('expires_at', '>', now)
          .executeTakeFirst();
        if (used.numDeletedRows !== 1n) return undefined;
        await tx.deleteFrom('desk_session').where('expires_at', '<=', now).execute();
        await tx
          .insertInto('desk_session')
          .values({
            secret_hash: hash(session),
            expires_at: now.add({ hours: SESSION_VALID_HOURS }),
          })
          .execute();
        return session;
      });
    },
    async isIn(sessionSecret) {
      const found = await db
        .selectFrom('desk_session')
        .select('expires_at')
        .where('secret_hash', '=', hash(sessionSecret))
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      return found !== undefined;
    },
    async leave(sessionSecret) {
      await db.deleteFrom('desk_session').where('secret_hash', '=', hash(sessionSecret)).execute();
    },
  };
}

/** A name for a session, the same for all that is done in it. It does not lead back to the secret, nor to a person. */
export function sessionName(sessionSecret: string): string {
  const digest = createHash('sha256').update(`name of a session:${sessionSecret.slice(0, 200)}`);
  return `desk-${digest.digest('hex').slice(0, 16)}`;
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret.slice(0, 200)).digest();
}
