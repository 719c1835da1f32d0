/** What the doors for developers have in common: no form of another site, and JSON that may be anything. */

/** Browsers say where a form comes from; one on another site has no business here. */
export function isFromElsewhere(request: { header(name: string): string | undefined }): boolean {
  const site = request.header('sec-fetch-site') ?? 'none';
  return site !== 'same-origin' && site !== 'none';
}

/** `undefined` for what is no JSON, which no schema takes. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
