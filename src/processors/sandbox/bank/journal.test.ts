import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Instant } from '../../../calendar/index.ts';
import { type JournalEntry, readEntry, writeEntry } from './facts.ts';
import { DamagedJournal, openJournal } from './journal.ts';
import { JournalInUse } from './journal-lock.ts';

const AT = Instant.from('2026-11-25T10:00:00Z');
const entry = (eventId: string): JournalEntry => ({
  at: AT,
  facts: [{ type: 'event_ended', eventId, outcome: 'delivered', tries: 1 }],
});

let folder = '';
let files = 0;
const newFile = () => {
  files += 1;
  return join(folder, 'made-when-missing', `journal-${files}.jsonl`);
};
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-journal-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function replayedFrom(file: string): Promise<readonly string[]> {
  const { journal, replayed } = await open(file);
  await journal.close();
  return replayed;
}

/** Opens a journal and tells which events were replayed. */
async function open(file: string) {
  const replayed: string[] = [];
  const journal = await openJournal({
    file,
    replay: ({ facts }) => {
      for (const fact of facts) if (fact.type === 'event_ended') replayed.push(fact.eventId);
    },
  });
  return { journal, replayed };
}

async function written(ids: readonly string[]): Promise<string> {
  const file = newFile();
  const { journal } = await open(file);
  for (const id of ids) journal.append(entry(id));
  await journal.durable();
  await journal.close();
  return file;
}

test('an entry read back is the entry written, money and time included', () => {
  const refund: JournalEntry = {
    at: AT,
    facts: [
      {
        type: 'refund_made',
        refundId: 're_1',
        chargeId: 'ch_1',
        amountMinor: 999_999_999_999n,
        balanceId: 'b',
      },
    ],
  };
  const read = readEntry(writeEntry(refund));
  assert.ok(read?.at.equals(AT));
  assert.deepEqual(read?.facts, refund.facts);
});

test('lines that are no entries are not read', () => {
  const line = writeEntry(entry('evt_1'));
  const none = [
    '',
    '{',
    'null',
    line.slice(0, -1),
    line.replace('event_ended', 'event_bent'),
    line.replace('"tries":1', '"tries":-1'),
    line.replace('10:00', '10:99'),
  ];
  for (const text of none) assert.equal(readEntry(text), undefined, text);
});

test('what is durable is on the disk, in order, though many entries share one write', async () => {
  const file = newFile();
  const { journal } = await open(file);
  const ids = Array.from({ length: 500 }, (_, index) => `evt_${index}`);
  const waits = ids.map((id) => {
    journal.append(entry(id));
    return journal.durable();
  });
  await waits[0];
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  assert.ok(lines.length >= 1);
  await Promise.all(waits);
  // Copied, not closed: this is what a killed process leaves behind.
  const left = newFile();
  await copyFile(file, left);
  assert.deepEqual(await replayedFrom(left), ids);
  await journal.close();
});

test('a last line that was cut off anywhere is dropped, and the journal goes on after the one before', async () => {
  const last = writeEntry(entry('evt_lost'));
  for (let kept = 0; kept <= last.length; kept += 1) {
    const file = await written(['evt_1', 'evt_2']);
    await appendFile(file, last.slice(0, kept));
    const { journal, replayed } = await open(file);
    assert.deepEqual(replayed, ['evt_1', 'evt_2'], `cut after ${kept}`);
    journal.append(entry('evt_3'));
    await journal.durable();
    await journal.close();
    assert.deepEqual(await replayedFrom(file), ['evt_1', 'evt_2', 'evt_3']);
  }
});

test('a last line of zeros or noise, as power loss leaves it, is dropped', async () => {
  for (const noise of ['\0'.repeat(300), `${'\0'.repeat(300)}\n`, '\xff\xfe{"at"\n']) {
    const file = await written(['evt_1']);
    await appendFile(file, noise);
    assert.deepEqual(await replayedFrom(file), ['evt_1']);
  }
});

test('damage before the last line stops the start and names the line', async () => {
  const file = await written(['evt_1', 'evt_2', 'evt_3']);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"evt_2"', '"evt_2'));
  await assert.rejects(open(file), (error) => error instanceof DamagedJournal && error.line === 2);
});

test('after a write that failed nothing is durable any more', async () => {
  const { journal } = await open(newFile());
  await journal.close();
  journal.append(entry('evt_1'));
  await assert.rejects(journal.durable());
  journal.append(entry('evt_2'));
  await assert.rejects(journal.durable());
});

test('two banks never write one journal, whatever they call it', async () => {
  const file = newFile();
  const { journal } = await open(file);
  await assert.rejects(open(file), JournalInUse);
  await symlink(dirname(file), join(folder, 'another-name'));
  await assert.rejects(open(join(folder, 'another-name', basename(file))), JournalInUse);
  await journal.close();
  await (await open(file)).journal.close();
});
