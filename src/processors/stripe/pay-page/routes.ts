/**
 * The addresses of the pay page, `/pay/<account>/<attempt>`: showing it, which makes nothing anywhere, and the press of its
 * button. What a press does is in `take-payment.ts`; here is who may press, and where each answer leads.
 *
 * Whoever comes too late (a second tab, the back button, a bookmark) is led to the page of their gift, which tells what
 * became of it. Nothing on these pages says more than the order that is paid.
 */
import { Hono } from 'hono';
import type { PayDesk, WaitingPayment } from '../../../giving/processor.ts';
import { readForm, seeOther } from '../../../page/index.ts';
import { assert, Problem, unreachable } from '../../../problems/index.ts';
import { type PayPageDependencies, preferredLanguage } from '../../common/index.ts';
import {
  type AgainBecause,
  bankPage,
  cardPage,
  nothingHerePage,
  refusedPage,
  tooManyPage,
} from './pages.ts';
import type { PayPagePayments } from './payments.ts';
import { createPresses } from './presses.ts';
import { type Taken, takePayment } from './take-payment.ts';

export interface StripePayPagesOptions {
  readonly accountId: string;
  /** Stands in the page for everybody to read; tokens can be made with it and nothing else. */
  readonly publishableKey: string;
  readonly payments: PayPagePayments;
}

/** Makes the routes of one account's pay pages, to be mounted at its path. */
export function stripePayPages(
  options: StripePayPagesOptions,
): (dependencies: PayPageDependencies) => Hono {
  const { accountId, publishableKey, payments } = options;
  return ({ desk, render }) => {
    const presses = createPresses<Taken>(({ kind }) => kind === 'told' || kind === 'ask-bank');
    const show = (order: WaitingPayment['order'], because?: AgainBecause): Response =>
      render(
        cardPage({
          order,
          accountId,
          publishableKey,
          ...(because === undefined ? {} : { because }),
        }),
      );
    const tooLate = async (request: Request, attemptId: string): Promise<Response> => {
      const way = await desk.wayOn(attemptId);
      return way === undefined
        ? render(nothingHerePage(preferredLanguage(request)))
        : seeOther(way);
    };
    const routes = new Hono();

    routes.get('/:attempt', async ({ req }) => {
      const attemptId = req.param('attempt');
      const waiting = await desk.waiting(attemptId);
      if (waiting === undefined || waiting.accountId !== accountId) {
        return await tooLate(req.raw, attemptId);
      }
      if (await isOver({ desk, payments, attemptId, waiting })) {
        return seeOther(waiting.order.returnUrl);
      }
      return show(waiting.order);
    });

    routes.post('/:attempt', async ({ req }) => {
      const attemptId = req.param('attempt');
      const sent = await readForm(req.raw);
      if (!sent.ok) throw new Problem(sent.problem);
      const token = sent.fields.text('token');
      const taken = await presses.run({ attemptId, token }, () =>
        takePayment({ desk, payments }, { accountId, attemptId, token }),
      );
      if (taken === undefined) return render(tooManyPage(preferredLanguage(req.raw)));
      switch (taken.kind) {
        case 'told':
          return seeOther(taken.order.returnUrl);
        case 'again':
          return show(taken.order, taken.why);
        case 'refused':
          return render(refusedPage(taken.order));
        case 'over':
          return await tooLate(req.raw, attemptId);
        case 'ask-bank':
          return leadOn(render(bankPage(taken.order, taken.challengeUrl)), taken.challengeUrl);
        default:
          return unreachable(taken, 'the answer to a press');
      }
    });
    return routes;
  };
}

/**
 * Whether a payment that was made here is past paying, which our books may not know yet. A look costs a call, so one is
 * taken only where an earlier press made something.
 */
async function isOver(of: {
  readonly desk: PayDesk;
  readonly payments: PayPagePayments;
  readonly attemptId: string;
  readonly waiting: WaitingPayment;
}): Promise<boolean> {
  const { desk, payments, attemptId, waiting } = of;
  const { objectRef, accountId } = waiting;
  if (objectRef === null) return false;
  const answer = await payments.lookUp({ attemptId, objectRef });
  if (answer.kind !== 'evidence') return false;
  const isOurs = answer.attemptId == null || answer.attemptId === attemptId;
  if (!isOurs || answer.evidence.state === 'open') return false;
  await desk.tell({ attemptId, accountId, objectRef, evidence: answer.evidence });
  return true;
}

/**
 * A page that leads on by itself. Not a redirect: the policy of the form that was sent would have to name every host that
 * Stripe and the bank pass its answer on to.
 */
function leadOn(response: Response, address: string): Response {
  const { href, protocol } = new URL(address);
  assert(protocol === 'https:' || protocol === 'http:', 'a bank’s page has a web address');
  response.headers.set('refresh', `0;url=${href}`);
  return response;
}
