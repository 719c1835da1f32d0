/** Which languages an appeal may be shown in: those in which a named reader signed off the text of every variant. */
import type { Variant } from './appeal.ts';

export function languagesReady(variants: readonly Variant[]): string[] {
  const [first, ...others] = variants.map(signedLanguages);
  if (first === undefined) return [];
  return [...first].filter((language) => others.every((signed) => signed.has(language))).sort();
}

function signedLanguages(variant: Variant): Set<string> {
  return new Set(
    variant.texts.filter((text) => text.signedOffBy !== null).map((text) => text.language),
  );
}
