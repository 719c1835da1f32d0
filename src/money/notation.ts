/** The notation of a page's language, with the usual way down from a regional tag to its parent. */
import { NOTATION_TABLE, type Notation } from './notation-table.ts';

const ROWS: ReadonlyMap<string, Notation> = new Map(
  Object.entries(NOTATION_TABLE).map(([language, notation]) => [language.toLowerCase(), notation]),
);

/** Every language with a row of its own. */
export const NOTATION_LANGUAGES: readonly string[] = Object.freeze(Object.keys(NOTATION_TABLE));

/** How `language` (a BCP 47 tag in any letter case) writes numbers: its own row, its parent's, else English. */
export function notationOf(language: string): Notation {
  let tag = language.toLowerCase();
  for (;;) {
    const notation = ROWS.get(tag);
    if (notation !== undefined) return notation;
    const end = tag.lastIndexOf('-');
    if (end < 0) return NOTATION_TABLE.en;
    tag = tag.slice(0, end);
  }
}
