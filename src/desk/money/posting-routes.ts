/** One posting of the ledger at the desk, and its correction: a reason, a page that says what, and the act, once. */
import type { Hono } from 'hono';
import type { CorrectAnswer, StoryTransfer } from '../../giving/index.ts';
import { isFromElsewhere, readForm, seeOther } from '../../page/index.ts';
import { goneMoneyPage } from './pages.ts';
import { correctConfirmPage, postingPage } from './posting-pages.ts';
import { BY, type MoneyRoutesDependencies } from './routes.ts';

type Deps = MoneyRoutesDependencies;

export function mountPostingRoutes(app: Hono, deps: Deps): void {
  app.get('/desk/money/posting/:posting', async (c) => {
    if (!(await deps.isIn(c))) return deps.refuse();
    const posting = await findPosting(deps, c.req.param('posting'));
    if (posting === undefined) return deps.render(goneMoneyPage(deps, 404));
    return deps.render(postingPage(deps, { posting, actId: deps.random.uuid(), reason: '' }));
  });
  app.post('/desk/money/posting/:posting', async (c) => {
    if (isFromElsewhere(c.req.raw) || !(await deps.isIn(c))) return deps.refuse();
    return await takeCorrection(deps, c.req.raw, c.req.param('posting'));
  });
}

async function findPosting(deps: Deps, text: string): Promise<StoryTransfer | undefined> {
  if (!/^[1-9][0-9]{0,17}$/.test(text)) return undefined;
  return await deps.giving.moneyDesk.transfer(BigInt(text));
}

async function takeCorrection(deps: Deps, request: Request, text: string): Promise<Response> {
  const sent = await readForm(request);
  const posting = await findPosting(deps, text);
  if (posting === undefined) return deps.render(goneMoneyPage(deps, 404));
  const again = (problem: 'reason' | 'way' | 'moved-on', reason: string): Response =>
    deps.render(postingPage(deps, { posting, actId: deps.random.uuid(), reason, problem }));
  if (!sent.ok) return again('way', '');
  const { fields } = sent;
  const actId = fields.text('act');
  const reason = fields.text('reason').trim();
  if (fields.hadControls || reason === '' || reason.length > 500) return again('reason', reason);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(actId)) return again('way', reason);
  if (!posting.canBeCorrected && fields.text('confirm') !== 'yes') return again('way', reason);
  if (fields.text('confirm') !== 'yes') {
    return deps.render(correctConfirmPage(deps, { posting, actId, reason }));
  }
  const { transferId } = posting;
  const answer = await deps.giving.correctTransfer({ transferId, by: BY, reason, actId });
  if (isRefused(answer)) return again(answer.reason === 'moved-on' ? 'moved-on' : 'way', reason);
  const said = answer.kind === 'corrected' ? 'done' : 'already';
  return seeOther(`/desk/money?said=${said}`);
}

function isRefused(answer: CorrectAnswer): answer is Extract<CorrectAnswer, { kind: 'refused' }> {
  return answer.kind === 'refused';
}
