/** The HTTP side of playing the bank: the money page, its buttons, and the same acts as JSON for tests. */
import { Hono } from 'hono';
import { type FormFields, readForm, readLimited } from '../../../page/index.ts';
import { json, problem } from './api-once.ts';
import type { Bank } from './bank.ts';
import { API_BODY_BYTES } from './limits.ts';
import { actOnMoney, type MoneyActResult, moneyAct } from './money-acts.ts';
import { moneyPage } from './money-page.ts';
import { goTo } from './page-frame.ts';
import { isFromElsewhere, parseJson } from './same-site.ts';
import { wantedLanguage } from './state-pages.ts';

export function createMoneyRoutes({ bank }: { readonly bank: Bank }): Hono {
  const routes = new Hono();
  const page = (request: Request, refused: string | null): Response => {
    bank.refresh();
    return moneyPage(bank, { language: wantedLanguage(request), refused });
  };
  routes.get('/money', (c) => page(c.req.raw, null));
  routes.post('/money', async (c) => {
    if (isFromElsewhere(c.req)) return problem(403, 'cross_site');
    if (c.req.header('content-type')?.startsWith('application/json') === true) {
      return takeJson(bank, c.req.raw);
    }
    const form = await readForm(c.req.raw);
    const act = form.ok ? moneyAct.safeParse(actOf(form.fields)) : undefined;
    if (act?.success !== true) return page(c.req.raw, 'unreadable');
    const refused = refusalOf(actOnMoney(bank, act.data));
    return refused === null ? goTo('/money') : page(c.req.raw, refused);
  });
  return routes;
}

async function takeJson(bank: Bank, request: Request): Promise<Response> {
  const text = await readLimited(request, API_BODY_BYTES);
  if (text === undefined) return problem(413, 'body_too_large');
  const act = moneyAct.safeParse(parseJson(text));
  if (!act.success) return problem(400, 'invalid_request', act.error.issues);
  const result = actOnMoney(bank, act.data);
  const refused = refusalOf(result);
  return refused === null ? json(200, result) : problem(409, refused);
}

function refusalOf(result: MoneyActResult): string | null {
  if (result.kind === 'refused') return result.code;
  return result.id === null ? 'nothing_to_pay' : null;
}

/** The form as the JSON it stands for; whatever does not fit is refused by the schema. */
function actOf(fields: FormFields): unknown {
  const pressed = fields.text('act');
  if (pressed === 'pay_out') return { do: 'pay_out' };
  if (pressed === 'won' || pressed === 'lost') {
    return { do: 'decide', dispute: fields.text('dispute'), as: pressed };
  }
  const [what, amount] = pressed.split('-');
  return { do: what, charge: fields.text('charge'), amount };
}
