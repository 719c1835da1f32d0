/**
 * The desk over HTTP: a way in, the overview, and in a demo the clock. Everything but the way in needs a session; POSTs
 * also need to come from our own pages (the cookie is SameSite=Strict, and browsers say where a request starts).
 */
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Clock, Instant, Random } from '../calendar/index.ts';
import { translator } from '../language/index.ts';
import {
  html,
  isFromElsewhere,
  type PageContent,
  type RenderPage,
  readForm,
  readQuery,
} from '../page/index.ts';
import { createAccountRoutes } from './accounts/routes.ts';
import { createCountryRoutes } from './countries/routes.ts';
import { createExperimentRoutes } from './experiments/routes.ts';
import { createMoneyRoutes } from './money/routes.ts';
import { overviewPage } from './overview-page.ts';
import type { DemoControls, DeskReports } from './reports.ts';
import { type DeskSessions, sessionName } from './session.ts';

export interface DeskRoutesDependencies {
  readonly sessions: DeskSessions;
  readonly reports: DeskReports;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
  /** The newsroom's zone: "today" is its day. */
  readonly zone: string;
  readonly language: string;
  readonly render: RenderPage;
  /** Whether the desk is served over TLS, so that the cookie can be bound to the host. */
  readonly isSecure: boolean;
  readonly demo: DemoControls | null;
}

/** As far back as what was asked is counted. */
const APPEAL_DAYS = 90;
const SESSION_SECONDS = 12 * 60 * 60;

export function createDeskRoutes(dependencies: DeskRoutesDependencies): Hono {
  const { sessions, render } = dependencies;
  const cookieName = dependencies.isSecure ? '__Host-desk' : 'desk';
  const t = translator(dependencies.language);
  const app = new Hono();

  const isIn = async (c: Context): Promise<boolean> => {
    const secret = getCookie(c, cookieName);
    return secret !== undefined && (await sessions.isIn(secret));
  };
  const refuse = () =>
    render(messagePage(dependencies, { status: 403, message: t('desk.locked') }));

  app.get('/desk/enter', (c) => {
    const link = readQuery(c.req.url).text('link');
    return render(enterPage(dependencies, link));
  });

  app.post('/desk/enter', async (c) => {
    if (isFromElsewhere(c.req.raw)) return refuse();
    const form = await readForm(c.req.raw);
    const session = form.ok ? await sessions.enter(form.fields.text('link')) : undefined;
    if (session === undefined) {
      return render(messagePage(dependencies, { status: 403, message: t('desk.link-used') }));
    }
    setCookie(c, cookieName, session, {
      path: '/',
      httpOnly: true,
      sameSite: 'Strict',
      secure: dependencies.isSecure,
      maxAge: SESSION_SECONDS,
    });
    return c.redirect('/desk', 303);
  });

  app.get('/desk', async (c) => {
    if (!(await isIn(c))) return refuse();
    const moved = readQuery(c.req.url).text('moved');
    return render(
      overviewPage(await overview(dependencies, moved === '1' ? t('desk.moved') : null)),
    );
  });

  app.post('/desk/advance', async (c) => {
    if (isFromElsewhere(c.req.raw) || !(await isIn(c))) return refuse();
    if (dependencies.demo === null) return refuse();
    await dependencies.demo.advanceOneMonth();
    return c.redirect('/desk?moved=1', 303);
  });

  const { language, zone, random, reports } = dependencies;
  const money = { language, zone, random, render, isIn, refuse, giving: reports.giving };
  app.route('/', createMoneyRoutes(money));
  app.route('/', createAccountRoutes(money));
  app.route('/', createExperimentRoutes({ ...money, experiments: reports.experiments }));

  const { listing, dataInUse } = reports;
  const nameOfSession = async (c: Context): Promise<string | null> => {
    const secret = getCookie(c, cookieName);
    return secret !== undefined && (await sessions.isIn(secret)) ? sessionName(secret) : null;
  };
  app.route('/', createCountryRoutes({ ...money, listing, dataInUse, sessionName: nameOfSession }));

  app.post('/desk/leave', async (c) => {
    const secret = getCookie(c, cookieName);
    if (isFromElsewhere(c.req.raw) || secret === undefined) return refuse();
    await sessions.leave(secret);
    return c.redirect('/', 303);
  });

  return app;
}

async function overview(dependencies: DeskRoutesDependencies, notice: string | null) {
  const { reports, clock, zone } = dependencies;
  const now = clock.now();
  const { giving } = reports;
  const [today, month, pledges, appealCounts, given, balances, alarms] = await Promise.all([
    giving.giftsBetween({ from: startOfDay(now, zone), to: now }),
    giving.giftsBetween({ from: startOfMonth(now, zone), to: now }),
    giving.activePledges(),
    reports.appealCounts(),
    giving.givenPerAppeal({ from: startOfDay(now.subtract({ hours: 24 * APPEAL_DAYS }), zone) }),
    giving.ledgerBalances(),
    giving.alarms(),
  ]);
  return {
    language: dependencies.language,
    zone,
    now,
    today,
    month,
    pledges,
    appealCounts,
    given,
    balances,
    alarms,
    whyNobodyIsAsked: reports.whyNobodyIsAsked(),
    whatAgesSoon: reports.whatAgesSoon(),
    isDemo: dependencies.demo !== null,
    notice,
  };
}

function startOfDay(now: Instant, zone: string): Instant {
  return now.toZonedDateTimeISO(zone).startOfDay().toInstant();
}

function startOfMonth(now: Instant, zone: string): Instant {
  return now.toZonedDateTimeISO(zone).with({ day: 1 }).startOfDay().toInstant();
}

function enterPage(dependencies: DeskRoutesDependencies, link: string): PageContent {
  const t = translator(dependencies.language);
  return {
    kind: 'desk',
    title: t('desk.title'),
    language: dependencies.language,
    body: html`<h1>${t('desk.enter-title')}</h1>
<p>${t('desk.enter-note')}</p>
<form method="post" action="/desk/enter"><input type="hidden" name="link" value="${link}"><button class="main">${t('desk.enter')}</button></form>`,
  };
}

function messagePage(
  dependencies: DeskRoutesDependencies,
  options: { readonly status: number; readonly message: string },
): PageContent {
  const t = translator(dependencies.language);
  return {
    kind: 'desk',
    title: t('desk.title'),
    language: dependencies.language,
    status: options.status,
    body: html`<h1>${t('desk.title')}</h1><p>${options.message}</p><p><code>npm run tuppence -- desk-link</code></p>`,
  };
}
