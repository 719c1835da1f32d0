/**
 * Forms that another site's page sends into ours by a reader's hand: a gift begun without the reader's will, a number
 * shown where nobody reads it. They are refused before anything looks at them; whoever meant it opens our own page.
 *
 * What carries its own proof is taken from everywhere: a signed message, a letter's way out, a supporter number. Stopping
 * and being forgotten work from a page of any host, for readers who cannot reach ours.
 */
import { isFromElsewhere } from '../page/index.ts';

/** `/note/count` answers such a message itself, with the silence that everybody gets. */
const TAKEN_FROM_EVERYWHERE = /^\/(?:(?:hooks|letters)\/|(?:stop|forget|note\/count)$)/;

export function isForeignForm(request: Request): boolean {
  if (request.method !== 'POST' || !isFromElsewhere(request)) return false;
  return !TAKEN_FROM_EVERYWHERE.test(new URL(request.url).pathname);
}
