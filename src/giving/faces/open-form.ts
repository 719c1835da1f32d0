/** GET /support: the form, under an id of its own. */
import { pageLanguage } from '../../newsroom/index.ts';
import { readQuery } from '../../page/index.ts';
import { isOpenGift } from '../gift.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { giftMadePage, noFormPage, thanksAddress } from './refusal-pages.ts';
import { draftFromLink, isGiftId, type SupportDraft, supportAddress } from './support-draft.ts';
import { placeRefusal, seeOther, showForm } from './web-answers.ts';

/** Without an id of its own the page is opened again with one, so that a reload, the back button and a copied tab are one gift. */
export async function openForm(
  deps: GivingRoutesDependencies,
  request: Request,
): Promise<Response> {
  const { newsroom, giving } = deps;
  const language = pageLanguage(request, { newsroom });
  const refusal = placeRefusal(deps, request);
  if (refusal !== null) return deps.render(noFormPage({ why: refusal, language, wasSent: false }));

  const draft = draftFromLink(readQuery(request.url), { newsroom, language });
  if (!isGiftId(draft.giftId)) return freshForm(deps, draft, language);
  const gift = await giving.giftView(draft.giftId);
  if (gift === undefined) {
    return showForm(deps, { draft, language, nothingWritten: true, isFirst: true });
  }
  switch (gift.stateForPeople) {
    case 'paid':
      return deps.render(giftMadePage({ gift, again: draft, language }));
    case 'checking':
    case 'held':
      return seeOther(thanksAddress(draft.giftId, language));
    case 'waiting':
    case 'needs-confirmation':
    case 'declined':
    case 'abandoned':
    case 'refused-country':
      // An open gift takes another attempt under its own id; one that is over makes room for a fresh one.
      return isOpenGift(gift.state)
        ? showForm(deps, { draft, language, nothingWritten: false })
        : freshForm(deps, draft, language);
  }
}

function freshForm(
  deps: GivingRoutesDependencies,
  draft: SupportDraft,
  language: string,
): Response {
  return seeOther(supportAddress({ ...draft, giftId: deps.random.uuid() }, language));
}
