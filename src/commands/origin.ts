/**
 * Where readers reach the newsroom: what its file says, else what the environment says, else this machine.
 *
 * The address is part of what a processor is sent, and an order that was sent is never sent again with another one. So
 * processes that share the work must all say the same, and those that cannot know it refuse to start.
 */
import type { OpenNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

interface Asked {
  readonly system: Pick<System, 'environment'>;
  readonly open: { readonly newsroom: Pick<OpenNewsroom['newsroom'], 'origin'> };
}

/** The address of one process that runs everything. */
export function ownOrigin(asked: Asked & { readonly port: number }): string {
  return knownOrigin(asked) ?? `http://localhost:${asked.port}`;
}

/** The address that several processes share. Throws an error that says where to write it. */
export function sharedOrigin(asked: Asked): string {
  const origin = knownOrigin(asked);
  if (origin !== null) return origin;
  throw new Error(
    'With --only, every process must know the one address where readers reach the newsroom. Set "origin:" in the newsroom file, or TUPPENCE_ORIGIN for the demo.',
  );
}

function knownOrigin({ system, open }: Asked): string | null {
  if (open.newsroom.origin !== undefined) return open.newsroom.origin;
  const text = system.environment.TUPPENCE_ORIGIN;
  if (text === undefined || text === '') return null;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Error(
      `TUPPENCE_ORIGIN is "${text}"; it must be an address such as https://news.example.`,
    );
  }
  return new URL(text).origin;
}
