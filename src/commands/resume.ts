/**
 * `tuppence resume`: a person's word that this copy of the newsroom is the one that lives. Nothing else can know that: the
 * other copy may be on a machine that only lost its network.
 */
import { parseArgs } from 'node:util';
import { readCustody } from '../database/index.ts';
import { checkInvariants, resumeCollecting, takeBackMoved } from '../giving/index.ts';
import { makeNewKeys } from './keys-in-place.ts';
import { type OpenNewsroom, openNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

const USAGE = `Usage: npm run tuppence -- resume [--other-is-off | --take-back | --new-keys]

  --other-is-off     after restoring a backup: the newsroom it was copied from is off and never starts again
  --take-back        after export --move: the export was never started anywhere, go on here
  --new-keys         the key files of the restored newsroom are lost for good: make new ones`;

/** Exit code: 0 it acts, 1 not yet, 2 the command was not understood. */
export async function resumeCommand(argv: readonly string[], system: System): Promise<number> {
  let wish: ReturnType<typeof parse>;
  try {
    wish = parse(argv);
  } catch (error) {
    system.complain(`${error instanceof Error ? error.message : ''}\n\n${USAGE}`);
    return 2;
  }
  const open = await openNewsroom(system);
  try {
    if (wish['new-keys'] === true) {
      await makeNewKeys(system, open);
      return 0;
    }
    const { state, exportedAt } = await readCustody(open.db);
    switch (state) {
      case 'acting':
        system.print('Nothing is paused: this newsroom acts.');
        return 0;
      case 'moved':
        return await takeBack(wish['take-back'] === true, system, open);
      case 'restored':
        if (wish['other-is-off'] === true) return await resume(system, open);
        system.complain(
          `This newsroom was restored from a backup of ${exportedAt?.toString() ?? ''}. If the one it was copied from ever collects again, people are charged twice. Turn that one off for good, then: npm run tuppence -- resume --other-is-off`,
        );
        return 1;
    }
  } finally {
    await open.close();
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      'other-is-off': { type: 'boolean' },
      'take-back': { type: 'boolean' },
      'new-keys': { type: 'boolean' },
    },
  }).values;
}

async function takeBack(isSure: boolean, system: System, open: OpenNewsroom): Promise<number> {
  if (!isSure) {
    system.complain(
      'This newsroom was moved. Only if its export was never started anywhere: npm run tuppence -- resume --take-back',
    );
    return 1;
  }
  await takeBackMoved({ db: open.db, clock: system.clock });
  system.print('This newsroom acts again. Destroy the export it was moved with.');
  return 0;
}

async function resume(system: System, open: OpenNewsroom): Promise<number> {
  const broken = await checkInvariants(open.db);
  if (broken.length > 0) {
    system.complain(
      `${broken.length} rules of the books do not hold (npm run tuppence -- check). Nothing is collected until they do.`,
    );
    return 1;
  }
  const answer = await resumeCollecting({ db: open.db, clock: system.clock });
  switch (answer.kind) {
    case 'not-waiting':
      system.print('Nothing is paused: this newsroom acts.');
      return 0;
    case 'not-caught-up':
      system.complain(
        `Not yet: the payments of ${answer.accounts.join(', ')} have not been read to their end since the restore. Keep Tuppence running with their keys for a quarter of an hour, then try again.`,
      );
      return 1;
    case 'resumed':
      system.print(
        `Collecting goes on. ${answer.doubted} charges and refunds may have been sent after the backup and are asked about first. ${answer.parked} renewals wait at the desk for a person: they were not charged while the other copy still lived, perhaps because their supporters had stopped.`,
      );
      return 0;
  }
}
