/**
 * The accounts over HTTP: each decision is a form with a reason, a page that says what will happen, and only then the act,
 * under an id made with the form, so that pressing twice acts once.
 */
import { type Context, Hono } from 'hono';
import type { Random } from '../../calendar/index.ts';
import type { AccountMove, Giving } from '../../giving/index.ts';
import {
  isFromElsewhere,
  type RenderPage,
  readForm,
  readQuery,
  seeOther,
} from '../../page/index.ts';
import type { DeskPlace } from '../money/pages.ts';
import {
  ACCOUNT_OUTCOMES,
  type AccountOutcome,
  accountsPage,
  confirmLostPage,
  confirmMovePage,
  goneAccountPage,
  movesOf,
} from './pages.ts';

export type AccountsGiving = Pick<
  Giving,
  'accounts' | 'lostCharges' | 'setAccountStatus' | 'closeLostCharge'
>;

export interface AccountRoutesDependencies extends DeskPlace {
  readonly giving: AccountsGiving;
  readonly random: Pick<Random, 'uuid'>;
  readonly render: RenderPage;
  readonly isIn: (context: Context) => Promise<boolean>;
  readonly refuse: () => Response;
}

/** Until staff have names of their own, the desk decides. */
const BY = 'desk';
const REASON_MAX = 500;
const CHARGE_REF = /^[\x21-\x7e]{3,255}$/;

export function createAccountRoutes(deps: AccountRoutesDependencies): Hono {
  const app = new Hono();
  app.get('/desk/accounts', async (c) => {
    if (!(await deps.isIn(c))) return deps.refuse();
    const said = readQuery(c.req.url).text('said');
    return await show(deps, { outcome: ACCOUNT_OUTCOMES.find((one) => one === said) ?? null });
  });
  app.post('/desk/accounts/lost/:attempt', async (c) => {
    if (isFromElsewhere(c.req.raw) || !(await deps.isIn(c))) return deps.refuse();
    return await decideLost(deps, c.req.raw, c.req.param('attempt'));
  });
  app.post('/desk/accounts/:account', async (c) => {
    if (isFromElsewhere(c.req.raw) || !(await deps.isIn(c))) return deps.refuse();
    return await decideMove(deps, c.req.raw, c.req.param('account'));
  });
  return app;
}

async function show(
  deps: AccountRoutesDependencies,
  told: {
    readonly outcome: AccountOutcome | null;
    readonly problem?: 'reason' | 'choice' | 'charge';
  },
): Promise<Response> {
  const [accounts, lost] = await Promise.all([deps.giving.accounts(), deps.giving.lostCharges()]);
  const newActId = () => deps.random.uuid();
  return deps.render(accountsPage(deps, { accounts, lost, newActId, ...told }));
}

interface Sent {
  readonly actId: string;
  readonly reason: string;
  readonly isConfirmed: boolean;
  text(name: string): string;
}

/** @returns null for a form that is not one of ours */
async function readSent(request: Request): Promise<Sent | null> {
  const form = await readForm(request);
  if (!form.ok || form.fields.hadControls) return null;
  const { fields } = form;
  const actId = fields.text('act');
  if (!/^[0-9a-f-]{36}$/.test(actId)) return null;
  return {
    actId,
    reason: fields.text('reason').trim(),
    isConfirmed: fields.text('confirm') === 'yes',
    text: (name) => fields.text(name).trim(),
  };
}

function isReason(text: string): boolean {
  return text !== '' && text.length <= REASON_MAX;
}

async function decideMove(
  deps: AccountRoutesDependencies,
  request: Request,
  accountId: string,
): Promise<Response> {
  const sent = await readSent(request);
  const account = (await deps.giving.accounts()).find((one) => one.accountId === accountId);
  if (account === undefined) return deps.render(goneAccountPage(deps, 404));
  const move = movesOf(account).find((one) => one === sent?.text('move'));
  if (sent === null || !isMove(sent.text('move'))) {
    return await show(deps, { outcome: null, problem: 'choice' });
  }
  // It stands so already: somebody was faster, or the form was sent twice.
  if (move === undefined) return said('already');
  const { actId, reason, isConfirmed } = sent;
  if (!isReason(reason)) return await show(deps, { outcome: null, problem: 'reason' });
  if (!isConfirmed) return deps.render(confirmMovePage(deps, { account, move, actId, reason }));
  const answer = await deps.giving.setAccountStatus({ by: BY, reason, actId, accountId, move });
  return said(answer.kind === 'not-found' ? 'refused' : answer.kind);
}

function isMove(text: string): text is AccountMove {
  return text === 'activate' || text === 'rest' || text === 'drain' || text === 'drop';
}

async function decideLost(
  deps: AccountRoutesDependencies,
  request: Request,
  attemptId: string,
): Promise<Response> {
  const sent = await readSent(request);
  const charge = (await deps.giving.lostCharges()).find((one) => one.attemptId === attemptId);
  if (charge === undefined) return deps.render(goneAccountPage(deps, 409));
  const became = sent?.text('became');
  if (sent === null || (became !== 'not-charged' && became !== 'charged')) {
    return await show(deps, { outcome: null, problem: 'choice' });
  }
  const { actId, reason, isConfirmed } = sent;
  const chargeRef = sent.text('charge');
  if (!isReason(reason)) return await show(deps, { outcome: null, problem: 'reason' });
  if (became === 'charged' && !CHARGE_REF.test(chargeRef)) {
    return await show(deps, { outcome: null, problem: 'charge' });
  }
  if (!isConfirmed) {
    return deps.render(confirmLostPage(deps, { charge, became, chargeRef, actId, reason }));
  }
  const answer = await deps.giving.closeLostCharge({
    by: BY,
    reason,
    actId,
    attemptId,
    became:
      became === 'not-charged'
        ? { kind: 'not-charged' }
        : { kind: 'charged', chargeRef, money: charge.money, happenedAt: charge.sentAt },
  });
  return said(answer.kind === 'not-found' ? 'already' : answer.kind);
}

function said(outcome: AccountOutcome): Response {
  return seeOther(`/desk/accounts?said=${outcome}`);
}
