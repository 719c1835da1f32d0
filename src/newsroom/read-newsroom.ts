/**
 * Reads the newsroom file and says, for anything wrong, which line to change.
 */
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Newsroom, newsroomFile } from './newsroom.ts';
import { type Contradiction, processorContradictions } from './processor-contradictions.ts';
import { tellingWord } from './telling-words.ts';

export type NewsroomReading =
  | {
      readonly ok: true;
      readonly newsroom: Newsroom;
      /** The line of a field, for what is only found wrong later (a key that is missing, a company that says no). */
      readonly lineOf: (path: readonly PropertyKey[]) => number;
    }
  | { readonly ok: false; readonly problems: readonly NewsroomProblem[] };

export interface NewsroomProblem {
  readonly line: number;
  /** Dotted path, such as `giving.amounts.USD.once`. */
  readonly field: string;
  readonly message: string;
}

/** Parses and checks the text of a newsroom file. Never throws. */
export function readNewsroom(text: string): NewsroomReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => ({
        line: lines.linePos(error.pos[0]).line,
        field: '',
        message: `This is not readable as YAML: ${error.message}`,
      })),
    };
  }
  const checked = newsroomFile.safeParse(document.toJS());
  if (!checked.success) {
    return {
      ok: false,
      problems: checked.error.issues.map((issue) => ({
        line: lineOf({ root: document.contents, path: issue.path, lines }),
        field: issue.path.join('.'),
        message: sentence(issue),
      })),
    };
  }
  const problems = contradictions(checked.data).map((found) => ({
    line: lineOf({ root: document.contents, path: found.path, lines }),
    field: found.path.join('.'),
    message: found.message,
  }));
  if (problems.length > 0) return { ok: false, problems };
  const root = document.contents;
  return { ok: true, newsroom: checked.data, lineOf: (path) => lineOf({ root, path, lines }) };
}

/** One problem as a sentence for the terminal. */
export function describeNewsroomProblem(problem: NewsroomProblem, fileName: string): string {
  const field = problem.field === '' ? '' : ` ${problem.field}:`;
  return `${fileName}, line ${problem.line}:${field} ${problem.message}`;
}

/** What no single field can show: values that do not fit each other. */
function contradictions(newsroom: Newsroom): Contradiction[] {
  const found: Contradiction[] = [];
  const { giving } = newsroom;
  if (giving.amounts[giving.currency] === undefined) {
    found.push({
      path: ['giving', 'currency'],
      message: `there are no amounts for ${giving.currency}; add them under giving.amounts`,
    });
  }
  for (const [currency, set] of Object.entries(giving.amounts)) {
    for (const interval of ['once', 'month', 'year'] as const) {
      if (set[interval].some((amount) => amount < set.minimum || amount > set.maximum)) {
        found.push({
          path: ['giving', 'amounts', currency, interval],
          message: `every amount must lie between the minimum (${set.minimum}) and the maximum (${set.maximum})`,
        });
      }
    }
  }
  found.push(...processorContradictions(newsroom), ...tellingFields(newsroom));
  return found;
}

/** What banks, phones and mailboxes show to others. */
function tellingFields(newsroom: Newsroom): Contradiction[] {
  const { giving, letters } = newsroom;
  const fields = [
    { path: ['giving', 'statement_text'], what: 'a bank statement', text: giving.statement_text },
    { path: ['letters', 'from_name'], what: 'the sender of letters', text: letters.from_name },
    {
      path: ['letters', 'from_address'],
      what: 'the sender of letters',
      text: letters.from_address,
    },
  ];
  return fields.flatMap(({ path, what, text }) => {
    const word = tellingWord(text, newsroom);
    if (word === null) return [];
    const message = `${what} must not carry "${word}", which tells whose it is: others read banks' lists, phones and mailboxes`;
    return [{ path, message }];
  });
}

function sentence(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys'
    ? `unknown field ${issue.keys.join(', ')}; check the spelling`
    : issue.message;
}

/** The line of the deepest node on the path that stands in the file. */
function lineOf(options: {
  readonly root: Node | null;
  readonly path: readonly PropertyKey[];
  readonly lines: LineCounter;
}): number {
  let node: unknown = options.root;
  let offset = options.root?.range?.[0] ?? 0;
  for (const step of options.path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) break;
      if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else if (isSequence(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return options.lines.linePos(offset).line;
}

function isSequence(node: unknown): node is { readonly items: readonly Node[] } {
  return typeof node === 'object' && node !== null && 'items' in node && !isMap(node);
}
