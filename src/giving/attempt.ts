/**
 * One try to collect a gift: what it can become, and why.
 *
 * ```
 *            withdraw                 ┌──────────────────────────────┐
 *   planned ──────────► expired       ▼                              │ says open or processing
 *      │ send                    needs_action ◄──────────┐           │
 *      ▼                              │                  │           │
 *     sent ◄──────────────────────────┘ processing       │           │
 *      │  ▲ ── needs action ─────────────────────────────┤           │
 *      │  └───────────────────────────────────────────┐  │           │
 *      ├── answer not heard ──► unknown ──────────────┴──┴───────────┘
 *      │                           │ asked, and there is nothing
 *      │                           └────────────────────────────────► not_found
 *      └── declined / expired / succeeded, from every state above, as the processor says
 * ```
 *
 * - *planned* is written, with key and request hash, before anything leaves the house. After a crash it can be sent.
 * - *sent* is written before the call, so it means "the processor may know of this". Only an answer ends it. The first
 *   attempt of a new gift begins here: who writes it sends it.
 * - *unknown* means an answer did not reach us. It is not a decline: nobody is told that it failed, nothing else is tried,
 *   and it is not counted as a try. We ask until we are told.
 * - *needs_action* waits for the supporter: a bank's confirmation, or a declined try on a page that is still open and on
 *   which they can try another card. (A decline on an open page therefore does not end the attempt.)
 * - *declined*, *expired*, *not_found*: we stop acting. Another attempt may be planned.
 * - *succeeded* is final.
 *
 * What the processor says has a rank: open and planned 0, under way 1 (processing = needs action), over without money 2,
 * succeeded 3. Messages arrive late, twice and in any order, so evidence is a join: the rank never falls, and between equal
 * ranks below 2 the most recently fetched wins. Money is the exception that is none: success outranks everything, so a
 * late payment lifts an attempt that we gave up. Our own *unknown* has no rank; it says something about us.
 */
import { assert, unreachable } from '../problems/index.ts';
import type { DeclineAdvice, PaymentEvidence } from './processor.ts';

export type AttemptState =
  | 'planned'
  | 'sent'
  | 'unknown'
  | 'needs_action'
  | 'declined'
  | 'expired'
  | 'not_found'
  | 'succeeded';

/** What happens to an attempt. Everything but `evidence` is our own doing. */
export type AttemptInput =
  | { readonly kind: 'send' }
  /** Taken back before it was sent: the pledge stopped, or the supporter never opened the page. */
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'answer-not-heard' }
  /** The supporter came back from the page, and the processor did not say what became of it there. */
  | { readonly kind: 'page-not-heard' }
  /** The processor, asked, knows no such payment. */
  | { readonly kind: 'not-found' }
  /** The processor calls our order invalid: nothing was made there. */
  | { readonly kind: 'order-refused'; readonly code: string }
  | { readonly kind: 'evidence'; readonly evidence: PaymentEvidence };

/** What the attempt says about the last decline, and whether it ended by one. */
export interface DeclineFacts {
  readonly code: string;
  readonly advice: DeclineAdvice | null;
}

export interface AttemptStep {
  readonly state: AttemptState;
  /** `settle`: only `settle()` may write this success, because it must look at the gift and the books too. */
  readonly effect: 'none' | 'settle' | 'try-ended';
  /** What the processor says of a payment under way, from now on. */
  readonly heard: 'open' | 'processing' | null;
  readonly decline: DeclineFacts | null;
  /** A new address of the page, where the processor gave one. */
  readonly pageUrl: string | null;
}

const LIVE = ['planned', 'sent', 'unknown', 'needs_action'] as const;
export type LiveAttemptState = (typeof LIVE)[number];

/** Live: it may still take money. At most one attempt of a gift is live. */
export function isLive(state: AttemptState): state is LiveAttemptState {
  switch (state) {
    case 'planned':
    case 'sent':
    case 'unknown':
    case 'needs_action':
      return true;
    case 'declined':
    case 'expired':
    case 'not_found':
    case 'succeeded':
      return false;
  }
}

/** Whether the processor may know of it: a cancel cannot call it back. */
export function isOnItsWay(state: AttemptState): boolean {
  return isLive(state) && state !== 'planned';
}

