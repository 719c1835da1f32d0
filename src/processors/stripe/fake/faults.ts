/** What goes wrong with a call on purpose: on the way there, at Stripe, and on the way back. */

export type FaultKind =
  /** Nothing arrives. */
  | 'lost-before'
  /** It takes effect, and the answer does not come back. */
  | 'lost-after'
  /** It takes effect, and half of the answer comes back. */
  | 'truncated'
  /** No answer ever comes, and nothing happens. */
  | 'hang'
  /** It waits, with its key in use, until a test lets it go on. */
  | 'slow'
  /** Stripe's own failure, remembered under the key. */
  | 'server-error'
  | 'busy'
  | 'locked'
  | 'key-in-use'
  /** A gateway speaks for it. */
  | 'html'
  | 'html-200'
  | 'maintenance';

export interface Fault {
  /** Such as `/^POST \/v1\/payment_intents$/`. */
  readonly on: RegExp;
  readonly kind: FaultKind;
}

/** First in, first out; a fault waits for the call it is meant for. */
export function takeFault(faults: Fault[], call: string): FaultKind | undefined {
  const at = faults.findIndex(({ on }) => on.test(call));
  return at === -1 ? undefined : faults.splice(at, 1)[0]?.kind;
}

/** Answers that nobody of Stripe wrote. */
export const SPOILT: Readonly<Partial<Record<FaultKind, { status: number; text: string }>>> = {
  html: { status: 503, text: '<html><body>We will be right back.</body></html>' },
  'html-200': { status: 200, text: '<html><body>Sign in to this network</body></html>' },
  maintenance: { status: 200, text: '{"status":"maintenance"}' },
};
