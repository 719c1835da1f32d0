/**
 * The addresses of giving: the support page, the way back from the processor, and the page of one gift. Thin: what was
 * sent is read by `support-form.ts`, what happens to a gift is decided by the core, and these routes choose the page.
 *
 * Everything here decides the reader's place anew on each request; nothing a browser sends can stand in for it.
 */
import { Hono } from 'hono';
import type { GivingRoutesDependencies } from './giving-web-ports.ts';
import { openForm } from './open-form.ts';
import { comeBack, saveReceipt, showGift, showNumber } from './show-gift.ts';
import { takeForm } from './take-form.ts';

export function createGivingRoutes(deps: GivingRoutesDependencies): Hono {
  const routes = new Hono();
  routes.get('/support', (context) => openForm(deps, context.req.raw));
  routes.post('/support', (context) => takeForm(deps, context.req.raw));
  routes.get('/support/return/:gift', (context) =>
    comeBack(deps, context.req.raw, context.req.param('gift')),
  );
  routes.get('/thanks/:gift', (context) =>
    showGift(deps, context.req.raw, context.req.param('gift')),
  );
  routes.get('/thanks/:gift/receipt.txt', (context) =>
    saveReceipt(deps, context.req.raw, context.req.param('gift')),
  );
  routes.post('/thanks/:gift/number', (context) =>
    showNumber(deps, context.req.raw, context.req.param('gift')),
  );
  return routes;
}
