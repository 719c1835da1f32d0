/**
 * The listed countries over HTTP: added by one, taken away by two. Until staff have names of their own, a person is a session
 * at the desk: two sessions come from two one-time links, so whoever can print both links can be both.
 */
import { type Context, Hono } from 'hono';
import { isUuid, type Random } from '../../calendar/index.ts';
import {
  isFromElsewhere,
  type RenderPage,
  readForm,
  readQuery,
  seeOther,
} from '../../page/index.ts';
import type { CountryDataInUse, Listing } from '../../safety/index.ts';
import type { DeskPlace } from '../money/pages.ts';
import {
  COUNTRY_OUTCOMES,
  type CountriesShown,
  type CountryOutcome,
  type CountryProblem,
  countriesPage,
} from './pages.ts';

export interface CountryRoutesDependencies extends DeskPlace {
  readonly listing: Pick<Listing, 'standings' | 'look' | 'add' | 'askRemoval' | 'confirmRemoval'>;
  readonly dataInUse: () => readonly CountryDataInUse[];
  readonly random: Pick<Random, 'uuid'>;
  readonly render: RenderPage;
  /** A name made from the session, the same for all it does; null: not signed in. */
  readonly sessionName: (context: Context) => Promise<string | null>;
  readonly refuse: () => Response;
}

const TEXT_MIN = 3;
const TEXT_MAX = 500;

export function createCountryRoutes(deps: CountryRoutesDependencies): Hono {
  const app = new Hono();
  app.get('/desk/countries', async (c) => {
    if ((await deps.sessionName(c)) === null) return deps.refuse();
    const said = readQuery(c.req.url).text('said');
    return await show(deps, { outcome: COUNTRY_OUTCOMES.find((one) => one === said) ?? null });
  });
  app.post('/desk/countries/add', async (c) => {
    const sent = await readSent(deps, c);
    if (sent instanceof Response) return sent;
    const typed = {
      country: sent.text('country').toUpperCase(),
      reason: sent.text('reason'),
      source: sent.text('source'),
    };
    if (!isCountry(typed.country) || !isSentence(typed.reason) || !isSentence(typed.source)) {
      return await show(deps, { outcome: null, problem: 'form', typed });
    }
    await deps.listing.add({ ...typed, ...sent });
    return said('added');
  });
  app.post('/desk/countries/:country/ask', async (c) => {
    const sent = await readSent(deps, c);
    if (sent instanceof Response) return sent;
    const reason = sent.text('reason');
    if (!isSentence(reason)) return await wrong(deps, 'form');
    const days = daysIn(sent.text('days'));
    const country = c.req.param('country');
    const answer = await deps.listing.askRemoval({ ...sent, country, reason, days });
    return answer === 'ok' ? said('asked') : await wrong(deps, answer);
  });
  app.post('/desk/countries/:country/confirm', async (c) => {
    const sent = await readSent(deps, c);
    if (sent instanceof Response) return sent;
    const askedIn = sent.text('wish');
    if (!isUuid(askedIn)) return await wrong(deps, 'gone');
    const country = c.req.param('country');
    const answer = await deps.listing.confirmRemoval({ ...sent, country, askedIn });
    return answer === 'ok' ? said('removed') : await wrong(deps, answer);
  });
  return app;
}

interface Sent {
  readonly actId: string;
  readonly by: string;
  text(name: string): string;
}

/** What was sent by whom, or the answer to somebody who may not or to a form that is not ours. */
async function readSent(deps: CountryRoutesDependencies, c: Context): Promise<Sent | Response> {
  const by = await deps.sessionName(c);
  if (isFromElsewhere(c.req.raw) || by === null) return deps.refuse();
  const form = await readForm(c.req.raw);
  if (!form.ok || form.fields.hadControls) return await wrong(deps, 'form');
  const { fields } = form;
  const actId = fields.text('act');
  if (!isUuid(actId)) return await wrong(deps, 'form');
  return { actId, by, text: (name) => fields.text(name).trim() };
}

function isCountry(text: string): boolean {
  return /^[A-Z]{2}$/.test(text);
}

function isSentence(text: string): boolean {
  return text.length >= TEXT_MIN && text.length <= TEXT_MAX;
}

/** Empty: no end. What is no number of days is none that is allowed. */
function daysIn(text: string): number | null {
  if (text === '') return null;
  return /^\d{1,2}$/.test(text) ? Number(text) : 0;
}

async function wrong(deps: CountryRoutesDependencies, problem: CountryProblem): Promise<Response> {
  return await show(deps, { outcome: null, problem });
}

async function show(
  deps: CountryRoutesDependencies,
  told: Pick<CountriesShown, 'outcome' | 'problem' | 'typed'>,
): Promise<Response> {
  await deps.listing.look();
  const standings = deps.listing.standings();
  const newActId = () => deps.random.uuid();
  return deps.render(countriesPage(deps, { standings, data: deps.dataInUse(), newActId, ...told }));
}

function said(outcome: CountryOutcome): Response {
  return seeOther(`/desk/countries?said=${outcome}`);
}
