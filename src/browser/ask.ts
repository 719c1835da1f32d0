/**
 * Asking our own server for the answer and telling it counts. Neither carries a cookie, an id, a referrer or the page's
 * address; the one number sent is a slot that the device shares with a hundredth of all readers.
 */
import type { NoteAnswer } from '../appeals/answer.ts';
import type { CountKind, Placement } from '../appeals/count.ts';

const TIME_LIMIT_MS = 2000;

const asked: Partial<Record<string, Promise<NoteAnswer | null>>> = {};

/** One request per language and page; late, refused or broken all mean "no". */
export function askOnce(language: string, slot: number | null): Promise<NoteAnswer | null> {
  asked[language] ??= plainly(`?language=${language}${slot === null ? '' : `&slot=${slot}`}`, {
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  })
    .then((response) => (response.status === 200 ? response.json() : null))
    .catch(() => null);
  return asked[language];
}

export interface ToldCount {
  readonly appeal: string;
  readonly variant: string;
  readonly language: string;
  readonly placement: Placement;
}

/** A count that is lost to a blocker or an error stops nothing. */
export function tell(count: ToldCount, kind: CountKind): void {
  plainly('/count', {
    method: 'POST',
    keepalive: true,
    body: JSON.stringify({ ...count, kind }),
  }).catch(() => {});
}

function plainly(path: string, options: RequestInit): Promise<Response> {
  return fetch(`/note${path}`, {
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    ...options,
  });
}
