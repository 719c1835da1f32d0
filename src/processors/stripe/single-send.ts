/**
 * A fetch whose failures the official SDK never sends again by itself.
 *
 * The SDK repeats a call once when the connection was closed (`error.code` is ECONNRESET or EPIPE), even with no retries
 * allowed, and says itself that Stripe may have worked on the first one. Whether a charge is sent again is decided by the
 * money core alone; so every failure leaves here as a fresh error without a code, and the SDK reports it at once.
 */
export function singleSend(handedIn: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await handedIn(input, init);
    } catch {
      // The SDK tells its own timeout by the name of the error, and asks its code only for a closed connection. A fetch that
      // the SDK broke off fails with whatever the SDK gave as the reason, so the signal is asked instead.
      const failure = new Error('The call to Stripe was broken off.');
      if (init?.signal?.aborted === true) failure.name = 'AbortError';
      throw failure;
    }
  };
}
