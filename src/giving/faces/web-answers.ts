/** What the routes of giving answer with: the form, another address, or that there is no form where the reader is. */
import { dayIn } from '../../calendar/index.ts';
import { translator } from '../../language/index.ts';
import { html, seeOther as leadTo } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import type { WayToPay } from '../checkout/ways-to-pay.ts';
import { smallestExample } from './arrives-example.ts';
import { assertAddress } from './assert-shown.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { isFormId } from './support-draft.ts';
import { currencyOf, type SupportPage, supportPage } from './support-page.ts';

/** Why no form is shown to this reader; null where one may be. */
export function placeRefusal(
  deps: Pick<GivingRoutesDependencies, 'decidePlace'>,
  request: Request,
): 'listed' | 'tor' | null {
  const place = deps.decidePlace(request);
  if (place.class === 'listed') return 'listed';
  return place.tor ? 'tor' : null;
}

/** One request's dependencies: with what is known of the place it came from. */
export interface Visit extends GivingRoutesDependencies {
  readonly placeIsSafe: boolean;
}

export function visitFrom(deps: GivingRoutesDependencies, request: Request): Visit {
  return { ...deps, placeIsSafe: deps.decidePlace(request).class === 'safe' };
}

/** The ways to pay that may be offered to whoever visits. */
export async function waysHere({ giving, placeIsSafe }: Visit): Promise<readonly WayToPay[]> {
  const ways = await giving.waysToPay();
  return ways.filter(({ takesFromUnknownPlaces }) => placeIsSafe || takesFromUnknownPlaces);
}

/** The support page for this newsroom and day. */
export async function showForm(
  deps: Visit,
  page: Omit<
    SupportPage,
    'newsroom' | 'today' | 'arrives' | 'ways' | 'listedCountryNames' | 'formTargets'
  >,
): Promise<Response> {
  const { newsroom, clock } = deps;
  const currency = currencyOf(newsroom, page.draft.currency);
  assert(isFormId(page.draft.giftId), 'a form is for one gift');
  return deps.render(
    supportPage({
      ...page,
      newsroom,
      today: dayIn(clock.now(), newsroom.zone),
      arrives: await smallestExample(deps.giving, { newsroom, currency }),
      ways: await waysHere(deps),
      listedCountryNames: deps.listedCountryNames(page.language),
      formTargets: deps.formTargets(),
    }),
  );
}

/** A page that leads on by itself, so that the next request starts at a page of ours; without that there is its link. */
export function openFromHere(
  deps: GivingRoutesDependencies,
  to: { readonly address: string; readonly language: string },
): Response {
  assertAddress(to.address);
  assert(to.address.startsWith('/support?'), 'the form is opened again from a page of ours');
  const t = translator(to.language);
  const response = deps.render({
    kind: 'private',
    title: t('support.title'),
    language: to.language,
    body: html`<p><a class="button" href="${to.address}">${t('support.open')}</a></p>`,
  });
  response.headers.set('refresh', `0;url=${to.address}`);
  return response;
}

/** To another address, one that pages may lead to. */
export function seeOther(address: string): Response {
  assertAddress(address);
  return leadTo(address);
}
