/**
 * Filling the places in an appeal's words. The list of places is closed; a text with any other, or with one that cannot be
 * filled, is not complete, and an appeal that is not complete is not shown: silence, never a broken sentence.
 */

/** Text from elsewhere inside a sentence, kept from turning the sentence's direction (`$2` inside Arabic). */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

export const PLACES = ['amount', 'currency', 'newsroom'] as const;
export type PlaceValues = Readonly<Record<(typeof PLACES)[number], string>>;

/** The text with its places filled, or `null` if it holds a brace that is no known place. */
export function filledCopy(text: string, values: PlaceValues): string | null {
  const filled = text.replace(/\{(amount|currency|newsroom)\}/g, (_, place: string) =>
    place === 'amount' ? values.amount : place === 'currency' ? values.currency : values.newsroom,
  );
  return /[{}]/.test(text.replace(/\{(amount|currency|newsroom)\}/g, '')) ? null : filled;
}
