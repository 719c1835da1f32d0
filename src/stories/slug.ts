/**
 * The last part of a story's address: small Latin letters, digits and hyphens, because addresses travel as file names on
 * sticks and case-blind file systems, where anything else gets lost.
 */
import { createHash } from 'node:crypto';

const LENGTH_LIMIT = 72;

/** Cyrillic (Russian, Ukrainian, Belarusian, Bulgarian, Serbian) and the Latin letters that do not decompose. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', ґ: 'g', д: 'd', е: 'e', ё: 'yo', є: 'ye', ж: 'zh' },
  ...{ з: 'z', и: 'i', і: 'i', ї: 'yi', й: 'y', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o' },
  ...{ п: 'p', р: 'r', с: 's', т: 't', у: 'u', ў: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch' },
  ...{ ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya', ђ: 'dj', ј: 'j' },
  ...{ љ: 'lj', њ: 'nj', ћ: 'c', џ: 'dz', ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', đ: 'd', ð: 'd' },
  ...{ þ: 'th', ł: 'l', ı: 'i', ə: 'e', ħ: 'h' },
};

/**
 * A slug from words, or from `fallback` (anything that names the story) where no letter of the words can be written so.
 * @example slugFrom({ words: 'Мост открыт!', fallback: 'x' }) // 'most-otkryt'
 */
export function slugFrom({
  words,
  fallback,
}: {
  readonly words: string;
  readonly fallback: string;
}): string {
  const plain = [...words.normalize('NFKC').toLowerCase()]
    .map((letter) => LETTERS[letter] ?? letter)
    .join('')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/['’]/g, '');
  const lettersLost = plain.replace(/[^\p{L}\p{N}]/gu, '').replace(/[a-z0-9]/g, '').length;
  const slug = shortened(plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, ''));
  // Where most letters are lost, or all but digits, what is left says nothing.
  const isTelling =
    slug.replace(/-/g, '').length >= Math.max(1, lettersLost) &&
    (lettersLost === 0 || /[a-z]/.test(slug));
  return isTelling
    ? slug
    : `story-${createHash('sha256').update(fallback).digest('hex').slice(0, 10)}`;
}

/** `slug`, `slug-2`, `slug-3` …: the first that is free. */
export function freeSlug(slug: string, isTaken: (candidate: string) => boolean): string {
  let candidate = slug;
  for (let number = 2; isTaken(candidate); number += 1) candidate = `${slug}-${number}`;
  return candidate;
}

/** Cut at the end of a word. */
function shortened(slug: string): string {
  if (slug.length <= LENGTH_LIMIT) return slug;
  const cut = slug.slice(0, LENGTH_LIMIT + 1);
  const lastWord = cut.lastIndexOf('-');
  return lastWord > LENGTH_LIMIT / 2 ? cut.slice(0, lastWord) : slug.slice(0, LENGTH_LIMIT);
}
