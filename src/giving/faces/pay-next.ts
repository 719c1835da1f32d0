/**
 * POST /thanks/:gift/pay: a supporter pays their next gift by hand. Nothing about it can be chosen here: it is the gift that
 * was promised, under the id it has, so a second press, a second tab and the charge that would have been made on its day are
 * all one payment.
 */
import { pageLanguage } from '../../newsroom/index.ts';
import { readForm } from '../../page/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { GiftIntent } from '../giving.ts';
import { thanksAddress } from './gift-address.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { isNextGift, mayPayNext, type NextGift } from './next-gift.ts';
import { noFormPage } from './refusal-pages.ts';
import { findShownGift } from './shown-gift.ts';
import { notPayablePage, unknownGiftPage } from './thanks-page.ts';
import { isWay } from './ways.ts';
import { placeRefusal, seeOther, visitFrom } from './web-answers.ts';

export async function payNext(
  deps: GivingRoutesDependencies,
  request: Request,
  giftId: string,
): Promise<Response> {
  const { newsroom, giving } = deps;
  const refusal = placeRefusal(deps, request);
  const sent = await readForm(request);
  const language = pageLanguage(request, {
    newsroom,
    ...(sent.ok ? { asked: sent.fields.text('language') } : {}),
  });
  if (refusal !== null) return deps.render(noFormPage({ why: refusal, language, wasSent: true }));
  const key = sent.ok ? sent.fields.text('key') : '';
  const gift = await findShownGift(giving, { giftId, key });
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  const toItsPage = (): Response => seeOther(thanksAddress(gift, language));
  // Paid meanwhile, being asked about, ended: its page says so.
  if (!isNextGift(gift) || !mayPayNext(gift)) return toItsPage();
  const way = sent.ok ? sent.fields.text('way') : '';
  const result = await giving.beginGift({
    ...intentOf(gift, { language, zone: newsroom.zone }),
    ...(isWay(way) ? { way } : {}),
    placeIsSafe: visitFrom(deps, request).placeIsSafe,
  });
  switch (result.kind) {
    case 'go':
      return seeOther(result.pageUrl);
    case 'already':
    case 'checking':
      return toItsPage();
    case 'other-content':
      // It was changed between two statements of ours, at its supporter's wish: the page has the new amount.
      return toItsPage();
    case 'refused':
      return deps.render(notPayablePage(gift, language));
    default:
      return unreachable(result, 'the answer to a next gift');
  }
}

/** What was promised, for this period; who promised it is known from the gift. */
function intentOf(
  gift: NextGift,
  of: { readonly language: string; readonly zone: string },
): GiftIntent {
  assert(gift.interval !== 'once', 'a next gift is of a promise');
  return {
    giftId: gift.giftId,
    money: gift.moneyOfPeriod,
    interval: gift.interval,
    ...(gift.coversPeriods === 1 ? {} : { collectEveryMonths: gift.coversPeriods }),
    ...of,
    appeal: null,
  };
}
