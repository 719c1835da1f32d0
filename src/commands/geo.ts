/**
 * `tuppence geo update FILE…` and `geo status`: the country data by which it is decided who may be asked. Files are looked at
 * before anything is replaced, and put in place whole, so that a running newsroom never reads half of one; every process
 * reads them within a minute. A maker's new file takes the place of its old one, whatever the two are called.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Instant } from '../calendar/index.ts';
import {
  COUNTRY_DATA_MAX_AGE_DAYS,
  CountryData,
  datedTorExits,
  isFreshData,
  type Maker,
  type MmdbProblem,
  makerOf,
  readMmdb,
  readTorExits,
  TOR_EXITS_FILE,
} from '../safety/index.ts';
import { countryDataFolder, dataDirectoryOf } from './data-directory.ts';
import type { System } from './system.ts';

const USAGE = `Usage: npm run tuppence -- geo update FILE…
       npm run tuppence -- geo status

  FILE               country data in the MaxMind DB format (.mmdb), or the list of Tor's exits as text.
                     At least two files of different makers and the list are needed; see docs/countries.md`;

const DAY_MS = 86_400_000;
const LARGEST_BYTES = 512 * 1024 * 1024;

interface Checked {
  readonly name: string;
  readonly bytes: Buffer;
  /** `null`: the list of Tor's exits. */
  readonly maker: Maker | null;
}

/** Exit code: 0 somebody may be asked with this data, 1 nobody or nothing was changed, 2 the command was not understood. */
export async function geoCommand(argv: readonly string[], system: System): Promise<number> {
  const [action, ...files] = argv;
  const folder = countryDataFolder(dataDirectoryOf(system));
  if (action === 'status' && files.length === 0) return await status(system, folder);
  if (action !== 'update' || files.length === 0) {
    system.complain(USAGE);
    return 2;
  }
  const checked: Checked[] = [];
  for (const file of files) {
    const read = await check(system, file);
    if (typeof read === 'string') {
      system.complain(`Nothing was changed. ${file}: ${read}`);
      return 1;
    }
    checked.push(read);
  }
  const twice = checked.find(
    ({ name }, at) => checked.findIndex((other) => other.name === name) < at,
  );
  if (twice !== undefined) {
    system.complain(`Nothing was changed. Two of the files would both be "${twice.name}".`);
    return 1;
  }
  await mkdir(folder, { recursive: true });
  for (const one of checked) {
    await putInPlace(folder, one);
    await removeOlder(folder, one);
  }
  return await status(system, folder);
}

/** Whole on the disk before it has its name: a machine that dies in between keeps the old one. */
async function putInPlace(folder: string, { name, bytes }: Checked): Promise<void> {
  const fresh = join(folder, `.${name}.new`);
  const file = await open(fresh, 'w', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, join(folder, name));
}

/** Last month's file of the same maker: it would go on being a file that must be fresh. */
async function removeOlder(folder: string, { name, maker }: Checked): Promise<void> {
  if (maker === null) return;
  for (const other of await readdir(folder)) {
    if (other === name || !other.endsWith('.mmdb') || other.startsWith('.')) continue;
    const bytes = await readFile(join(folder, other)).catch(() => undefined);
    const read = bytes === undefined ? undefined : readMmdb({ name: other, bytes });
    const otherMaker =
      read?.ok === true ? read.source.maker : makerOf({ name: other, databaseType: '' });
    if (otherMaker.id === maker.id) await rm(join(folder, other), { force: true });
  }
}

/** The file, or a sentence about what is wrong with it. */
async function check(system: System, file: string): Promise<Checked | string> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return 'it cannot be read.';
  if (bytes.length > LARGEST_BYTES) return 'it is far larger than country data is.';
  if (!file.endsWith('.mmdb')) {
    return await checkTorExits(system, { file, text: bytes.toString('utf8') });
  }
  const name = basename(file);
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(name) || name.startsWith('.')) {
    return 'give it a plain name of letters, digits, dots and hyphens.';
  }
  const read = readMmdb({ name, bytes });
  if (!read.ok) return sentenceOf(read.why);
  const ageDays =
    (system.clock.now().epochMilliseconds - read.source.dataFrom.epochMilliseconds) / DAY_MS;
  if (ageDays > COUNTRY_DATA_MAX_AGE_DAYS) {
    return tooOld(ageDays);
  }
  if (!isFreshData({ dataFrom: read.source.dataFrom, now: system.clock.now() })) {
    return 'it says that it was made in the future: it lies, or the clock of this machine does.';
  }
  return { name, bytes, maker: read.source.maker };
}

function tooOld(ageDays: number): string {
  return `its data is ${Math.floor(ageDays)} days old; what is older than ${COUNTRY_DATA_MAX_AGE_DAYS} days asks nobody. Fetch a newer one.`;
}

/** The bulk list says no date: it is as old as the fetched file, which is written into it once, here. */
async function checkTorExits(
  system: System,
  list: { readonly file: string; readonly text: string },
): Promise<Checked | string> {
  const read = readTorExits(list.text);
  if (!read.ok) {
    return "it is neither a .mmdb file nor the list of Tor's exits, one address on each line.";
  }
  const { mtimeMs } = await stat(list.file);
  const dataFrom = read.dataFrom ?? Instant.fromEpochMilliseconds(Math.floor(mtimeMs));
  const ageMs = system.clock.now().epochMilliseconds - dataFrom.epochMilliseconds;
  if (ageMs > COUNTRY_DATA_MAX_AGE_DAYS * DAY_MS) return tooOld(ageMs / DAY_MS);
  if (!isFreshData({ dataFrom, now: system.clock.now() })) {
    return 'it says that it was made in the future: it lies, or the clock of this machine does.';
  }
  const bytes = Buffer.from(datedTorExits(list.text, dataFrom));
  return { name: TOR_EXITS_FILE, bytes, maker: null };
}

function sentenceOf(why: MmdbProblem): string {
  switch (why) {
    case 'unreadable':
      return 'it is not readable as a MaxMind DB.';
    case 'ipv4-only':
      return 'it knows IPv4 alone and would name wrong countries for IPv6. Fetch the file for both.';
    case 'no-countries':
      return 'it names no countries. Fetch the maker’s country file, not the one of cities or networks.';
  }
}

async function status(system: System, folder: string): Promise<number> {
  const data = new CountryData({ folder, clock: system.clock });
  await data.look({ now: true });
  const { sources, tor } = data.loaded();
  const age = (from: { readonly epochMilliseconds: number }): string =>
    `${Math.max(0, Math.floor((system.clock.now().epochMilliseconds - from.epochMilliseconds) / DAY_MS))} days old`;
  for (const { name, dataFrom, maker } of sources) {
    system.print(`${name.padEnd(40)} ${age(dataFrom)}`);
    const { licence, address } = maker;
    if (licence !== null) system.print(`  ${maker.name}, ${licence}, ${address ?? ''}`);
  }
  if (tor !== null)
    system.print(`${TOR_EXITS_FILE.padEnd(40)} ${age(tor.dataFrom)}, ${tor.exits.size} exits`);
  const why = data.whyNobody();
  const soon = data.agesSoon();
  if (why === null && soon !== null) system.print(`Soon: ${soon}`);
  system.print(why === null ? 'Readers of safe countries are asked.' : `Nobody is asked: ${why}`);
  return why === null ? 0 : 1;
}
