/**
 * `tuppence mandates import FILE --from ACCOUNT --to ACCOUNT`: after one payment company has handed its cards on to another,
 * tells Tuppence under which references each may be charged from now on. It runs beside the newsroom; nothing is charged by
 * it, no period is charged twice, and doing it again changes nothing.
 */
import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type HandingOn, importMandate } from '../../giving/index.ts';
import { type OpenNewsroom, openNewsroom } from '../open-newsroom.ts';
import { progressAfterAWhile } from '../progress.ts';
import type { System } from '../system.ts';
import {
  FINGERPRINT_HEADING,
  type HandedOnLine,
  HEADINGS,
  LARGEST_FILE_BYTES,
  readHandedOn,
} from './read-handed-on.ts';

const USAGE = `Usage: npm run tuppence -- mandates import FILE --from ACCOUNT --to ACCOUNT [--rehearse] [--json]

  FILE               one line per mandate, values divided by commas. The first line names the columns:
                     ${HEADINGS.join(',')} and, if known, ${FINGERPRINT_HEADING}
  --from, --to       the accounts, as the newsroom file names them
  --rehearse         says what would happen and changes nothing
  --json             a line of JSON per line of the file that was not moved, and one at the end`;

interface MandatesWish {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly rehearse: boolean;
  readonly isJson: boolean;
}

/** Exit code: 0 every mandate stands at the new company, 1 some do not, 2 the command or the file was not understood. */
export async function mandatesCommand(argv: readonly string[], system: System): Promise<number> {
  const wish = readMandatesArguments(argv);
  if (typeof wish === 'string') {
    system.complain(`${wish}\n\n${USAGE}`);
    return 2;
  }
  const read = await readFileOf(wish);
  if (typeof read === 'string') {
    system.complain(`Nothing was changed. ${read}`);
    return 2;
  }
  const open = await openNewsroom(system);
  try {
    const unknown = [wish.from, wish.to].filter(
      (id) => !open.newsroom.giving.processors.some(({ account }) => account === id),
    );
    if (unknown.length > 0) {
      system.complain(
        `Nothing was changed. The newsroom file names no account ${unknown.join(' and no account ')}.`,
      );
      return 2;
    }
    return report(wish, system, await handOn(read, { wish, system, open }));
  } finally {
    await open.close();
  }
}

/** The arguments, or a sentence about what is wrong with them. */
export function readMandatesArguments(argv: readonly string[]): MandatesWish | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return error instanceof Error ? error.message : 'The options could not be read.';
  }
  const [action, file] = parsed.positionals;
  if (action !== 'import') return 'The one thing to do with mandates is "import".';
  if (file === undefined || parsed.positionals.length > 2) return 'Name one file.';
  const { from, to, rehearse, json } = parsed.values;
  if (from === undefined || to === undefined) return 'Name both accounts, --from and --to.';
  if (from === to) return 'The two accounts are the same one.';
  return { file, from, to, rehearse: rehearse === true, isJson: json === true };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      rehearse: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
}

async function readFileOf(wish: MandatesWish): Promise<readonly HandedOnLine[] | string> {
  let text: string;
  try {
    if ((await stat(wish.file)).size > LARGEST_FILE_BYTES) {
      return 'The file is larger than 64 MB; divide it.';
    }
    text = await readFile(wish.file, 'utf8');
  } catch {
    return 'The file cannot be read.';
  }
  const read = readHandedOn(text, wish);
  return read.ok ? read.lines : `Line ${read.line} of the file: ${read.sentence}.`;
}

interface Answered {
  readonly line: number;
  readonly answer: HandingOn;
}

async function handOn(
  lines: readonly HandedOnLine[],
  by: { readonly wish: MandatesWish; readonly system: System; readonly open: OpenNewsroom },
): Promise<readonly Answered[]> {
  const { wish, system, open } = by;
  const { clock, random } = system;
  const context = { db: open.db, clock, random, settings: { zone: open.newsroom.zone } };
  const say = progressAfterAWhile(system, { isQuiet: wish.isJson });
  const answered: Answered[] = [];
  for (const { line, handed } of lines) {
    answered.push({ line, answer: await importMandate(context, handed, wish) });
    say(`${answered.length} of ${lines.length} mandates …`);
  }
  return answered;
}

const ANSWERS = ['moved', 'already', 'unknown', 'dead', 'in-flight', 'account'] as const;

function sentenceOf(answer: HandingOn): string {
  switch (answer) {
    case 'moved':
      return 'is charged at the new company from its next period on';
    case 'already':
      return 'stands at the new company already';
    case 'unknown':
      return 'is none of ours: nothing of ours has the old references';
    case 'dead':
      return 'was stopped or replaced by its supporter, and stays so';
    case 'in-flight':
      return 'has a charge under way: import the file again once that is answered';
    case 'account':
      return 'cannot go there: the new account takes no new gifts, or was never opened';
  }
}

function report(wish: MandatesWish, system: System, answered: readonly Answered[]): number {
  const counts = Object.fromEntries(
    ANSWERS.map((name) => [name, answered.filter(({ answer }) => answer === name).length]),
  );
  const stayed = answered.filter(({ answer }) => answer !== 'moved' && answer !== 'already');
  for (const { line, answer } of stayed) {
    system.print(
      wish.isJson
        ? JSON.stringify({ kind: 'not-moved', line, answer })
        : `Line ${line} ${sentenceOf(answer)}.`,
    );
  }
  if (wish.isJson) {
    system.print(JSON.stringify({ kind: 'mandates', rehearsed: wish.rehearse, ...counts }));
  } else {
    system.print(
      `${counts.moved} ${wish.rehearse ? 'would be moved' : 'moved'}, ${counts.already} stood there already, ${stayed.length} stay as they are. Nothing was charged${wish.rehearse ? ', and nothing was changed' : ''}.`,
    );
  }
  return stayed.length === 0 ? 0 : 1;
}
