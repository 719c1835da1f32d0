/**
 * The id of a gift that was begun and whose result was not seen yet, so that two tabs of one reader are one gift. It is
 * kept from the press on pay until the gift's own page shows the result, and for a day at most. No amount, no word.
 *
 * Storage may be refused or throw: then each tab has its own id, and the processor's page still charges once per page.
 */
const KEY = 'page';
const KEPT_MS = 24 * 60 * 60 * 1000;

/** The id of the unfinished gift, or null; one that is too old is taken away. */
export function unfinishedGift(): string | null {
  try {
    const [id = '', at = ''] = (localStorage.getItem(KEY) ?? '').split(' ');
    const age = Date.now() - Number(at);
    if (/^[0-9a-f-]{36}$/.test(id) && age >= 0 && age < KEPT_MS) return id;
    localStorage.removeItem(KEY);
    return null;
  } catch {
    return null;
  }
}

export function rememberUnfinished(id: string): void {
  try {
    localStorage.setItem(KEY, `${id} ${Date.now()}`);
  } catch {
    // Nothing is kept, and nothing depends on it.
  }
}

/** Takes the id away once its result was shown; another gift's id stays. */
export function forgetUnfinished(id: string): void {
  try {
    if ((localStorage.getItem(KEY) ?? '').startsWith(`${id} `)) localStorage.removeItem(KEY);
  } catch {
    // Refused storage holds nothing to forget.
  }
}
