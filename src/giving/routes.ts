/**
 * The addresses of giving: the support page, the way back from the processor, and the page of one gift. Thin: what was
 * sent is read by `support-form.ts`, what happens to a gift is decided by the core, and these routes choose the page.
 *
 * Everything here decides the reader's place anew on each request; nothing a browser sends can stand in for it.
 */
import { Hono } from 'hono';
import { dayIn } from '../calendar/index.ts';
import type { InterfaceLanguage } from '../language/index.ts';
import { type FormFields, readForm, readQuery } from '../page/index.ts';
import { unreachable } from '../problems/index.ts';
import { isOpenGift } from './gift.ts';
import type { BeginGiftResult, GiftIntent, GiftRefusal, ReplaceGiftResult } from './giving.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { pageLanguage } from './page-language.ts';
import { giftMadePage, noFormPage, otherContentPage, thanksAddress } from './refusal-pages.ts';
import {
  draftFromForm,
  draftFromLink,
  isGiftId,
  isMinor,
  type SupportDraft,
  supportAddress,
  withAmount,
} from './support-draft.ts';
import { type CheckedGift, readSupportForm, type SupportProblem } from './support-form.ts';
import { type SupportPage, supportPage } from './support-page.ts';
import { numberPage, thanksPage, unknownGiftPage } from './thanks-page.ts';

type Deps = GivingRoutesDependencies;

export function createGivingRoutes(deps: Deps): Hono {
  const routes = new Hono();
  routes.get('/support', (context) => openForm(deps, context.req.raw));
  routes.post('/support', (context) => takeForm(deps, context.req.raw));
  routes.get('/support/return/:gift', (context) =>
    comeBack(deps, context.req.raw, context.req.param('gift')),
  );
  routes.get('/thanks/:gift', (context) =>
    showGift(deps, context.req.raw, context.req.param('gift')),
  );
  routes.post('/thanks/:gift/number', (context) =>
    showNumber(deps, context.req.raw, context.req.param('gift')),
  );
  return routes;
}

