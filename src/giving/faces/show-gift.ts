/** The way back from the processor, the page of one gift, and the one press that shows the supporter number. */
import { pageLanguage } from '../../newsroom/index.ts';
import { readForm } from '../../page/index.ts';
import { undoUntil } from '../acts/undo-time.ts';
import { thanksAddress } from './gift-address.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { isNextGift, waysForNext } from './next-gift.ts';
import { receiptText } from './receipt-text.ts';
import { findShownGift, keyIn, mayLook } from './shown-gift.ts';
import { numberPage, thanksPage, unknownGiftPage } from './thanks-page.ts';
import { placeRefusal, seeOther, visitFrom, waysHere } from './web-answers.ts';

type Deps = GivingRoutesDependencies;

/** GET /support/return/:gift: asks the processor once, so that most people see the result at once. */
export async function comeBack(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const language = pageLanguage(request, { newsroom: deps.newsroom });
  const key = keyIn(request);
  if (!mayLook(deps.giving, { giftId, key })) return deps.render(unknownGiftPage(language));
  const gift = await deps.giving.askProcessor(giftId);
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  return seeOther(thanksAddress(gift, language));
}

/** GET /thanks/:gift. */
export async function showGift(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const { newsroom, clock } = deps;
  const language = pageLanguage(request, { newsroom });
  const gift = await findShownGift(deps.giving, { giftId, key: keyIn(request) });
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
      listedCountryNames: deps.listedCountryNames(language),
      ways: isNextGift(gift) ? waysForNext(gift, await waysHere(visitFrom(deps, request))) : [],
      formTargets: deps.formTargets(),
    }),
  );
}

/** GET /thanks/:gift/receipt.txt: a file, under a neutral name. Of a gift that did not arrive there is none. */
export async function saveReceipt(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const { newsroom } = deps;
  const language = pageLanguage(request, { newsroom });
  const gift = await findShownGift(deps.giving, { giftId, key: keyIn(request) });
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  if (gift.stateForPeople !== 'paid') return seeOther(thanksAddress(gift, language));
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
  const key = sent.ok ? sent.fields.text('key') : '';
  const gift = await findShownGift(deps.giving, { giftId, key });
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  if (gift.stateForPeople !== 'paid') return seeOther(thanksAddress(gift, language));
  const issued = await deps.issueNumber(giftId);
  const number = issued.kind === 'issued' ? issued.number : null;
  const returns = (await deps.giving.returnsOf([giftId])).get(giftId);
  const canUndo = undoUntil(gift, { returns, now: deps.clock.now() }) !== null;
  return deps.render(numberPage({ gift, number, language, canUndo }));
}
