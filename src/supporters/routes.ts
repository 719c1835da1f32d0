/**
 * The pages of a supporter: manage, stop, be forgotten. All work without script, login, session or cookie.
 *
 * Every step is a POST whose body carries the number again, and every step looks it up again: there is nothing to steal
 * between two steps, and nothing to expire. A GET only ever shows a form. `/stop` and `/forget` act on a number alone and
 * answer the same whether it means somebody or nobody; `/manage` must differ, and differs in nothing but what is held.
 *
 * Everything that means to give less is open to everybody everywhere. Giving more, or giving again after a pause, is a gift:
 * it is refused where the place is listed, and over Tor.
 */
import { type Context, Hono } from 'hono';
import type { Clock } from '../calendar/index.ts';
import { type Giving, type PledgeChange, type PledgeView, thanksAddress } from '../giving/index.ts';
import { translator } from '../language/index.ts';
import { LARGEST_MINOR } from '../money/index.ts';
import { type Newsroom, pageLanguage } from '../newsroom/index.ts';
import {
  type FormFields,
  type PageContent,
  type RenderPage,
  readForm,
  seeOther,
} from '../page/index.ts';
import { assert, PROBLEMS, Problem } from '../problems/index.ts';
import type { DecidePlace } from '../safety/index.ts';
import {
  type AmountLimits,
  type AmountVisit,
  amountConfirmPage,
  amountPage,
  amountQuestionPage,
  readNewAmount,
} from './amount-pages.ts';
import {
  changedPage,
  forgetConfirmPage,
  forgottenPage,
  numberAloneConfirmPage,
  numberAloneDonePage,
  pausePage,
  readMonths,
  stopConfirmPage,
  stoppedPage,
} from './change-pages.ts';
import { changeTerms, type TermsGiving } from './change-terms.ts';
import type { Contacts } from './contact-store.ts';
import { type NumberPageProblem, type NumberPurpose, numberPage } from './number-page.ts';
import { type Holdings, overviewPage } from './overview-page.ts';
import {
  formatSupporterNumber,
  parseSupporterNumber,
  type SupporterNumber,
} from './supporter-number.ts';
import type { Supporters } from './supporters.ts';
import { type UndoGiving, undoVisit } from './undo-visit.ts';
import { isWayOut } from './way-out.ts';
import { wayOutPage } from './way-out-page.ts';

export interface SupporterRoutesDependencies {
  readonly supporters: Supporters;
  readonly giving: Pick<
    Giving,
    'pledgesOf' | 'giftsOf' | 'giftView' | 'changePledgeAmount' | 'pausePledge' | 'resumePledge'
  > &
    TermsGiving &
    UndoGiving;
  readonly contacts: Pick<Contacts, 'removeByWayOut'>;
  readonly newsroom: Newsroom;
  readonly clock: Clock;
  readonly decidePlace: DecidePlace;
  readonly render: RenderPage;
}

/** Where a form posts a number that was just shown, to have it back as a file. */
export const NUMBER_FILE_PATH = '/manage/number.txt';

/** Somebody who sent a number that reads well. */
interface Caller {
  readonly number: SupporterNumber;
  readonly language: string;
  readonly fields: FormFields;
  /** False in a listed place and over Tor. */
  readonly mayGive: boolean;
}

/** Somebody whose number is known. */
interface Guest extends Caller {
  readonly supporterId: string;
}

interface PledgeGuest extends Guest {
  readonly pledge: PledgeView;
}

