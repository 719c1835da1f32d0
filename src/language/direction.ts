/** Which way a language is written. The list is ours: engines differ in what they report. */

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'prs', 'ps', 'ckb', 'ug', 'ur', 'he', 'yi', 'dv', 'sd']);

export type Direction = 'ltr' | 'rtl';

/** The direction of a BCP 47 tag's script; only the language part counts, but an explicit Latin script wins. */
export function direction(tag: string): Direction {
  const parts = tag.toLowerCase().split('-');
  if (parts.includes('latn') || parts.includes('cyrl')) return 'ltr';
  return RIGHT_TO_LEFT.has(parts[0] ?? '') || parts.includes('arab') ? 'rtl' : 'ltr';
}
