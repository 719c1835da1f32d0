/**
 * The HTTP application: every feature's routes under one roof, with one frame, one set of headers and one way to say that
 * something went wrong. It works from Request to Response, so tests need no socket.
 */
import { Hono } from 'hono';
import { type Appeals, createAppealRoutes, noteAtOnce, noteSlot } from '../appeals/index.ts';
import type { Clock, Random } from '../calendar/index.ts';
import { type Db, isDatabaseUnreachable } from '../database/index.ts';
import {
  createDeskRoutes,
  type DemoControls,
  type DeskReports,
  type DeskSessions,
} from '../desk/index.ts';
import { createGivingRoutes, type Giving, type Processor } from '../giving/index.ts';

import { type Newsroom, pageLanguage } from '../newsroom/index.ts';
import {
  BROWSER_SCRIPTS,
  browserScriptResponse,
  buildBrowserScript,
  nothing,
  type RenderPage,
  readLimitedBytes,
  withCommonHeaders,
} from '../page/index.ts';
import { errorFacts, type Log, Problem, type ProblemCode } from '../problems/index.ts';
import { createReminderRoutes } from '../reminders/index.ts';
import {
  type Asker,
  countryNames,
  type DecidePlace,
  type Listing,
  safetyPage,
} from '../safety/index.ts';
import {
  createStoryRoutes,
  type FinishedAnswer,
  notFoundContent,
  redirectOldPath,
  type StoryRoutes,
} from '../stories/index.ts';
import {
  type Contacts,
  createSupporterRoutes,
  numberShownUntil,
  type Supporters,
} from '../supporters/index.ts';
import { createDemoRoutes, type DemoLetter, demoBar } from './demo/demo-routes.ts';
import type { DemoState } from './demo/demo-state.ts';
import { isForeignForm } from './foreign-forms.ts';
import { createFrame } from './frame.ts';
import { type AccountPayPages, mountPayPages } from './pay-pages.ts';
import { problemPage } from './problem-page.ts';
import { makeStyleSheets } from './style/stylesheet.ts';

export interface ApplicationDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly newsroom: Newsroom;
  readonly origin: string;
  readonly giving: Giving;
  readonly appeals: Appeals;
  readonly contacts: Contacts;
  readonly supporters: Supporters;
  readonly processors: readonly Processor[];
  /** Pay pages of ours, each for one account. */
  readonly payPages: readonly AccountPayPages[];
  readonly listing: Listing;
  readonly decidePlace: DecidePlace;
  readonly desk: {
    readonly sessions: DeskSessions;
    readonly reports: DeskReports;
    readonly demo: DemoControls | null;
  };
  readonly demo: {
    readonly state: DemoState;
    readonly letters: () => readonly DemoLetter[];
    readonly bankOrigin: string;
  } | null;
}

export interface Application {
  fetch(request: Request): Response | Promise<Response>;
  /** The whole answer where one lies ready in memory, the same as `fetch` would give; else undefined. */
  answerAtOnce(
    asked: Parameters<StoryRoutes['answerAtOnce']>[0] & { readonly asker: Asker },
  ): FinishedAnswer | undefined;
}

const WEBHOOK_BYTES_LIMIT = 262_144;

export function createApplication(dependencies: ApplicationDependencies): Application {
  const render = createFrame({
    newsroom: dependencies.newsroom,
    styles: makeStyleSheets({
      accent: dependencies.newsroom.accent,
      demo: dependencies.demo !== null,
    }),
    exitTo: dependencies.newsroom.safety.exit_to,
    demoBar: dependencies.demo === null ? () => nothing : demoBar,
  });
  const app = new Hono();
  const language = dependencies.newsroom.languages[0] ?? 'en';

  const stories = createStoryRoutes({ ...dependencies, render, slot: noteSlot });
  app.route('/', stories);
  mountFeatures(app, { ...dependencies, render });
  mountScripts(app);
  mountWebhooks(app, dependencies);

  app.notFound(async (c) => {
    const moved = await redirectOldPath(dependencies.db, c.req.raw);
    if (moved !== undefined) return moved;
    const more = await notFoundContent({
      db: dependencies.db,
      newsroom: dependencies.newsroom,
      language,
    });
    return render(problemPage({ code: 'NOT_FOUND', language, more }));
  });
  app.onError((error, c) => {
    const code = problemCode(error);
    if (code === 'INTERNAL') dependencies.log.error('request-failed', errorFacts(error));
    if (code === 'RECORDS_UNREACHABLE') dependencies.log.warn('database-unreachable');
    return render(problemPage({ code, language: pageLanguage(c.req.raw, dependencies) }));
  });
  return {
    answerAtOnce: (asked) =>
      stories.answerAtOnce(asked) ??
      noteAtOnce(
        dependencies.appeals,
        asked,
        () => dependencies.decidePlace(asked.asker).class === 'safe',
      ),
    fetch(request) {
      if (isForeignForm(request)) {
        const language = pageLanguage(request, dependencies);
        return render(problemPage({ code: 'FROM_ELSEWHERE', language }));
      }
      const response = app.fetch(request);
      return response instanceof Promise
        ? response.then(withCommonHeaders)
        : withCommonHeaders(response);
    },
  };
}

