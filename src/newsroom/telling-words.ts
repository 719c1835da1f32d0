/**
 * Words that tell whose money or whose letter it is. A bank statement and the sender of a letter are read by banks, phones
 * and housemates, so neither may hold the newsroom's name, a word of it, its domain, the name in Latin letters, or a word
 * that says "press" by itself (safety checks C3.1 and B2). It stays with the newsroom to write what is true instead.
 */
import type { Newsroom } from './newsroom.ts';

const ALWAYS = ['news', 'press'];
/** Words of names that say nothing alone. */
const GENERIC = new Set([
  ...['the', 'and', 'for', 'of', 'media', 'office', 'group', 'street', 'house', 'www'],
]);
/** Shorter ones stand inside too many other words, so they only count alone. */
const SHORTEST_INSIDE = 4;

/** Russian, Ukrainian and Belarusian letters as banks write them in Latin ones. */
const LATIN: Readonly<Record<string, string>> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', ґ: 'g', д: 'd', е: 'e', ё: 'e', є: 'ye', ж: 'zh', з: 'z' },
  ...{ и: 'i', і: 'i', ї: 'yi', й: 'y', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r' },
  ...{ с: 's', т: 't', у: 'u', ў: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch' },
  ...{ ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
};

/** The first word in `text` that tells, or `null`. */
export function tellingWord(
  text: string,
  newsroom: Pick<Newsroom, 'name' | 'origin'>,
): string | null {
  const words = wordsOf(text);
  const joined = words.join('');
  const isIn = (word: string): boolean =>
    words.includes(word) || (word.length >= SHORTEST_INSIDE && joined.includes(word));
  return tellingWords(newsroom).find(isIn) ?? null;
}

function tellingWords({ name, origin }: Pick<Newsroom, 'name' | 'origin'>): string[] {
  // Without its last part: the country or kind of a domain is nobody's name.
  const labels = origin === undefined ? [] : new URL(origin).hostname.split('.').slice(0, -1);
  const own = [...wordsOf(name), wordsOf(name).join(''), ...labels.flatMap(wordsOf)];
  return [...ALWAYS, ...own.filter((word) => word.length > 1 && !GENERIC.has(word))];
}

/** Words in small Latin letters, without accents. */
function wordsOf(text: string): string[] {
  const plain = text
    .toLowerCase()
    .replace(/\p{Script=Cyrillic}/gu, (letter) => LATIN[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '');
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