/** GET /support. Without an id of its own the page is opened again with one, so that a reload, the back button and a copied tab are one gift. */
async function openForm(deps: Deps, request: Request): Promise<Response> {
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

function freshForm(deps: Deps, draft: SupportDraft, language: string): Response {
  return seeOther(supportAddress({ ...draft, giftId: deps.random.uuid() }, language));
}

/** POST /support. */
async function takeForm(deps: Deps, request: Request): Promise<Response> {
  const { newsroom } = deps;
  const refusal = placeRefusal(deps, request);
  const sent = await readForm(request);
  const language = pageLanguage(request, {
    newsroom,
    ...(sent.ok ? { asked: sent.fields.text('language') } : {}),
  });
  if (refusal !== null) return deps.render(noFormPage({ why: refusal, language, wasSent: true }));
  if (!sent.ok) {
    const draft = emptyDraft(deps, language);
    const status = sent.problem === 'BODY_TOO_LARGE' ? 413 : 400;
    const notice = { heading: 'support.refused-problem', text: 'support.unreadable' } as const;
    return showForm(deps, { draft, language, nothingWritten: true, status, notice });
  }
  return takeDraft(deps, { fields: sent.fields, language });
}

async function takeDraft(
  deps: Deps,
  sent: { readonly fields: FormFields; readonly language: InterfaceLanguage },
): Promise<Response> {
  const { newsroom, contacts } = deps;
  const { fields, language } = sent;
  const draft = draftFromForm(fields);
  const reading = readSupportForm(draft, {
    newsroom,
    language,
    refuseHost: (domain) => contacts.refuseHost(domain),
    hadControls: fields.hadControls,
  });
  if (reading.kind === 'incomplete') {
    const again = repaired(deps, { draft, problems: reading.problems, language });
    const nothingWritten = await isUnwritten(deps, again);
    return showForm(deps, { draft: again, language, ...reading, nothingWritten });
  }
  const { gift } = reading;
  if (gift.appeal !== null && !(await deps.knowsAppeal(gift.appeal))) {
    const problems: SupportProblem[] = [{ field: 'pay', message: 'support.appeal-unknown' }];
    const again = repaired(deps, { draft, problems, language });
    const nothingWritten = await isUnwritten(deps, again);
    return showForm(deps, { draft: again, language, problems, nothingWritten });
  }
  return begin(deps, { draft, gift, language });
}

/** Whether "nothing about you has been written down" is true of this form. */
async function isUnwritten(deps: Deps, draft: SupportDraft): Promise<boolean> {
  if (draft.replaces !== '') return false;
  return (await deps.giving.giftView(draft.giftId)) === undefined;
}

interface Begun {
  readonly draft: SupportDraft;
  readonly gift: CheckedGift;
  readonly language: InterfaceLanguage;
}

async function begin(deps: Deps, begun: Begun): Promise<Response> {
  const { giving } = deps;
  const intent = intentOf(deps, begun);
  const oldGiftId = begun.gift.replaces;
  const result: ReplaceGiftResult =
    oldGiftId === null
      ? await giving.beginGift(intent)
      : await giving.replaceGift({ oldGiftId, intent });
  return answer(deps, { begun, result });
}

function intentOf(deps: Deps, { gift, language }: Begun): GiftIntent {
  const { email } = gift;
  return {
    giftId: gift.giftId,
    money: gift.money,
    interval: gift.interval,
    language,
    // The newsroom's zone, not the reader's: a zone says where somebody lives, and nothing here needs to know.
    zone: deps.newsroom.zone,
    appeal: gift.appeal,
    ...(email === null
      ? {}
      : { attach: (tx, supporterId) => deps.contacts.attach(tx, supporterId, email) }),
  };
}

function answer(
  deps: Deps,
  options: { readonly begun: Begun; readonly result: BeginGiftResult | ReplaceGiftResult },
): Response {
  const { begun, result } = options;
  const { draft, gift, language } = begun;
  switch (result.kind) {
    case 'go':
      return seeOther(result.pageUrl);
    case 'already':
    case 'checking':
    case 'old-paid':
    case 'old-checking':
      return seeOther(thanksAddress(result.gift.giftId, language));
    case 'other-content': {
      const next = { ...draft, giftId: deps.random.uuid(), replaces: result.gift.giftId };
      return deps.render(
        otherContentPage({
          old: result.gift,
          chosen: gift,
          draft: next,
          language,
          formTargets: deps.formTargets(),
        }),
      );
    }
    case 'refused':
      return refused(deps, { begun, reason: result.reason });
    default:
      return unreachable(result, 'the answer to a gift');
  }
}

/** Nothing was charged; the form is shown again with the reason, at the field where there is one. */
function refused(
  deps: Deps,
  options: { readonly begun: Begun; readonly reason: GiftRefusal },
): Response {
  const { draft, gift, language } = options.begun;
  const kept = withAmount(draft, String(gift.money.minor), { newsroom: deps.newsroom, language });
  const show = (problem: SupportProblem, changed: Partial<SupportDraft> = {}): Response =>
    showForm(deps, {
      draft: { ...kept, ...changed },
      language,
      problems: [problem],
      nothingWritten: false,
    });
  switch (options.reason) {
    case 'currency':
      return show({ field: 'currency', message: 'support.currency-unknown' });
    case 'too-small':
    case 'too-large':
      return show({ field: 'other', message: 'support.amount-refused' });
    case 'interval':
      return show({ field: 'every-once', message: 'support.interval-unavailable' });
    case 'daily-limit':
      return show({ field: 'pay', message: 'support.daily-limit' });
    case 'gift-id':
    case 'ended':
    case 'supporter':
      return show(
        { field: 'pay', message: 'support.gift-ended' },
        { giftId: deps.random.uuid(), replaces: '' },
      );
    case 'processor':
      return showForm(deps, {
        draft: kept,
        language,
        nothingWritten: false,
        status: 503,
        notice: { heading: 'support.refused-heading', text: 'support.refused' },
      });
    default:
      return unreachable(options.reason, 'why a gift is refused');
  }
}

/** What a person cannot mend in the form is mended for the next try: a broken id, an unknown appeal. What they typed stays. */
function repaired(
  deps: Deps,
  options: {
    readonly draft: SupportDraft;
    readonly problems: readonly SupportProblem[];
    readonly language: string;
  },
): SupportDraft {
  const { draft, problems, language } = options;
  const named = new Set(problems.map(({ message }) => message));
  const giftId = isGiftId(draft.giftId) ? draft.giftId : deps.random.uuid();
  const settled = isMinor(draft.meant)
    ? withAmount(draft, draft.meant, { newsroom: deps.newsroom, language })
    : draft;
  return {
    ...settled,
    giftId,
    ...(named.has('support.form-old') ? { replaces: '' } : {}),
    ...(named.has('support.appeal-unknown') ? { appealId: '', variantId: '' } : {}),
  };
}

/** GET /support/return/:gift: asks the processor once, so that most people see the result at once. */
async function comeBack(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const language = pageLanguage(request, { newsroom: deps.newsroom });
  if (!isGiftId(giftId)) return deps.render(unknownGiftPage(language));
  const gift = await deps.giving.askProcessor(giftId);
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  return seeOther(thanksAddress(giftId, language));
}

/** GET /thanks/:gift. */
async function showGift(deps: Deps, request: Request, giftId: string): Promise<Response> {
  const { newsroom, clock } = deps;
  const language = pageLanguage(request, { newsroom });
  const gift = isGiftId(giftId) ? await deps.giving.giftView(giftId) : undefined;
  if (gift === undefined) return deps.render(unknownGiftPage(language));
  return deps.render(
    thanksPage({
      gift,
      language,
      newsroom,
      now: clock.now(),
      mayGive: placeRefusal(deps, request) === null,
      refusesBeforeBank: deps.refusesBeforeBank,
    }),
  );
}

/** POST /thanks/:gift/number. */
async function showNumber(deps: Deps, request: Request, giftId: string): Promise<Response> {
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
  return deps.render(numberPage({ gift, number, language }));
}

function placeRefusal(deps: Deps, request: Request): 'listed' | 'tor' | null {
  const place = deps.decidePlace(request);
  if (place.class === 'listed') return 'listed';
  return place.tor ? 'tor' : null;
}

function showForm(
  deps: Deps,
  page: Omit<SupportPage, 'newsroom' | 'today' | 'listedCountryNames' | 'formTargets'>,
): Response {
  const { newsroom, clock } = deps;
  return deps.render(
    supportPage({
      ...page,
      newsroom,
      today: dayIn(clock.now(), newsroom.zone),
      listedCountryNames: deps.listedCountryNames(page.language),
      formTargets: deps.formTargets(),
    }),
  );
}

function emptyDraft(deps: Deps, language: InterfaceLanguage): SupportDraft {
  const blank = readQuery(`http://form.invalid/support?gift=${deps.random.uuid()}`);
  return draftFromLink(blank, { newsroom: deps.newsroom, language });
}

/** 303 whatever the method was, never kept. */
function seeOther(address: string): Response {
  return new Response(null, {
    status: 303,
    headers: {
      location: address,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  });
}
