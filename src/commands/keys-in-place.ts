/**
 * The keys of a newsroom that came from elsewhere. A start makes missing keys, which is right for a new newsroom and ruin
 * for a restored one: with another `number.key` no supporter number opens anything, and nobody would notice until somebody
 * wanted to stop. So there they must be put in place, or be given up knowingly.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { readCustody } from '../database/index.ts';
import { createKeyFiles } from '../supporters/index.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

const NEEDED = ['number.key', 'letters.key'] as const;

/** Throws a sentence where a restored newsroom holds what its missing keys protect. */
export async function refuseWithoutKeys(open: OpenNewsroom): Promise<void> {
  const { exportId } = await readCustody(open.db);
  if (exportId === null) return;
  const directory = join(open.dataDirectory, 'keys');
  const missing: string[] = [];
  for (const name of NEEDED) {
    if ((await stat(join(directory, name)).catch(() => undefined)) === undefined)
      missing.push(name);
  }
  if (missing.length === 0) return;
  const { rows } = await sql<{ needed: boolean }>`
    select exists (select from supporter_number) or exists (select from contact) as needed
  `.execute(open.db);
  if (rows[0]?.needed !== true) return;
  throw new Error(
    `This newsroom came from an export, and ${missing.join(' and ')} of the newsroom it came from ${missing.length === 1 ? 'is' : 'are'} not in ${directory}. Put the key files there. Only if they are lost for good: npm run tuppence -- resume --new-keys (no supporter number given out before will open anything, and no address can be read).`,
  );
}

/** Gives up what the lost keys protected. */
export async function makeNewKeys(system: System, open: OpenNewsroom): Promise<void> {
  await createKeyFiles(join(open.dataDirectory, 'keys'), system.random);
  system.print(
    'New keys were made. Supporter numbers given out before open nothing any more; supporters ask for a new one when they give next.',
  );
}
