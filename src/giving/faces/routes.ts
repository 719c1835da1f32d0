/**
 * The addresses of giving: the support page, the way back from the processor, and the page of one gift. Thin: what was
 * sent is read by `support-form.ts`, what happens to a gift is decided by the core, and these routes choose the page.
 *
 * Everything here decides the reader's place anew on each request; nothing a browser sends can stand in for it.
 */
import { Hono } from 'hono';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { openForm } from './open-form.ts';
import { payNext } from './pay-next.ts';
import { comeBack, saveReceipt, showGift, showNumber } from './show-gift.ts';
import { takeForm } from './take-form.ts';

export function createGivingRoutes(deps: GivingRoutesDependencies): Hono {
  const routes = new Hono();
  /** A page that would say something untrue is not shown, and the desk is told: see `assert-shown.ts`. */
  const shown = async (
    giftId: string | null,
    page: () => Promise<Response> | Response,
  ): Promise<Response> => {
    try {
      return await page();
    } catch (error) {
      await deps.giving.noteFailure?.({ what: 'page', giftId }, error);
      throw error;
    }
  };
  routes.get('/support', ({ req }) =>
    shown(req.query('gift') ?? null, () => openForm(deps, req.raw)),
  );
  routes.post('/support', ({ req }) => shown(null, () => takeForm(deps, req.raw)));
  routes.get('/support/return/:gift', ({ req }) =>
    shown(req.param('gift'), () => comeBack(deps, req.raw, req.param('gift'))),
  );
  routes.get('/thanks/:gift', ({ req }) =>
    shown(req.param('gift'), () => showGift(deps, req.raw, req.param('gift'))),
  );
  routes.get('/thanks/:gift/receipt.txt', ({ req }) =>
    shown(req.param('gift'), () => saveReceipt(deps, req.raw, req.param('gift'))),
  );
  routes.post('/thanks/:gift/number', ({ req }) =>
    shown(req.param('gift'), () => showNumber(deps, req.raw, req.param('gift'))),
  );
  routes.post('/thanks/:gift/pay', ({ req }) =>
    shown(req.param('gift'), () => payNext(deps, req.raw, req.param('gift'))),
  );
  return routes;
}
