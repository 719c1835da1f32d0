/**
 * The address of the pay page, `/pay/<account>/<attempt>`. Each visit asks BTCPay where the invoice stands, hands that on to
 * the books as a message would, and shows it. A visit makes nothing at BTCPay, so it may be repeated as often as a page is
 * reloaded; an invoice is made when the gift is begun.
 *
 * Whoever comes when their attempt is over is shown what came of the coins, as long as that is more than the page of the
 * gift would say, and is led there.
 */
import { Hono } from 'hono';
import type { HostedPaymentOrder, PayDesk } from '../../../giving/processor.ts';
import { type RenderPage, seeOther } from '../../../page/index.ts';
import { payPagesPath, preferredLanguage } from '../../common/index.ts';
import { readMoney } from '../amounts.ts';
import { fetchInvoice, findInvoice, type KnownInvoice } from '../invoices.ts';
import { answerOf } from '../look-up.ts';
import { attemptOf } from '../references.ts';
import type { BtcPayServer } from '../server.ts';
import { createLooks, type Looks } from './looks.ts';
import {
  amountText,
  nothingHerePage,
  type PageFrame,
  type PageLinks,
  sendPage,
  statePage,
} from './pages.ts';
import { NOT_HEARD, stateWords } from './state-words.ts';
import { waysToSend } from './ways-to-send.ts';

export interface PayPagesOptions {
  readonly server: BtcPayServer;
  readonly desk: PayDesk;
  readonly render: RenderPage;
}

export function createPayPages(options: PayPagesOptions): Hono {
  const { server, desk, render } = options;
  const { accountId } = server;
  const looks = createLooks();
  const routes = new Hono();
  routes.get('/:attempt', async ({ req }) => {
    const attemptId = req.param('attempt');
    const isStill = req.query('still') !== undefined;
    const self = `${payPagesPath(accountId)}/${encodeURIComponent(attemptId)}`;
    const waiting = await desk.waiting(attemptId);
    if (waiting !== undefined && waiting.accountId === accountId) {
      const { order, objectRef } = waiting;
      const links = { self, onward: order.returnUrl, back: order.cancelUrl };
      const frame = { language: order.language, links, isStill };
      return await showWaiting(options, { attemptId, objectRef, order, frame, looks });
    }
    const onward = await desk.wayOn(attemptId);
    if (onward === undefined) return render(nothingHerePage(preferredLanguage(req.raw)));
    const language = new URL(onward).searchParams.get('language') ?? preferredLanguage(req.raw);
    const links = { self, onward, back: null };
    return await showOver(options, { attemptId, frame: { language, links, isStill }, looks });
  });
  return routes;
}

async function showWaiting(
  { server, desk, render }: PayPagesOptions,
  of: {
    readonly attemptId: string;
    readonly objectRef: string | null;
    readonly order: HostedPaymentOrder;
    readonly frame: PageFrame;
    readonly looks: Looks;
  },
): Promise<Response> {
  const { attemptId, objectRef, order, frame, looks } = of;
  const amount = amountText(order, frame.language);
  const notHeard = () => render(statePage({ frame, words: NOT_HEARD, amount }));
  const fetched = await looks(attemptId, () =>
    objectRef === null ? findInvoice(server, attemptId) : fetchInvoice(server, objectRef),
  );
  if (fetched.kind !== 'fetched') return notHeard();
  const { found } = fetched;
  if (attemptOf(found.invoice) !== attemptId) return notHeard();
  const { standing } = found;
  // That it waits is known, unless we never heard that the invoice was made.
  if (standing.kind !== 'waiting' || objectRef === null) {
    await tell({ server, desk }, { attemptId, found });
  }
  if (standing.kind !== 'waiting' && standing.kind !== 'part-paid') {
    return showState({ render }, { found, frame: forgetting(frame, standing.kind), amount });
  }
  const hasPart = standing.kind === 'part-paid';
  const minutesLeft = minutesUntil(server, found);
  if (minutesLeft < 1) {
    // BTCPay has not said so yet.
    const words = stateWords({ kind: hasPart ? 'short' : 'expired' });
    return render(statePage({ frame, words, amount }));
  }
  const ways = waysToSend(found.methods);
  // Nothing that can be shown: what is left to pay cannot be read, or nothing is and BTCPay has not said so yet.
  if (ways.length === 0) return notHeard();
  return render(sendPage({ frame, order, ways, minutesLeft, hasPart }));
}

/** Back to the form leads only who has sent nothing. */
function forgetting(frame: PageFrame, standing: KnownInvoice['standing']['kind']): PageFrame {
  const nothingCame = standing === 'expired' || standing === 'nothing-came';
  const links: PageLinks = nothingCame ? frame.links : { ...frame.links, back: null };
  return { ...frame, links };
}

async function showOver(
  { server, desk, render }: PayPagesOptions,
  of: { readonly attemptId: string; readonly frame: PageFrame; readonly looks: Looks },
): Promise<Response> {
  const { attemptId, frame, looks } = of;
  const fetched = await looks(attemptId, () => findInvoice(server, attemptId));
  if (fetched.kind !== 'fetched') return seeOther(frame.links.onward);
  const { found } = fetched;
  const { invoice, standing } = found;
  if (standing.kind === 'waiting' || standing.kind === 'part-paid') {
    // Another gift took its place: its address is shown no more.
    return seeOther(frame.links.onward);
  }
  await tell({ server, desk }, { attemptId, found });
  const money = readMoney(invoice.amount, invoice.currency);
  if (money === null) return seeOther(frame.links.onward);
  return showState({ render }, { found, frame, amount: amountText({ money }, frame.language) });
}

/** A payment as it should be needs no words of ours: the page of the gift has them. */
function showState(
  { render }: Pick<PayPagesOptions, 'render'>,
  of: { readonly found: KnownInvoice; readonly frame: PageFrame; readonly amount: string },
): Response {
  const { found, frame, amount } = of;
  const { standing } = found;
  const isPlain = standing.kind === 'paid' && standing.amount === 'exact' && !standing.isLate;
  if (isPlain || standing.kind === 'waiting' || standing.kind === 'part-paid') {
    return seeOther(frame.links.onward);
  }
  return render(statePage({ frame, words: stateWords(standing), amount }));
}

async function tell(
  { server, desk }: Pick<PayPagesOptions, 'server' | 'desk'>,
  of: { readonly attemptId: string; readonly found: KnownInvoice },
): Promise<void> {
  const { objectRef, evidence } = answerOf(server, of.found);
  const { accountId } = server;
  await desk.tell({ attemptId: of.attemptId, accountId, objectRef, evidence });
}

function minutesUntil(server: BtcPayServer, { invoice }: KnownInvoice): number {
  const leftMs = invoice.expirationTime * 1000 - server.clock.now().epochMilliseconds;
  return Math.ceil(leftMs / 60_000);
}
