/** The HTTP side of the switchboard and of the developer's pages. */
import { Hono } from 'hono';
import { type FormFields, readForm, readLimited } from '../../../page/index.ts';
import { json, problem } from './api-once.ts';
import type { Bank } from './bank.ts';
import { booksPage, issuersPage } from './books-pages.ts';
import { type Controls, control, controlRequest, controlState } from './control.ts';
import { controlPage } from './control-page.ts';
import { API_BODY_BYTES } from './limits.ts';
import { goTo } from './page-frame.ts';
import { isFromElsewhere, parseJson } from './same-site.ts';

export function createDeveloperRoutes(options: {
  readonly bank: Bank;
  readonly controls: Controls;
}): Hono {
  const { bank, controls } = options;
  const routes = new Hono();
  routes.get('/', () => {
    bank.refresh();
    return booksPage(bank);
  });
  routes.get('/issuers', () => issuersPage(bank));
  routes.get('/control', (c) =>
    c.req.header('accept')?.includes('application/json')
      ? json(200, controlState(controls))
      : controlPage(controls),
  );
  routes.post('/control', (c) => {
    if (isFromElsewhere(c.req)) return problem(403, 'cross_site');
    const isJson = c.req.header('content-type')?.startsWith('application/json') === true;
    return isJson ? takeJson(controls, c.req.raw) : takeForm(controls, c.req.raw);
  });
  return routes;
}

async function takeJson(controls: Controls, request: Request): Promise<Response> {
  const text = await readLimited(request, API_BODY_BYTES);
  if (text === undefined) return problem(413, 'body_too_large');
  const order = controlRequest.safeParse(parseJson(text));
  if (!order.success) return problem(400, 'invalid_request', order.error.issues);
  if (!control(controls, order.data)) return problem(409, 'too_many_orders');
  return json(200, controlState(controls));
}

async function takeForm(controls: Controls, request: Request): Promise<Response> {
  const form = await readForm(request);
  if (!form.ok) return controlPage(controls, 'This form could not be read. Nothing was ordered.');
  const order = controlRequest.safeParse(orderOf(form.fields));
  if (!order.success) {
    return controlPage(
      controls,
      'Counts and times are whole numbers within reason. Nothing was ordered.',
    );
  }
  if (!control(controls, order.data)) {
    return controlPage(controls, 'Too many orders are waiting. Nothing was ordered.');
  }
  return goTo('/control');
}

/** The form as the JSON it stands for; whatever does not fit is refused by the schema. */
function orderOf(fields: FormFields): unknown {
  const count = wholeNumber(fields.text('count'));
  switch (fields.text('order')) {
    case 'fault': {
      const on = fields.text('on');
      return { faults: [{ fault: fields.text('fault'), count, ...(on === '' ? {} : { on }) }] };
    }
    case 'webhook':
      return { webhooks: [webhookOrderOf(fields, count)] };
    case 'webhooks-off':
      return { webhooks_on: false };
    case 'webhooks-on':
      return { webhooks_on: true };
    case 'clear':
      return { clear: true };
    default:
      return undefined;
  }
}

function webhookOrderOf(fields: FormFields, count: number): unknown {
  const what = fields.text('do');
  switch (what) {
    case 'delay':
      return { do: what, count, delay_ms: wholeNumber(fields.text('seconds')) * 1000 };
    case 'repeat':
      return { do: what, count, times: wholeNumber(fields.text('times')) };
    default:
      return { do: what, count };
  }
}

/** NaN for anything else, which no schema takes. */
function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
