/**
 * The door to pay pages of ours: where no form is shown there is no page to pay on either, whoever kept its address and
 * from whichever processor it is. Nothing was charged by opening one.
 */
import { pageLanguage } from '../../newsroom/index.ts';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { noFormPage } from './refusal-pages.ts';
import { placeRefusal } from './web-answers.ts';

/** The answer for a reader who may not pay from where they are; undefined where they may. */
export function payPageRefusal(
  deps: Pick<GivingRoutesDependencies, 'decidePlace' | 'newsroom' | 'render'>,
  request: Request,
): Response | undefined {
  const why = placeRefusal(deps, request);
  if (why === null) return undefined;
  const language = pageLanguage(request, deps);
  return deps.render(noFormPage({ why, language, wasSent: request.method !== 'GET' }));
}
