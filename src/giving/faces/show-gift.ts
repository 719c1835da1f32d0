/** The way back from the processor, the page of one gift, and the one press that shows the supporter number. */
import { pageLanguage } from '../../newsroom/index.ts';
import { readForm } from '../../page/index.ts';
import { undoUntil } from '../acts/undo-time.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { receiptText } from './receipt-text.ts';
import { thanksAddress } from './refusal-pages.ts';
import { isGiftId } from './support-draft.ts';
import { numberPage, thanksPage, unknownGiftPage } from './thanks-page.ts';
import { placeRefusal, seeOther } from './web-answers.ts';

type Deps = GivingRoutesDependencies;

/** GET /support/return/:gift: asks the processor once, so that most people see the result at once. */
export async function comeBack(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const language = pageLanguage(request, { newsroom: deps.newsroom });
  if (!isGiftId(giftId)) return deps.render(unknownGiftPage(language));
  const gift = await deps.giving.askProcessor(giftId);
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  return seeOther(thanksAddress(giftId, language));
}

/** GET /thanks/:gift. */
export async function showGift(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const { newsroom, clock } = deps;
  const language = pageLanguage(request, { newsroom });
  const gift = isGiftId(giftId) ? await deps.giving.giftView(giftId) : undefined;
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  return deps.render(
    thanksPage({
      gift,
      returns: (await deps.giving.returnsOf([giftId])).get(giftId),
      language,
      newsroom,
      now: clock.now(),
      mayGive: placeRefusal(deps, request) === null,
      refusesBeforeBank: deps.refusesBeforeBank,
      numberShownUntil: deps.numberShownUntil(gift),
    }),
  );
}

/** GET /thanks/:gift/receipt.txt: a file, under a neutral name. Of a gift that did not arrive there is none. */
export async function saveReceipt(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const { newsroom } = deps;
  const language = pageLanguage(request, { newsroom });
  const gift = isGiftId(giftId) ? await deps.giving.giftView(giftId) : undefined;
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  if (gift.stateForPeople !== 'paid') return seeOther(thanksAddress(giftId, language));
  const returns = (await deps.giving.returnsOf([giftId])).get(giftId);
  return new Response(receiptText({ gift, returns, newsroom, language }), {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="receipt.txt"',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** POST /thanks/:gift/number. */
export async function showNumber(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const { newsroom } = deps;
  const sent = await readForm(request);
  const language = pageLanguage(request, {
    newsroom,
    ...(sent.ok ? { asked: sent.fields.text('language') } : {}),
  });
  const gift = isGiftId(giftId) ? await deps.giving.giftView(giftId) : undefined;
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  if (gift.stateForPeople !== 'paid') return seeOther(thanksAddress(giftId, language));
  const issued = await deps.issueNumber(giftId);
  const number = issued.kind === 'issued' ? issued.number : null;
  const returns = (await deps.giving.returnsOf([giftId])).get(giftId);
  const canUndo = undoUntil(gift, { returns, now: deps.clock.now() }) !== null;
  return deps.render(numberPage({ gift, number, language, canUndo }));
}
