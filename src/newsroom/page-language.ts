/**
 * In which language a page speaks: what its address asks for, else what the browser prefers, else the
 * newsroom's first. Only languages with reviewed words are chosen; nothing is remembered.
 */
import {
  INTERFACE_LANGUAGES,
  type InterfaceLanguage,
  interfaceLanguage,
} from '../language/index.ts';
import { readQuery } from '../page/index.ts';
import type { Newsroom } from './newsroom.ts';

/** Browsers send a handful; a longer list is somebody playing. */
const PREFERENCES_LIMIT = 12;

export function pageLanguage(
  request: Request,
  options: { readonly newsroom: Newsroom; readonly asked?: string },
): InterfaceLanguage {
  const asked = options.asked ?? readQuery(request.url).text('language');
  const wanted = [asked, ...preferences(request.headers.get('accept-language') ?? '')];
  for (const tag of wanted) {
    const found = known(tag);
    if (found !== null) return found;
  }
  return interfaceLanguage(options.newsroom.languages[0] ?? 'en');
}

/** The interface language of a tag, or null where we would only fall back. */
function known(tag: string): InterfaceLanguage | null {
  const base = tag.toLowerCase().split('-')[0] ?? '';
  return INTERFACE_LANGUAGES.some((language) => language === base) ? interfaceLanguage(tag) : null;
}

/** `ru;q=0.5, ar` as `['ar', 'ru']`: by weight, then by order. */
function preferences(header: string): string[] {
  return header
    .slice(0, 400)
    .split(',')
    .slice(0, PREFERENCES_LIMIT)
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const weight = /q=(0(?:\.\d{1,3})?|1)/.exec(rest.join(';'))?.[1] ?? '1';
      return { tag: tag.trim(), weight: Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