interface MountDependencies extends ApplicationDependencies {
  readonly render: RenderPage;
}

function mountFeatures(app: Hono, dependencies: MountDependencies): void {
  const { newsroom, clock, random, render, decidePlace, giving, appeals, listing } = dependencies;
  app.route('/', createAppealRoutes({ appeals, decidePlace, render }));
  app.route('/', createReminderRoutes({ clock, random, newsroom, decidePlace, render }));
  app.route(
    '/',
    createGivingRoutes({
      giving,
      newsroom,
      decidePlace,
      clock,
      random,
      render,
      contacts: dependencies.contacts,
      issueNumber: (giftId) => dependencies.supporters.issueNumber(giftId),
      numberShownUntil,
      knowsAppeal: (mark) => appeals.knowsAppeal(mark),
      refusesBeforeBank: dependencies.processors.every(
        (processor) => processor.capabilities.payerCountry === 'before-authorisation',
      ),
      listedCountryNames: (language) => countryNames(listing.codes(), language),
      formTargets: () =>
        dependencies.processors.flatMap((processor) => processor.capabilities.pageOrigins),
    }),
  );
  app.route(
    '/',
    createSupporterRoutes({
      supporters: dependencies.supporters,
      contacts: dependencies.contacts,
      giving,
      newsroom,
      clock,
      decidePlace,
      render,
    }),
  );
  mountPayPages(app, dependencies);
  app.get('/safely', (c) =>
    render(
      safetyPage({
        language: pageLanguage(c.req.raw, { newsroom }),
        listed: listing.codes(),
        credits: dependencies.desk.reports
          .dataInUse()
          .map(({ maker }) => maker)
          .filter(({ isNamedInPublic }) => isNamedInPublic),
      }),
    ),
  );
  app.route(
    '/',
    createDeskRoutes({
      ...dependencies.desk,
      clock,
      random,
      zone: newsroom.zone,
      language: newsroom.languages[0] ?? 'en',
      render,
      isSecure: dependencies.origin.startsWith('https:'),
    }),
  );
  if (dependencies.demo !== null)
    app.route('/', createDemoRoutes({ ...dependencies.demo, render }));
}

function mountScripts(app: Hono): void {
  for (const name of BROWSER_SCRIPTS) {
    app.get(`/${name}.js`, async (c) =>
      browserScriptResponse(await buildBrowserScript(name), c.req.raw),
    );
  }
  // Browsers ask by themselves; an icon would tell a list of tabs whose pages were read.
  app.get('/favicon.ico', (c) => c.body(null, 204, { 'cache-control': 'public, max-age=86400' }));
}

/** A processor's message is kept as its raw bytes, answered, and worked on later. */
function mountWebhooks(app: Hono, dependencies: ApplicationDependencies): void {
  app.post('/hooks/:account', async (c) => {
    const body = await readLimitedBytes(c.req.raw, WEBHOOK_BYTES_LIMIT);
    if (body === undefined) return c.body(null, 413);
    const answer = await dependencies.giving.takeWebhook({
      accountId: c.req.param('account'),
      body,
      headers: c.req.raw.headers,
    });
    switch (answer.kind) {
      case 'stored':
      case 'duplicate':
        return c.body(null, 200);
      case 'refused':
        return c.body(null, 400);
      case 'unknown-account':
        return c.body(null, 404);
    }
  });
}

function problemCode(error: Error): ProblemCode {
  if (error instanceof Problem) return error.code;
  return isDatabaseUnreachable(error) ? 'RECORDS_UNREACHABLE' : 'INTERNAL';
}
