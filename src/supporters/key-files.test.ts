import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { SeededRandom } from '../calendar/index.ts';
import { openContact, sealContact } from './contact-seal.ts';
import { createKeyFiles, KeyFileError, readKeyFiles } from './key-files.ts';

const root = await mkdtemp(join(tmpdir(), 'tuppence-keys-'));
after(() => rm(root, { recursive: true, force: true }));
const random = new SeededRandom(17);
let directory = '';
let count = 0;
beforeEach(() => {
  count += 1;
  directory = join(root, `keys-${count}`);
});

test('the files are made once, for their owner alone, and stay what they are', async () => {
  const first = await createKeyFiles(directory, random);
  assert.deepEqual((await readdir(directory)).sort(), ['letters.key', 'letters.pub', 'number.key']);
  for (const name of ['letters.key', 'number.key']) {
    assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600, name);
  }
  assert.equal((await stat(directory)).mode & 0o777, 0o700);
  assert.deepEqual(await createKeyFiles(directory, random), first);
  assert.deepEqual(await readKeyFiles(directory, { withIdentity: true }), first);
});

test('eight processes that start at once end up with the same keys', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => createKeyFiles(directory, random)));
  for (const keys of all) assert.deepEqual(keys, all[0]);
  assert.equal((await readdir(directory)).length, 3, 'nothing unfinished is left behind');
});

test('a process without the identity seals and cannot open', async () => {
  const whole = await createKeyFiles(directory, random);
  await rm(join(directory, 'letters.key'));
  const keys = await readKeyFiles(directory, { withIdentity: false });
  assert.equal(keys.contactIdentity, null);
  const contact = { address: 'anna@example.org', wayOut: 'x' };
  const sealed = await sealContact(contact, keys.contactRecipient);
  assert.deepEqual(await openContact(sealed, whole.contactIdentity ?? ''), contact);
});

test('a key that others may read is refused, with what to do', async () => {
  await createKeyFiles(directory, random);
  await chmod(join(directory, 'number.key'), 0o640);
  await assert.rejects(
    readKeyFiles(directory, { withIdentity: true }),
    (error) => error instanceof KeyFileError && /chmod 600 .*number\.key/.test(error.message),
  );
});

test('missing, damaged and mismatched files are told apart, and no message holds a key', async () => {
  const { contactIdentity } = await createKeyFiles(directory, random);
  const other = await createKeyFiles(`${directory}-other`, random);
  const secret = await readFile(join(directory, 'number.key'), 'utf8');
  const attempts: readonly (readonly [string, string | null, RegExp])[] = [
    ['number.key', null, /number\.key is missing/],
    ['number.key', 'short\n', /number\.key is damaged/],
    ['letters.key', 'AGE-SECRET-KEY-1QQQ\n', /letters\.key is damaged/],
    ['letters.pub', 'age1\n', /letters\.pub is damaged/],
    ['letters.pub', `${other.contactRecipient}\n`, /does not belong to/],
  ];
  for (const [name, text, expected] of attempts) {
    const path = join(directory, name);
    const before = await readFile(path, 'utf8');
    if (text === null) await rm(path);
    else await writeFile(path, text);
    await assert.rejects(readKeyFiles(directory, { withIdentity: true }), (error) => {
      assert.ok(error instanceof KeyFileError);
      assert.match(error.message, expected);
      assert.ok(!error.message.includes(secret.trim()));
      assert.ok(contactIdentity !== null && !error.message.includes(contactIdentity));
      return true;
    });
    await writeFile(path, before, { mode: 0o600 });
  }
  assert.notEqual(await readKeyFiles(directory, { withIdentity: true }), undefined);
});
