/**
 * Fields of ours from the fields of a source: names, sections and addresses as the database takes them. Pure.
 */
import { createHash } from 'node:crypto';
import { collapse } from '../clean.ts';
import type { Byline } from '../story.ts';
import type { ImportedStory } from './imported-story.ts';
import { shortText } from './item.ts';

/** Sections of the newsroom; a category of a source with the same name or id leads there. */
export type SectionNames = readonly { readonly id: string; readonly titles: readonly string[] }[];

/** Longest title the database takes. */
const TITLE_LENGTH = 400;

export function identityOf(imported: ImportedStory): string {
  if (imported.identity !== '' && imported.identity.length <= 2000) return imported.identity;
  const content = `${imported.identity}\n${imported.title}\n${imported.text}`;
  return `content:${createHash('sha256').update(content).digest('hex')}`;
}

/** Everything that decides what is stored. */
export function importHash(
  imported: ImportedStory,
  options: { readonly keepsStatus: boolean; readonly fallbackLanguage: string },
): string {
  const { links: _links, images: _images, dropped: _dropped, text: _text, ...stored } = imported;
  const decided = {
    ...stored,
    keepsStatus: options.keepsStatus,
    fallback: options.fallbackLanguage,
  };
  return createHash('sha256').update(JSON.stringify(decided)).digest('hex');
}

export function titleOf(imported: ImportedStory): string {
  const title = collapse(imported.title ?? '');
  if (title !== '')
    return title.length <= TITLE_LENGTH
      ? title
      : `${title.slice(0, TITLE_LENGTH - 1).toWellFormed()}…`;
  const words = shortText(imported.text);
  if (words === null) return imported.url ?? '…';
  return words.length <= 80
    ? words
    : `${words
        .slice(0, 80)
        .replace(/\s\S*$/u, '')
        .toWellFormed()}…`;
}

export function bylineOf(imported: ImportedStory): Byline {
  const name = collapse(imported.byline ?? '').slice(0, 200);
  const policy = imported.bylinePolicy ?? (name === '' ? 'desk' : 'name');
  if (policy === 'desk' || policy === 'none') return { policy };
  return name === '' ? { policy: 'desk' } : { policy, name };
}

/** A well-formed tag in the usual spelling, or null: `en_US` is `en-US`. */
export function languageOf(stated: string | null): string | null {
  const tag = (stated ?? '').trim().replaceAll('_', '-');
  const match = /^([a-z]{2,3})((?:-[a-z0-9]{2,8})*)$/i.exec(tag);
  if (match === null || tag.length > 35) return null;
  return `${(match[1] ?? '').toLowerCase()}${match[2] ?? ''}`;
}

export function sectionOf(imported: ImportedStory, sections: SectionNames): string | null {
  const named = [imported.section, ...imported.tags].map((name) =>
    collapse(name ?? '').toLowerCase(),
  );
  const found = named
    .filter((name) => name !== '')
    .map((name) =>
      sections.find(
        ({ id, titles }) => id === name || titles.some((title) => title.toLowerCase() === name),
      ),
    )
    .find((section) => section !== undefined);
  return found?.id ?? null;
}

export function slugOfAddress(url: string | null): string | null {
  const last = pathOf(url)?.split('/').filter(Boolean).at(-1) ?? '';
  const words = safeDecode(last).replace(/\.[a-z0-9]{1,5}$/i, '');
  return /\p{L}{3}/u.test(words) ? words : null;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function pathOf(url: string | null): string | null {
  const path = url === null ? undefined : URL.parse(url)?.pathname;
  return path === undefined || path === '' || path === '/' ? null : path;
}