export function createSupporterRoutes(deps: SupporterRoutesDependencies): Hono {
  const app = new Hono();
  for (const purpose of ['manage', 'stop', 'forget'] as const) {
    app.get(`/${purpose}`, (context) => {
      const language = pageLanguage(context.req.raw, { newsroom: deps.newsroom });
      return deps.render(numberPage({ purpose, language }));
    });
  }
  app.post('/manage', (context) => asGuest(deps, context, (guest) => overview(deps, guest)));
  app.post('/manage/amount', (context) =>
    withPledge(deps, context, (guest) => changeAmount(deps, guest)),
  );
  app.post('/manage/when', (context) => withPledge(deps, context, (guest) => when(deps, guest)));
  app.post('/manage/pay', (context) =>
    withPledge(deps, context, (guest) => changeMethod(deps, guest)),
  );
  app.post('/manage/pause', (context) => withPledge(deps, context, (guest) => pause(deps, guest)));
  app.post('/manage/resume', (context) =>
    withPledge(deps, context, (guest) => resume(deps, guest)),
  );
  app.post('/manage/stop', (context) => withPledge(deps, context, (guest) => stop(deps, guest)));
  app.post('/manage/undo', (context) =>
    asGuest(deps, context, (guest) => undo(deps, guest), 'undo'),
  );
  app.post('/manage/forget', (context) => asGuest(deps, context, (guest) => forget(deps, guest)));
  app.post('/stop', (context) => byNumberAlone(deps, context, 'stop'));
  app.post('/forget', (context) => byNumberAlone(deps, context, 'forget'));
  app.post(NUMBER_FILE_PATH, (context) => asCaller(deps, context, 'manage', numberFile));
  app.get('/letters/:token', (context) => wayOut(deps, context, false));
  app.post('/letters/:token', (context) => wayOut(deps, context, true));
  // A page that was reached by POST and is opened again from a list of addresses.
  app.get('/manage/:step', (context) => context.redirect('/manage', 303));
  return app;
}

/** Reads the form and the number in it. What cannot be read is told on the page that asks for it, with what was typed. */
async function asCaller(
  deps: SupporterRoutesDependencies,
  context: Context,
  purpose: NumberPurpose,
  act: (caller: Caller) => Response | Promise<Response>,
): Promise<Response> {
  const reading = await readForm(context.req.raw);
  const { newsroom } = deps;
  if (!reading.ok) {
    const language = pageLanguage(context.req.raw, { newsroom });
    const { status } = PROBLEMS[reading.problem];
    return deps.render(numberPage({ purpose, language, problem: 'unreadable', status }));
  }
  const { fields } = reading;
  const language = pageLanguage(context.req.raw, { newsroom, asked: fields.text('language') });
  const typed = fields.text('number');
  const along = alongWith(purpose, fields);
  const refuse = (problem: NumberPageProblem): Response =>
    deps.render(numberPage({ purpose, language, typed, problem, along, status: 400 }));
  if (fields.hadControls) return refuse('controls');
  const read = parseSupporterNumber(typed);
  if (!read.ok) return refuse(read.problem);
  const place = deps.decidePlace(context.req.raw);
  const mayGive = place.class !== 'listed' && !place.tor;
  return await act({ number: read.number, language, fields, mayGive });
}

async function asGuest(
  deps: SupporterRoutesDependencies,
  context: Context,
  act: (guest: Guest) => Promise<Response>,
  purpose: 'manage' | 'undo' = 'manage',
): Promise<Response> {
  return await asCaller(deps, context, purpose, async (caller) => {
    const supporterId = await deps.supporters.supporterOf(caller.number);
    if (supporterId !== undefined) return await act({ ...caller, supporterId });
    // The same status as for a number that means somebody.
    return deps.render(
      numberPage({
        purpose,
        along: alongWith(purpose, caller.fields),
        language: caller.language,
        typed: caller.fields.text('number'),
        problem: 'nothing-held',
      }),
    );
  });
}

/** What a form sends beside the number and must not lose when the number has to be typed again. */
function alongWith(purpose: NumberPurpose, fields: FormFields): Readonly<Record<string, string>> {
  return purpose === 'undo' ? { gift: fields.text('gift').slice(0, 100) } : {};
}

/** The pledge a form names, if it is one of this supporter's; any other id is not known here. */
async function withPledge(
  deps: SupporterRoutesDependencies,
  context: Context,
  act: (guest: PledgeGuest) => Promise<Response>,
): Promise<Response> {
  return await asGuest(deps, context, async (guest) => {
    const pledges = await deps.giving.pledgesOf(guest.supporterId);
    const named = guest.fields.text('pledge').toLowerCase();
    const pledge = pledges.find(({ pledgeId }) => pledgeId === named);
    if (pledge !== undefined) return await act({ ...guest, pledge });
    return await overview(deps, guest, { problem: 'manage.pledge-unknown', status: 404 });
  });
}

