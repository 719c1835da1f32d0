/** Sections as the newsroom file names them. */
import type { Newsroom } from '../newsroom/index.ts';

/** The title of a section in a language, else in the newsroom's first; null for none or an unknown one. */
export function sectionTitle(
  newsroom: Newsroom,
  id: string | null,
  language: string,
): string | null {
  const section = newsroom.sections.find((candidate) => candidate.id === id);
  if (section === undefined) return null;
  const base = language.split('-')[0] ?? language;
  const fallback = newsroom.languages[0] ?? 'en';
  return (
    section.title[language] ??
    section.title[base] ??
    section.title[fallback] ??
    Object.values(section.title)[0] ??
    section.id
  );
}

/** What imports compare the categories of a source with. */
export function sectionNames(
  newsroom: Newsroom,
): readonly { readonly id: string; readonly titles: readonly string[] }[] {
  return newsroom.sections.map(({ id, title }) => ({ id, titles: Object.values(title) }));
}
