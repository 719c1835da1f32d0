/**
 * POST /support: the reader's place, then the form, then the core; and for every answer of the core the page that says it.
 * Until the core is asked nothing is written, and no processor hears of anything.
 */
import { dayIn, type PlainDate } from '../../calendar/index.ts';
import type { InterfaceLanguage } from '../../language/index.ts';
import { pageLanguage } from '../../newsroom/index.ts';
import { type FormFields, readForm, readQuery } from '../../page/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type {
  BeginGiftResult,
  GiftIntent,
  GiftRefusal,
  GiftView,
  ReplaceGiftResult,
} from '../giving.ts';
import { chargedAtOnce } from '../pledges/collection.ts';
import { assertGiftShown } from './assert-shown.ts';
import { agreedText, type Collection, collectPage } from './collect-choice.ts';
import { thanksAddress } from './gift-address.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { giftMadePage, noFormPage, otherContentPage } from './refusal-pages.ts';
import {
  draftFromForm,
  draftFromLink,
  isFormId,
  isMinor,
  type SupportDraft,
  withAmount,
} from './support-draft.ts';
import { type CheckedGift, readSupportForm, type SupportProblem } from './support-form.ts';
import { placeRefusal, seeOther, showForm, type Visit, visitFrom } from './web-answers.ts';

type Deps = Visit;

export async function takeForm(
  dependencies: GivingRoutesDependencies,
  request: Request,
): Promise<Response> {
  const deps = visitFrom(dependencies, request);
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
  assert(gift.giftId === draft.giftId, 'the gift that was read is the one that was sent');
  if (gift.appeal !== null && !(await deps.knowsAppeal(gift.appeal))) {
    const problems: SupportProblem[] = [{ field: 'pay', message: 'support.appeal-unknown' }];
    const again = repaired(deps, { draft, problems, language });
    const nothingWritten = await isUnwritten(deps, again);
    return showForm(deps, { draft: again, language, problems, nothingWritten });
  }
  const begun = { draft, gift, language };
  const isAgreed = gift.collectEveryMonths === 1 || draft.agreed === todayOf(deps).toString();
  return isAgreed ? begin(deps, begun) : askAboutMonths(deps, begun);
}

/** Several months at once are charged only after their own page was confirmed, on the day whose dates it showed. */
function askAboutMonths(deps: Deps, begun: Begun): Response {
  const { newsroom } = deps;
  const { draft, gift, language } = begun;
  const kept = withAmount(draft, String(gift.money.minor), { newsroom, language });
  return deps.render(
    collectPage({
      collection: collectionOf(deps, begun),
      draft: kept,
      formTargets: deps.formTargets(),
    }),
  );
}

function collectionOf(deps: Deps, { gift, language }: Begun): Collection {
  const { money: monthly, collectEveryMonths: months } = gift;
  assert(gift.interval === 'month' && months > 1, 'only several months are agreed to');
  return { monthly, months, today: todayOf(deps), language };
}

