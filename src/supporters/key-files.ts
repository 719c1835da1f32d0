/**
 * The keys of this feature, in files beside the database and never in it.
 *
 * - `number.key`: the secret of the number hash. Without it no supporter number opens anything any more, so it is backed
 *   up, apart from the database.
 * - `letters.key`: an age identity, opens contacts. Only the process that sends letters needs it.
 * - `letters.pub`: its recipient, seals contacts. All that the public pages need.
 *
 * Both key files are written once, whole, with mode 0600, and never overwritten; a file that others may read is refused,
 * as ssh does it. The age files are the standard tool's own, so it can open every contact.
 */
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Random } from '../calendar/index.ts';
import { PEPPER_BYTES } from './number-hash.ts';

export interface SupporterKeys {
  readonly numberKey: Uint8Array;
  /** `age1…`: seals. */
  readonly contactRecipient: string;
  /** `AGE-SECRET-KEY-1…`: opens. `null` in a process that must not be able to. */
  readonly contactIdentity: string | null;
}

/** A key file is missing, open to others or not what it should be; the message is for the operator and holds no key. */
export class KeyFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyFileError';
  }
}

const NUMBER_KEY = 'number.key';
const LETTERS_KEY = 'letters.key';
const LETTERS_RECIPIENT = 'letters.pub';

/**
 * Makes the files that are missing in `directory` and reads all. Safe to call at every start, by several processes at once.
 * Throws {@link KeyFileError}.
 * @param random the operating system's; a replayed one would give everybody the same keys
 */
export async function createKeyFiles(directory: string, random: Random): Promise<SupporterKeys> {
  const writeOnce = (name: string, make: () => string | Promise<string>): Promise<void> =>
    writeWhole({ path: join(directory, name), make, random });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeOnce(
    NUMBER_KEY,
    () => `${Buffer.from(random.bytes(PEPPER_BYTES)).toString('base64url')}\n`,
  );
  await writeOnce(LETTERS_KEY, async () => {
    const identity = await generateX25519Identity();
    return `# public key: ${await identityToRecipient(identity)}\n${identity}\n`;
  });
  const identity = await readIdentity(directory);
  await writeOnce(LETTERS_RECIPIENT, async () => `${await identityToRecipient(identity)}\n`);
  return await readKeyFiles(directory, { withIdentity: true });
}

/**
 * Reads the files. Throws {@link KeyFileError}.
 * @param options.withIdentity whether this process may open contacts; without it `letters.key` is not even looked for
 */
export async function readKeyFiles(
  directory: string,
  options: { readonly withIdentity: boolean },
): Promise<SupporterKeys> {
  const numberKey = new Uint8Array(
    Buffer.from((await readSecret(join(directory, NUMBER_KEY))).trim(), 'base64url'),
  );
  if (numberKey.length !== PEPPER_BYTES) throw damaged(NUMBER_KEY);
  const contactRecipient = (await readText(join(directory, LETTERS_RECIPIENT))).trim();
  if (!/^age1[a-z0-9]+$/.test(contactRecipient)) throw damaged(LETTERS_RECIPIENT);
  if (!options.withIdentity) return { numberKey, contactRecipient, contactIdentity: null };

  const contactIdentity = await readIdentity(directory);
  if ((await identityToRecipient(contactIdentity)) !== contactRecipient) {
    throw new KeyFileError(
      `${LETTERS_RECIPIENT} does not belong to ${LETTERS_KEY}: addresses would be sealed that nobody can open. Put back the pair from your backup.`,
    );
  }
  return { numberKey, contactRecipient, contactIdentity };
}

async function readIdentity(directory: string): Promise<string> {
  const text = await readSecret(join(directory, LETTERS_KEY));
  const identity = /^AGE-SECRET-KEY-1[0-9A-Z]+$/m.exec(text)?.[0];
  if (identity === undefined) throw damaged(LETTERS_KEY);
  try {
    await identityToRecipient(identity);
  } catch {
    throw damaged(LETTERS_KEY);
  }
  return identity;
}

function damaged(name: string): KeyFileError {
  return new KeyFileError(
    `${name} is damaged. Put it back from your backup; a new one would open nothing.`,
  );
}

/** Written beside its place and linked into it: the file is there whole or not at all, and an older one always wins. */
async function writeWhole(options: {
  readonly path: string;
  readonly make: () => string | Promise<string>;
  readonly random: Random;
}): Promise<void> {
  const { path, make, random } = options;
  if (await exists(path)) return;
  const unfinished = `${path}.${random.uuid()}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(await make());
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(unfinished, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function readSecret(path: string): Promise<string> {
  const text = await readText(path);
  // Windows keeps permissions elsewhere and answers with the same mode for all.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new KeyFileError(`${path} can be read by others on this machine. Run: chmod 600 ${path}`);
  }
  return text;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new KeyFileError(`${path} is missing.`);
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
