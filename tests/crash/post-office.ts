/**
 * A mail server that remembers which letters came: how often each message id arrived, and for whom. A worker killed between
 * our "yes" and its own note of it sends a letter again, and it must then be the same letter.
 */
import { SMTPServer } from 'smtp-server';

export interface PostOffice {
  readonly url: string;
  /** Message ids by address, each with how often it came. */
  readonly letters: ReadonlyMap<string, ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export async function openPostOffice(): Promise<PostOffice> {
  const letters = new Map<string, Map<string, number>>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const id = /^Message-ID:\s*(\S+)/im.exec(raw)?.[1] ?? 'none';
        for (const { address } of session.envelope.rcptTo) {
          const ids = letters.get(address) ?? new Map<string, number>();
          ids.set(id, (ids.get(id) ?? 0) + 1);
          letters.set(address, ids);
        }
        callback();
      });
    },
  });
  // Of clients that were killed in the middle.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('the mail server has no port');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    letters,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
