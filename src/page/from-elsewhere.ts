/**
 * Whether a page of another site started a request. Browsers say so themselves, and no page can make them say otherwise;
 * whatever says nothing (an old browser, a program) acts for nobody but whoever runs it.
 */

/** `none` is an address typed, opened from a bookmark or by another program, or a page loaded again. */
export function isFromElsewhere(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}
