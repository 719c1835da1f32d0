/**
 * The headers of every response of ours, pages or not, and responses that are known to carry them.
 *
 * The application adds them to whatever lacks them. The few answers that are sent to every reader are made complete
 * beforehand and marked, because looking at and completing headers per request cost as much as all the rest of them:
 * 0.14 of a bare server's rate became what `npm run bench -- serving` prints.
 */

export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()',
};

declare const complete: unique symbol;
/** Header fields that hold all common ones. */
export type CompleteHeaders = Readonly<Record<string, string>> & { readonly [complete]?: true };

/** Own headers and the common ones; an own header of the same name wins. Names in lower case. */
export function completeHeaders(own: Readonly<Record<string, string>>): CompleteHeaders {
  return { ...COMMON_HEADERS, ...own };
}

/** On the response itself: a WeakSet of millions of short-lived responses keeps the garbage collector busy. */
const marked = Symbol('complete');
interface MarkedResponse extends Response {
  [marked]?: true;
}

/** A response that needs nothing added. */
export function completeResponse(
  body: Uint8Array<ArrayBuffer> | null,
  init: { readonly status: number; readonly headers: CompleteHeaders },
): Response {
  const response: MarkedResponse = new Response(body, init);
  response[marked] = true;
  return response;
}

/** The same response with every common header; those it has already stay as they are. */
export function withCommonHeaders(response: MarkedResponse): Response {
  if (response[marked] === true) return response;
  for (const [name, value] of Object.entries(COMMON_HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
