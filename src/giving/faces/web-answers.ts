/** What the routes of giving answer with: the form, another address, or that there is no form where the reader is. */
import { dayIn } from '../../calendar/index.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { type SupportPage, supportPage } from './support-page.ts';

/** Why no form is shown to this reader; null where one may be. */
export function placeRefusal(
  deps: GivingRoutesDependencies,
  request: Request,
): 'listed' | 'tor' | null {
  const place = deps.decidePlace(request);
  if (place.class === 'listed') return 'listed';
  return place.tor ? 'tor' : null;
}

/** The support page for this newsroom and day. */
export function showForm(
  deps: GivingRoutesDependencies,
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

/** 303 whatever the method was, never kept. */
export function seeOther(address: string): Response {
  return new Response(null, {
    status: 303,
    headers: {
      location: address,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  });
}
