/**
 * One press of the pay button, from the token in the form to what the supporter is shown.
 *
 * ```
 *   waiting? ─no─► over
 *      │ yes
 *   country of the card (makes nothing)
 *      ├─ refused or unknown ─► told as a decline; nothing exists at Stripe ─► their gift's page
 *      ▼
 *   take ─► make the payment ─► tell "open" with its reference ─► take again ─► confirm
 * ```
 *
 * `take` before each of the two calls writes first that Stripe may know more than we do, and says no to what ended
 * meanwhile: a gift that was replaced or stopped, a country that was listed since. Before the first it is about the payment
 * itself; before the second about money: from there until the answer, nobody may say that nothing was charged. The reference
 * is told in between, so a payment whose confirmation is not heard can be looked up for sure.
 *
 * Money cannot move twice: an attempt has one payment, which Stripe takes money for once, whoever sends the form how often.
 */
import type { PayDesk, PaymentEvidence, WaitingPayment } from '../../../giving/processor.ts';
import { assert, unreachable } from '../../../problems/index.ts';
import { countryDecline, isTokenId } from '../confirm-payment.ts';
import type { PayPagePayments } from './payments.ts';

export type Taken =
  /** The page of the gift says what became of it, or finds out. */
  | { readonly kind: 'told'; readonly order: WaitingPayment['order'] }
  /** The supporter's bank wants to hear from them first. */
  | {
      readonly kind: 'ask-bank';
      readonly order: WaitingPayment['order'];
      readonly challengeUrl: string;
    }
  /** Nothing was charged by this try; the page is shown again and says why. */
  | {
      readonly kind: 'again';
      readonly order: WaitingPayment['order'];
      readonly why: 'token' | 'not-heard';
    }
  /** Stripe calls our order invalid. The newsroom was told. */
  | { readonly kind: 'refused'; readonly order: WaitingPayment['order'] }
  /** The attempt does not wait any more. */
  | { readonly kind: 'over' };

export interface Press {
  readonly accountId: string;
  readonly attemptId: string;
  /** As the form brought it: anybody's text. */
  readonly token: string;
}

export async function takePayment(
  deps: { readonly desk: PayDesk; readonly payments: PayPagePayments },
  press: Press,
): Promise<Taken> {
  const { desk, payments } = deps;
  const { attemptId, token: tokenId } = press;
  const waiting = ofAccount(await desk.waiting(attemptId), press);
  if (waiting === undefined) return { kind: 'over' };
  const { order } = waiting;
  if (!isTokenId(tokenId)) return { kind: 'again', order, why: 'token' };
  const card = await payments.cardCountry(tokenId);
  if (card.kind === 'unknown') return { kind: 'again', order, why: 'not-heard' };
  if (card.kind === 'token-gone') return { kind: 'again', order, why: 'token' };
  const refusal = countryDecline(order, card.country);
  if (refusal !== null) {
    const { evidence } = refusal;
    await tell(desk, press, { objectRef: waiting.objectRef, evidence });
    return { kind: 'told', order };
  }
  const made = await makeOnce(deps, press);
  if (made.kind !== 'made') return made;
  // Making took a while; whoever ended the gift meanwhile did so for good.
  const taken = ofAccount(await desk.take(attemptId), press);
  if (taken === undefined) return { kind: 'over' };
  assert(
    countryDecline(taken.order, card.country) === null,
    'an order whose countries changed is not taken',
  );
  return await confirm(deps, press, { ...taken, objectRef: made.objectRef });
}

type Made = { readonly kind: 'made'; readonly objectRef: string };

/** The attempt's payment at Stripe, told to the desk; made here unless an earlier press made it. */
async function makeOnce(
  { desk, payments }: { readonly desk: PayDesk; readonly payments: PayPagePayments },
  press: Press,
): Promise<Made | Taken> {
  const { attemptId } = press;
  const taken = ofAccount(await desk.take(attemptId), press);
  if (taken === undefined) return { kind: 'over' };
  const { order } = taken;
  if (taken.objectRef !== null) return { kind: 'made', objectRef: taken.objectRef };
  const answer = await payments.make(order);
  switch (answer.kind) {
    case 'made':
      await tell(desk, press, { objectRef: answer.objectRef, evidence: { state: 'open' } });
      return answer;
    case 'refused':
      await desk.tellRefused({ attemptId, code: answer.code });
      return { kind: 'refused', order };
    case 'unknown':
      // Another press is making it right now, in another process: what comes of it their gift's page knows.
      if (answer.reason === 'conflict') return { kind: 'told', order };
      // Unconfirmed, whatever was made: no bank heard of it. The next press makes the same one.
      return { kind: 'again', order, why: 'not-heard' };
    default:
      return unreachable(answer, 'makeOnce');
  }
}

async function confirm(
  { desk, payments }: { readonly desk: PayDesk; readonly payments: PayPagePayments },
  press: Press,
  made: { readonly order: WaitingPayment['order']; readonly objectRef: string },
): Promise<Taken> {
  const { order, objectRef } = made;
  const outcome = await payments.confirm({ order, objectRef, tokenId: press.token });
  switch (outcome.kind) {
    case 'evidence': {
      const { evidence, challengeUrl } = outcome;
      await tell(desk, press, { objectRef, evidence });
      return challengeUrl === null
        ? { kind: 'told', order }
        : { kind: 'ask-bank', order, challengeUrl };
    }
    case 'token-gone':
      // No bank heard of it: the payment is open as it was.
      await tell(desk, press, { objectRef, evidence: { state: 'open' } });
      return { kind: 'again', order, why: 'token' };
    case 'refused':
      await desk.tellRefused({ attemptId: press.attemptId, code: outcome.code });
      return { kind: 'refused', order };
    case 'unknown':
      // The bank may have been asked. The desk keeps it as not heard; their gift's page asks.
      return { kind: 'told', order };
    default:
      return unreachable(outcome, 'confirm');
  }
}

function tell(
  desk: PayDesk,
  press: Press,
  said: { readonly objectRef: string | null; readonly evidence: PaymentEvidence },
): Promise<void> {
  const { accountId, attemptId } = press;
  return desk.tell({ attemptId, accountId, ...said });
}

/** The address names an account; an attempt of another one is none of this page's. */
function ofAccount(found: WaitingPayment | undefined, press: Press): WaitingPayment | undefined {
  if (found === undefined || found.accountId !== press.accountId) return undefined;
  assert(
    found.order.references.attemptId === press.attemptId,
    'the desk hands out the attempt that was asked for',
  );
  return found;
}