/** The newsroom's day, which is the day of the first charge. */
function todayOf({ clock, newsroom }: Deps): PlainDate {
  return dayIn(clock.now(), newsroom.zone);
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

function intentOf(deps: Deps, begun: Begun): GiftIntent {
  const { gift, language } = begun;
  const { email, collectEveryMonths } = gift;
  assert(gift.money.minor > 0n, 'a gift is something');
  assert(gift.replaces !== gift.giftId, 'a gift does not replace itself');
  return {
    giftId: gift.giftId,
    money: gift.money,
    interval: gift.interval,
    language,
    // The newsroom's zone, not the reader's: a zone says where somebody lives, and nothing here needs to know.
    zone: deps.newsroom.zone,
    appeal: gift.appeal,
    ...(gift.way === null ? {} : { way: gift.way }),
    placeIsSafe: deps.placeIsSafe,
    ...(collectEveryMonths === 1
      ? {}
      : {
          collectEveryMonths,
          agreed: { shown: agreedText(collectionOf(deps, begun)), language },
        }),
    ...(email === null
      ? {}
      : { attach: (tx, supporterId) => deps.contacts.attach(tx, supporterId, email) }),
  };
}

async function answer(
  deps: Deps,
  options: { readonly begun: Begun; readonly result: BeginGiftResult | ReplaceGiftResult },
): Promise<Response> {
  const { begun, result } = options;
  const { language } = begun;
  assert(
    result.kind !== 'already' || result.gift.giftId === begun.gift.giftId,
    'what was there already is this gift',
  );
  switch (result.kind) {
    case 'go':
      return seeOther(result.pageUrl);
    case 'already':
    case 'checking':
    case 'old-paid':
    case 'old-checking':
      return seeOther(thanksAddress(result.gift, language));
    case 'other-content':
      return otherContent(deps, { begun, old: await asItStands(deps, result.gift) });
    case 'refused':
      return refused(deps, { begun, reason: result.reason });
    default:
      return unreachable(result, 'the answer to a gift');
  }
}

/** The other gift may have been paid a moment ago: nothing is said of its money before the processor was asked. */
async function asItStands(deps: Deps, old: GiftView): Promise<GiftView> {
  return (await deps.giving.askProcessor(old.giftId)) ?? old;
}

/** The id has another gift: one that is made, one we are asking about, or one that can still be taken back. */
function otherContent(
  deps: Deps,
  options: { readonly begun: Begun; readonly old: GiftView },
): Response {
  const { old } = options;
  const { draft, gift, language } = options.begun;
  assertGiftShown(old);
  switch (old.stateForPeople) {
    case 'paid': {
      const page = { newsroom: deps.newsroom, language };
      const again = withAmount(draft, String(gift.money.minor), page);
      return deps.render({ ...giftMadePage({ gift: old, again, language }), status: 409 });
    }
    case 'checking':
    case 'held':
      return seeOther(thanksAddress(old, language));
    case 'waiting':
    case 'declined':
    case 'needs-confirmation':
    case 'abandoned':
    case 'refused-country': {
      const next = { ...draft, giftId: deps.random.uuid(), replaces: old.giftId };
      assert(next.giftId !== old.giftId, 'another gift has another id');
      const formTargets = deps.formTargets();
      return deps.render(
        otherContentPage({
          old,
          chosen: {
            interval: gift.interval,
            money: chargedAtOnce(gift.money, gift.collectEveryMonths),
            coversPeriods: gift.collectEveryMonths,
          },
          meant: gift.money,
          draft: next,
          language,
          formTargets,
        }),
      );
    }
    default:
      return unreachable(old.stateForPeople, 'otherContent');
  }
}

/** Nothing was charged; the form is shown again with the reason, at the field where there is one. */
function refused(
  deps: Deps,
  options: { readonly begun: Begun; readonly reason: GiftRefusal },
): Promise<Response> {
  const { draft, gift, language } = options.begun;
  const kept = withAmount(draft, String(gift.money.minor), { newsroom: deps.newsroom, language });
  const show = (problem: SupportProblem, changed: Partial<SupportDraft> = {}): Promise<Response> =>
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
    case 'way':
      return show({ field: 'way', message: 'support.way-unavailable' }, { way: '' });
    case 'daily-limit':
      return show({ field: 'pay', message: 'support.daily-limit' });
    case 'gift-id':
    case 'ended':
    case 'supporter':
      return show(
        { field: 'pay', message: 'support.gift-ended' },
        { giftId: deps.random.uuid(), replaces: '' },
      );
    case 'collection':
      return show({ field: 'every-once', message: 'support.collect-unknown' });
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
  const giftId = isFormId(draft.giftId) ? draft.giftId : deps.random.uuid();
  const settled = isMinor(draft.meant)
    ? withAmount(draft, draft.meant, { newsroom: deps.newsroom, language })
    : draft;
  assert(isFormId(giftId), 'a form that is shown again is for one gift');
  return {
    ...settled,
    giftId,
    ...(named.has('support.form-old') ? { replaces: '' } : {}),
    ...(named.has('support.appeal-unknown') ? { appealId: '', variantId: '' } : {}),
  };
}

function emptyDraft(deps: Deps, language: InterfaceLanguage): SupportDraft {
  const blank = readQuery(`http://form.invalid/support?gift=${deps.random.uuid()}`);
  return draftFromLink(blank, { newsroom: deps.newsroom, language });
}