async function overview(
  deps: SupporterRoutesDependencies,
  guest: Guest,
  trouble?: {
    problem:
      | 'manage.pledge-unknown'
      | 'manage.gift-unknown'
      | 'manage.not-possible'
      | 'manage.place';
    status: number;
  },
): Promise<Response> {
  const { number, language, supporterId } = guest;
  const gifts = await deps.giving.giftsOf(supporterId);
  const holdings: Holdings = {
    number,
    language,
    zone: deps.newsroom.zone,
    now: deps.clock.now(),
    pledges: await deps.giving.pledgesOf(supporterId),
    gifts,
    returns: await deps.giving.returnsOf(gifts.map(({ giftId }) => giftId)),
  };
  return deps.render(
    trouble === undefined
      ? overviewPage(holdings)
      : overviewPage(holdings, {
          problem: translator(language)(trouble.problem),
          status: trouble.status,
        }),
  );
}

/** The pledge is no longer in a state that allows this; what it is now stands on the page. */
function notPossible(deps: SupporterRoutesDependencies, guest: Guest): Promise<Response> {
  return overview(deps, guest, { problem: 'manage.not-possible', status: 409 });
}

async function changeAmount(
  deps: SupporterRoutesDependencies,
  guest: PledgeGuest,
): Promise<Response> {
  const { fields, language, pledge } = guest;
  const visit: AmountVisit = { ...guest, typed: fields.text('amount') };
  const meant = fields.text('meant');
  if (!fields.has('amount') && meant === '') return deps.render(amountPage(visit));
  const read = readNewAmount({
    typed: visit.typed,
    meant,
    currency: pledge.money.currency,
    limits: limitsOf(deps.newsroom, pledge),
    language,
  });
  if (read.kind === 'wrong') return deps.render(amountPage(visit, read.message));
  if (read.kind === 'question') return deps.render(amountQuestionPage(visit, read.offers));
  if (!guest.mayGive && read.money.minor > pledge.money.minor)
    return await notFromHere(deps, guest);
  if (fields.text('confirm') !== 'yes') return deps.render(amountConfirmPage(visit, read.money));
  const change = await deps.giving.changePledgeAmount({
    pledgeId: pledge.pledgeId,
    money: read.money,
  });
  return await told(deps, guest, change, (changed) => {
    const what = change.kind === 'unchanged' ? 'same-amount' : 'amount';
    return changedPage({ ...guest, pledge: changed }, what);
  });
}

/** Day, interval, months at once. */
async function when(deps: SupporterRoutesDependencies, guest: PledgeGuest): Promise<Response> {
  const answer = await changeTerms(deps.giving, guest, limitsOf(deps.newsroom, guest.pledge));
  switch (answer.kind) {
    case 'page':
      return deps.render(answer.page);
    case 'not-from-here':
      return await notFromHere(deps, guest);
    case 'not-possible':
      return await notPossible(deps, guest);
    case 'changed': {
      const what = answer.change.kind === 'unchanged' ? 'same-terms' : 'terms';
      return await told(deps, guest, answer.change, (pledge) =>
        changedPage({ ...guest, pledge }, what),
      );
    }
  }
}

/**
 * Another card or another company: the page of the next gift, which is paid there by hand, and later ones follow from it.
 * Its address holds a key, because its id alone could be computed by a company that charged the pledge.
 */
async function changeMethod(
  deps: SupporterRoutesDependencies,
  guest: PledgeGuest,
): Promise<Response> {
  const { openGiftId } = guest.pledge;
  const gift = openGiftId === null ? undefined : await deps.giving.giftView(openGiftId);
  if (gift === undefined) return await notPossible(deps, guest);
  assert(gift.supporterId === guest.supporterId, 'nobody is led to the gift of somebody else');
  return seeOther(thanksAddress(gift, guest.language));
}

/** Where more must not be given. */
function notFromHere(deps: SupporterRoutesDependencies, guest: Guest): Promise<Response> {
  return overview(deps, guest, { problem: 'manage.place', status: 403 });
}

/** The newsroom's limits for the pledge's currency; where it has none any more, the core decides. */
function limitsOf(newsroom: Newsroom, pledge: PledgeView): AmountLimits {
  const set = newsroom.giving.amounts[pledge.money.currency];
  return { minimum: set?.minimum ?? 1n, maximum: set?.maximum ?? LARGEST_MINOR };
}