/** The rank of {@link AttemptState}: evidence never lowers it. */
export function attemptRank(state: AttemptState): 0 | 1 | 2 | 3 {
  switch (state) {
    case 'planned':
      return 0;
    case 'sent':
    case 'unknown':
    case 'needs_action':
      return 1;
    case 'declined':
    case 'expired':
    case 'not_found':
      return 2;
    case 'succeeded':
      return 3;
  }
}

/** What a step starts from: the state, and what the processor itself told last of a payment under way. */
export interface AttemptStanding {
  readonly state: AttemptState;
  readonly heard: 'open' | 'processing' | null;
}

/** The next state, and what must be done for it. Inputs that no longer matter change nothing: they are never an error. */
export function stepAttempt(standing: AttemptStanding, input: AttemptInput): AttemptStep {
  const step = attemptStepAfter(standing, input);
  const { state } = standing;
  assert(attemptRank(step.state) >= attemptRank(state), 'the rank of an attempt never falls');
  assert(step.state !== 'succeeded' || state === 'succeeded', 'only settle() writes a success');
  assert(step.effect !== 'try-ended' || (isLive(state) && !isLive(step.state)), 'a try ends once');
  assert(step.state !== 'planned' || state === 'planned', 'what was sent is never unsent');
  return step;
}

function attemptStepAfter(standing: AttemptStanding, input: AttemptInput): AttemptStep {
  const { state } = standing;
  switch (input.kind) {
    case 'send':
      return state === 'planned' ? to('sent') : stay(standing);
    case 'withdraw':
      return state === 'planned'
        ? { ...to('expired'), effect: 'try-ended', decline: { code: 'withdrawn', advice: null } }
        : stay(standing);
    case 'answer-not-heard':
      // What the processor told us in another way outweighs an answer that we missed.
      return state === 'sent' && standing.heard === null ? to('unknown') : stay(standing);
    case 'page-not-heard':
      // "Open" was true before they went there; whether they paid since, nobody here knows.
      return isOnItsWay(state) && (standing.heard === 'open' || state === 'needs_action')
        ? to('sent')
        : stay(standing);
    case 'not-found':
      return isOnItsWay(state) ? { ...to('not_found'), effect: 'try-ended' } : stay(standing);
    case 'order-refused':
      return isLive(state)
        ? { ...to('declined'), effect: 'try-ended', decline: { code: input.code, advice: null } }
        : stay(standing);
    case 'evidence':
      return stepByEvidence(standing, input.evidence);
    default:
      return unreachable(input, 'attemptStepAfter');
  }
}

function stepByEvidence(standing: AttemptStanding, evidence: PaymentEvidence): AttemptStep {
  const { state } = standing;
  if (evidence.state === 'succeeded') return { ...stay(standing), effect: 'settle' };
  if (!isLive(state)) return stay(standing);
  switch (evidence.state) {
    case 'open':
      return {
        ...stepByOpenPage({ state, heard: standing.heard }, evidence.declinedCode ?? null),
        ...page(evidence.pageUrl),
      };
    case 'processing':
      return { ...to(state === 'planned' ? 'planned' : 'sent'), heard: 'processing' };
    case 'needs_action':
      return { ...to('needs_action'), ...page(evidence.pageUrl) };
    case 'declined':
      return {
        ...to('declined'),
        effect: 'try-ended',
        decline: { code: evidence.code, advice: evidence.advice },
      };
    case 'expired':
      return { ...to('expired'), effect: 'try-ended' };
    default:
      return unreachable(evidence, 'stepByEvidence');
  }
}

/** An open page is rank 0, so it lowers nothing; a decline on it waits for the supporter's next try. */
function stepByOpenPage(
  standing: { readonly state: LiveAttemptState; readonly heard: AttemptStanding['heard'] },
  declinedCode: string | null,
): AttemptStep {
  if (declinedCode !== null) {
    return {
      ...to('needs_action'),
      heard: 'open',
      decline: { code: declinedCode, advice: null },
    };
  }
  // Our `unknown` ends here: the processor knows the payment and waits for the supporter.
  const state = standing.state === 'unknown' ? 'sent' : standing.state;
  return { ...to(state), heard: standing.heard === 'processing' ? 'processing' : 'open' };
}

function to(state: AttemptState): AttemptStep {
  return { state, effect: 'none', heard: null, decline: null, pageUrl: null };
}

function stay(standing: AttemptStanding): AttemptStep {
  return { ...to(standing.state), heard: standing.heard };
}

function page(pageUrl: string | null | undefined): { readonly pageUrl: string | null } {
  return { pageUrl: pageUrl ?? null };
}
