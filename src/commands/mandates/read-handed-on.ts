/**
 * The list of mandates that one payment company handed on to another, as a file: one line per mandate, its old and its new
 * references, divided by commas. Companies give such lists under headings of their own, so the headings are ours and are
 * put there by whoever prepares the file; columns with other headings are passed over.
 *
 * References are short and of few signs, so a value that would need quoting is a mistake, and so is a line of another
 * length: whoever moves the right to charge people must not guess.
 */
import type { MandateHandedOn } from '../../giving/index.ts';

export const HEADINGS = ['old_customer', 'old_method', 'new_customer', 'new_method'] as const;
/** What tells the same card apart from another, where the new company says it. */
export const FINGERPRINT_HEADING = 'new_fingerprint';

/** More in one file is divided by whoever prepares it. */
export const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

export interface HandedOnLine {
  /** Counted from 1, headings included: as an editor shows it. */
  readonly line: number;
  readonly handed: MandateHandedOn;
}

export type ReadHandedOn =
  | { readonly ok: true; readonly lines: readonly HandedOnLine[] }
  /** The first thing that is wrong. No sentence holds a reference. */
  | { readonly ok: false; readonly line: number; readonly sentence: string };

/** A reference at a payment company: `cus_…`, `B-…`, a vault id. */
const REFERENCE = /^[\w:./+=@-]{1,255}$/;

/** Reads the whole file; nothing of it is acted upon when any of it is wrong. */
export function readHandedOn(
  text: string,
  accounts: { readonly from: string; readonly to: string },
): ReadHandedOn {
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const headings = (rows[0] ?? '').split(',').map(plain);
  const missing = HEADINGS.filter((heading) => !headings.includes(heading));
  if (missing.length > 0) {
    const sentence = `the first line names the columns; these are missing: ${missing.join(', ')}`;
    return { ok: false, line: 1, sentence };
  }
  const lines: HandedOnLine[] = [];
  const firstOf = new Map<string, number>();
  for (const [at, row] of rows.entries()) {
    const line = at + 1;
    if (at === 0 || row.trim() === '') continue;
    const read = readRow(row, { headings, accounts });
    if (typeof read === 'string') return { ok: false, line, sentence: read };
    const old = `${read.from.customerRef} ${read.from.methodRef}`;
    const first = firstOf.get(old);
    if (first !== undefined) {
      const sentence = `the same old mandate stands in line ${first} already`;
      return { ok: false, line, sentence };
    }
    firstOf.set(old, line);
    lines.push({ line, handed: read });
  }
  return { ok: true, lines };
}

function readRow(
  row: string,
  how: {
    readonly headings: readonly string[];
    readonly accounts: { readonly from: string; readonly to: string };
  },
): MandateHandedOn | string {
  const { headings, accounts } = how;
  const cells = row.split(',').map(plain);
  if (cells.length !== headings.length) {
    return `it has ${cells.length} values, but there are ${headings.length} columns`;
  }
  const cell = (heading: string): string => cells[headings.indexOf(heading)] ?? '';
  const wrong = HEADINGS.find((heading) => !REFERENCE.test(cell(heading)));
  if (wrong !== undefined) return `${wrong} is empty or is no reference`;
  const fingerprint = cell(FINGERPRINT_HEADING);
  if (fingerprint !== '' && !REFERENCE.test(fingerprint)) {
    return `${FINGERPRINT_HEADING} is no reference`;
  }
  return {
    from: {
      accountId: accounts.from,
      customerRef: cell('old_customer'),
      methodRef: cell('old_method'),
    },
    to: {
      accountId: accounts.to,
      customerRef: cell('new_customer'),
      methodRef: cell('new_method'),
      methodFingerprint: fingerprint === '' ? null : fingerprint,
    },
  };
}

/** Without the spaces and the pair of quotes that spreadsheets put around values. */
function plain(cell: string): string {
  const trimmed = cell.trim();
  return /^"[^"]*"$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed;
}
