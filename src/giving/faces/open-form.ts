/**
 * GET /support: the form, under an id of its own.
 *
 * Whoever knows a gift's id can see on its page whether it was paid. So an id that a link on another site brings along is
 * never taken for a new gift: with one id per recipient such links would tell their sender who gave. The form is opened
 * again from a page of ours instead, and gets an id that nobody else has seen.
 */
import { pageLanguage } from '../../newsroom/index.ts';
import { isFromElsewhere, readQuery } from '../../page/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import { isOpenGift } from '../gift.ts';
import { assertGiftShown } from './assert-shown.ts';
import { thanksAddress } from './gift-address.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { giftMadePage, noFormPage } from './refusal-pages.ts';
import { draftFromLink, isFormId, type SupportDraft, supportAddress } from './support-draft.ts';
import {
  openFromHere,
  placeRefusal,
  seeOther,
  showForm,
  type Visit,
  visitFrom,
} from './web-answers.ts';

/** Without an id of its own the page is opened again with one, so that a reload, the back button and a copied tab are one gift. */
export async function openForm(
  dependencies: GivingRoutesDependencies,
  request: Request,
): Promise<Response> {
  const deps = visitFrom(dependencies, request);
  const { newsroom, giving } = deps;
  const language = pageLanguage(request, { newsroom });
  const refusal = placeRefusal(deps, request);
  if (refusal !== null) return deps.render(noFormPage({ why: refusal, language, wasSent: false }));

  const query = readQuery(request.url);
  const draft = draftFromLink(query, { newsroom, language });
  const gift = isFormId(draft.giftId) ? await giving.giftView(draft.giftId) : undefined;
  if (gift === undefined) {
    if (isFromElsewhere(request)) {
      return foreignForm(deps, { draft, language, wasOpenedFromHere: query.has(FROM_HERE) });
    }
    if (!isFormId(draft.giftId)) return freshForm(deps, draft, language);
    return showForm(deps, { draft, language, nothingWritten: true, isFirst: true });
  }
  assert(gift.giftId === draft.giftId, 'the gift is the one that was asked for');
  assertGiftShown(gift);
  switch (gift.stateForPeople) {
    case 'paid':
      return deps.render(giftMadePage({ gift, again: draft, language }));
    case 'checking':
    case 'held':
      return seeOther(thanksAddress(gift, language));
    case 'waiting':
    case 'needs-confirmation':
    case 'declined':
    case 'abandoned':
    case 'refused-country':
      // An open gift takes another attempt under its own id; one that is over makes room for a fresh one.
      return isOpenGift(gift.state)
        ? showForm(deps, { draft, language, nothingWritten: false })
        : freshForm(deps, draft, language);
    default:
      return unreachable(gift.stateForPeople, 'openForm');
  }
}

/** Says that a page of ours led here, for browsers that keep saying that another site's did. */
const FROM_HERE = 'here';

async function foreignForm(
  deps: Visit,
  options: {
    readonly draft: SupportDraft;
    readonly language: string;
    readonly wasOpenedFromHere: boolean;
  },
): Promise<Response> {
  const { language } = options;
  const draft = { ...options.draft, giftId: '' };
  if (!options.wasOpenedFromHere) {
    return openFromHere(deps, {
      address: `${supportAddress(draft, language)}&${FROM_HERE}=1`,
      language,
    });
  }
  const fresh = { ...draft, giftId: deps.random.uuid() };
  assert(
    fresh.giftId !== options.draft.giftId,
    'an id that another site brings along is never taken',
  );
  return showForm(deps, { draft: fresh, language, nothingWritten: true, isFirst: true });
}

function freshForm(
  deps: GivingRoutesDependencies,
  draft: SupportDraft,
  language: string,
): Response {
  return seeOther(supportAddress({ ...draft, giftId: deps.random.uuid() }, language));
}