async function pause(deps: SupporterRoutesDependencies, guest: PledgeGuest): Promise<Response> {
  const { fields, language, pledge } = guest;
  if (!fields.has('months')) return deps.render(pausePage(guest));
  const months = readMonths(fields.text('months'));
  if (months === undefined) {
    return deps.render(pausePage(guest, translator(language)('manage.pause-wrong')));
  }
  const change = await deps.giving.pausePledge({ pledgeId: pledge.pledgeId, months });
  return await told(deps, guest, change, (changed) =>
    changedPage({ ...guest, pledge: changed }, 'paused'),
  );
}

async function resume(deps: SupporterRoutesDependencies, guest: PledgeGuest): Promise<Response> {
  if (!guest.mayGive) return await notFromHere(deps, guest);
  const change = await deps.giving.resumePledge(guest.pledge.pledgeId);
  return await told(deps, guest, change, (changed) =>
    changedPage({ ...guest, pledge: changed }, 'resumed'),
  );
}

/** What the core answered to a change, as a page. */
async function told(
  deps: SupporterRoutesDependencies,
  guest: PledgeGuest,
  change: PledgeChange,
  done: (pledge: PledgeView) => PageContent,
): Promise<Response> {
  switch (change.kind) {
    case 'changed':
    case 'unchanged':
      return deps.render(done(change.pledge));
    case 'not-possible':
    case 'refused':
      return await notPossible(deps, guest);
    case 'not-found':
      return await overview(deps, guest, { problem: 'manage.pledge-unknown', status: 404 });
  }
}

async function stop(deps: SupporterRoutesDependencies, guest: PledgeGuest): Promise<Response> {
  const { fields, pledge } = guest;
  if (fields.text('confirm') !== 'yes') return deps.render(stopConfirmPage(guest));
  const answer = await deps.supporters.stopPledge({
    supporterId: guest.supporterId,
    pledgeId: pledge.pledgeId,
  });
  if (answer === null) {
    return await overview(deps, guest, { problem: 'manage.pledge-unknown', status: 404 });
  }
  return deps.render(stoppedPage(guest, answer.willStillComplete));
}

/** Taking a gift back; see `undo-visit.ts`. */
async function undo(deps: SupporterRoutesDependencies, guest: Guest): Promise<Response> {
  const { supporters, giving, clock, newsroom } = deps;
  const page = await undoVisit(
    { supporters, giving, now: clock.now(), zone: newsroom.zone },
    guest,
  );
  if (page !== 'unknown-gift') return deps.render(page);
  return await overview(deps, guest, { problem: 'manage.gift-unknown', status: 404 });
}

async function forget(deps: SupporterRoutesDependencies, guest: Guest): Promise<Response> {
  if (guest.fields.text('confirm') !== 'yes') return deps.render(forgetConfirmPage(guest));
  const answer = await deps.supporters.forgetByNumber(guest.number);
  return deps.render(forgottenPage(guest, answer ?? { stopped: 0, willStillComplete: false }));
}

/** `/stop` and `/forget`: two taps with a number alone, and the same two pages for every number. */
async function byNumberAlone(
  deps: SupporterRoutesDependencies,
  context: Context,
  purpose: 'stop' | 'forget',
): Promise<Response> {
  return await asCaller(deps, context, purpose, async (caller) => {
    if (caller.fields.text('confirm') !== 'yes') {
      return deps.render(numberAloneConfirmPage(caller, purpose));
    }
    if (purpose === 'stop') await deps.supporters.stopByNumber(caller.number);
    else await deps.supporters.forgetByNumber(caller.number);
    return deps.render(numberAloneDonePage(caller, purpose));
  });
}

/** One click (RFC 8058): the body of the POST is a mail program's own and is not looked at. */
async function wayOut(
  deps: SupporterRoutesDependencies,
  context: Context,
  isSent: boolean,
): Promise<Response> {
  const token = context.req.param('token') ?? '';
  if (!isWayOut(token)) throw new Problem('NOT_FOUND');
  if (isSent) await deps.contacts.removeByWayOut(token);
  const language = pageLanguage(context.req.raw, { newsroom: deps.newsroom });
  return deps.render(wayOutPage({ token, language, isDone: isSent }));
}

/** The number as a file with a name that says nothing. It holds what was sent, so nothing has to be known or kept for it. */
function numberFile({ number, language }: Caller): Response {
  const t = translator(language);
  return new Response(`${formatSupporterNumber(number)}\n\n${t('manage.file')}\n`, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="note.txt"',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}
