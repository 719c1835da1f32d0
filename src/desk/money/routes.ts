/**
 * Money that needs a person, over HTTP: the list, one alarm, and what is done about it. Each act is a form with a reason,
 * a page that says what will happen to how much, and only then the act, under an id made with the form: pressed twice, it
 * acts once. Who may come in is decided by the desk's own routes.
 */
import { type Context, Hono } from 'hono';
import type { Random } from '../../calendar/index.ts';
import type { DeskAlarm, Giving } from '../../giving/index.ts';
import {
  isFromElsewhere,
  type RenderPage,
  readForm,
  readQuery,
  seeOther,
} from '../../page/index.ts';
import { mountGiftRoutes } from './gift-routes.ts';
import { alarmPage, confirmPage, type DeskPlace, goneMoneyPage, moneyPage } from './pages.ts';
import { mountPostingRoutes } from './posting-routes.ts';
import { isWay, type MoneyWay, waysOfAlarm } from './ways.ts';

export type MoneyGiving = Pick<
  Giving,
  | 'moneyDesk'
  | 'dealWithAlarm'
  | 'acceptUnmatched'
  | 'refundUnmatched'
  | 'refundGift'
  | 'correctTransfer'
>;

export interface MoneyRoutesDependencies extends DeskPlace {
  readonly giving: MoneyGiving;
  readonly random: Pick<Random, 'uuid'>;
  readonly render: RenderPage;
  readonly isIn: (context: Context) => Promise<boolean>;
  readonly refuse: () => Response;
}

/** Until staff have names of their own, the desk decides. */
export const BY = 'desk';
const OUTCOMES = ['done', 'checking', 'refused', 'already', 'not-yet'] as const;
type Outcome = (typeof OUTCOMES)[number];

export function createMoneyRoutes(deps: MoneyRoutesDependencies): Hono {
  const app = new Hono();
  app.get('/desk/money', async (c) => {
    if (!(await deps.isIn(c))) return deps.refuse();
    const said = readQuery(c.req.url).text('said');
    const [alarms, refunds, differences, compared] = await Promise.all([
      deps.giving.moneyDesk.openAlarms(),
      deps.giving.moneyDesk.openRefunds(),
      deps.giving.moneyDesk.differences(),
      deps.giving.moneyDesk.lastCompared(),
    ]);
    const outcome = OUTCOMES.find((one) => one === said) ?? null;
    return deps.render(moneyPage(deps, { alarms, refunds, differences, compared, outcome }));
  });
  app.get('/desk/money/alarm/:alarm', async (c) => {
    if (!(await deps.isIn(c))) return deps.refuse();
    const alarm = await findAlarm(deps, c.req.param('alarm'));
    if (alarm === undefined) return deps.render(goneMoneyPage(deps, 404));
    return deps.render(alarmPage(deps, { alarm, actId: deps.random.uuid(), reason: '' }));
  });
  mountGiftRoutes(app, deps);
  mountPostingRoutes(app, deps);
  app.post('/desk/money/alarm/:alarm', async (c) => {
    if (isFromElsewhere(c.req.raw) || !(await deps.isIn(c))) return deps.refuse();
    return await takeDecision(deps, c.req.raw, c.req.param('alarm'));
  });
  return app;
}

async function findAlarm(
  deps: MoneyRoutesDependencies,
  text: string,
): Promise<DeskAlarm | undefined> {
  if (!/^[1-9][0-9]{0,17}$/.test(text)) return undefined;
  return await deps.giving.moneyDesk.openAlarm(BigInt(text));
}

async function takeDecision(
  deps: MoneyRoutesDependencies,
  request: Request,
  alarmText: string,
): Promise<Response> {
  const sent = await readForm(request);
  const alarm = await findAlarm(deps, alarmText);
  if (alarm === undefined) return deps.render(goneMoneyPage(deps, 409));
  const actId = sent.ok ? sent.fields.text('act') : '';
  const reason = sent.ok ? sent.fields.text('reason').trim() : '';
  const way = sent.ok ? sent.fields.text('way') : '';
  const isWhole = sent.ok && !sent.fields.hadControls && /^[0-9a-f-]{36}$/.test(actId);
  if (!isWhole || !isWay(way) || !waysOfAlarm(alarm).includes(way)) {
    const again = { alarm, actId: deps.random.uuid(), reason, problem: 'way' as const };
    return deps.render(alarmPage(deps, again));
  }
  if (reason === '' || reason.length > 500) {
    return deps.render(alarmPage(deps, { alarm, actId, reason, problem: 'reason' }));
  }
  // What was confirmed is an amount; where it changed meanwhile, it is asked about again.
  const isConfirmed =
    sent.fields.text('confirm') === 'yes' &&
    sent.fields.text('minor') === String(alarm.waiting?.money.minor ?? '');
  if (!isConfirmed) return deps.render(confirmPage(deps, { alarm, actId, reason, way }));
  const said = await act(deps, { alarm, actId, reason, way });
  return seeOther(`/desk/money?said=${said}`);
}

async function act(
  deps: MoneyRoutesDependencies,
  decided: {
    readonly alarm: DeskAlarm;
    readonly actId: string;
    readonly reason: string;
    readonly way: MoneyWay;
  },
): Promise<Outcome> {
  const { alarm, actId, reason, way } = decided;
  const { waiting, alarmId } = alarm;
  const decision = { by: BY, reason, actId };
  if (way === 'accept' || way === 'send-back') {
    if (waiting === null) return 'already';
    const charge = { accountId: waiting.accountId, chargeRef: waiting.chargeRef };
    if (way === 'accept') {
      const { kind } = await deps.giving.acceptUnmatched({ ...decision, ...charge });
      return kind === 'accepted' ? 'done' : kind === 'refused' ? 'refused' : 'already';
    }
    const sent = await deps.giving.refundUnmatched({ ...decision, ...charge });
    if (sent.kind === 'refunded') return 'done';
    return sent.kind === 'checking' ? 'checking' : 'refused';
  }
  const { kind } = await deps.giving.dealWithAlarm({ ...decision, alarmId, way });
  if (kind === 'not-found') return 'already';
  return kind === 'refused' && alarm.kind === 'assertion' ? 'not-yet' : kind;
}
