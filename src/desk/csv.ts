/**
 * Text cells of a CSV file, out and back. No spreadsheet may run a cell as a formula, and our own import gives back
 * exactly the text that went in: nothing is deleted, shortened or normalised.
 *
 * The guard is one apostrophe wherever a spreadsheet might start a formula, also inside the text, because one that is
 * set to another separator starts a new cell after a semicolon, tab or line break. A text that already has apostrophes
 * there gets one more, so taking one away is always right.
 *
 * Text cells only. Amounts, dates and counts are written by their own formatters and never guarded.
 */

export type CsvError = 'nul' | 'lone-surrogate' | 'broken-quotes';

export type CsvText =
  | { readonly ok: true; readonly csv: string }
  | { readonly ok: false; readonly error: Exclude<CsvError, 'broken-quotes'> };

export type CellText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: CsvError };

/** Characters a spreadsheet may skip before it looks for a formula. */
const BLANK = '[ \\u00a0\\u200b-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff]*';
const FORMULA = '[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20]';
/** What makes a cell start dangerous: a formula sign, at the very beginning also a tab or line break. */
const DANGER = `(?:${BLANK}${FORMULA}|(?<=^'*)${BLANK}[\\t\\r\\n])`;
const CELL_START = '(?<=^|[\\t\\n\\r;])';

const TO_GUARD = new RegExp(`${CELL_START}(?='*${DANGER})`, 'g');
const GUARD = new RegExp(`${CELL_START}'(?='*${DANGER})`, 'g');

/** `text` as a cell: guarded, between double quotes. NUL and half a surrogate pair cannot be written. */
export function csvCell(text: string): CsvText {
  const error = unwritable(text);
  if (error !== null) return { ok: false, error };
  return { ok: true, csv: `"${text.replace(TO_GUARD, "'").replaceAll('"', '""')}"` };
}

/** One whole line with its CR LF, or the error of its first bad cell. */
export function csvRow(cells: readonly string[]): CsvText {
  const written: string[] = [];
  for (const cell of cells) {
    const result = csvCell(cell);
    if (!result.ok) return result;
    written.push(result.csv);
  }
  return { ok: true, csv: `${written.join(',')}\r\n` };
}

/**
 * The text of one cell as found in a file, quoted or not, with its guards taken away. An unquoted cell from elsewhere is
 * taken as it stands. `broken-quotes`: it begins with a double quote that does not close at its end.
 */
export function readCsvCell(csv: string): CellText {
  const error = unwritable(csv);
  if (error !== null) return { ok: false, error };
  if (!csv.startsWith('"')) return { ok: true, text: unguarded(csv) };
  const inner = csv.slice(1, -1);
  if (csv.length < 2 || !csv.endsWith('"') || inner.replaceAll('""', '').includes('"')) {
    return { ok: false, error: 'broken-quotes' };
  }
  return { ok: true, text: unguarded(inner.replaceAll('""', '"')) };
}

function unguarded(text: string): string {
  return text.replace(GUARD, '');
}

function unwritable(text: string): 'nul' | 'lone-surrogate' | null {
  if (text.includes('\0')) return 'nul';
  return text.isWellFormed() ? null : 'lone-surrogate';
}
