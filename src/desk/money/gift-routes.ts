/**
 * The page of one gift at the desk, over HTTP: found by its reference, and the way to give it back. Like every act of the
 * desk it is a form with a reason, a page that says what will happen to how much, and the act under the form's own id.
 */
import type { Hono } from 'hono';
import type { GiftStory, RefundResult } from '../../giving/index.ts';
import { translator } from '../../language/index.ts';
import { type Money, money, parseAmount } from '../../money/index.ts';
import {
  type FieldProblem,
  type FormFields,
  isFromElsewhere,
  readForm,
  readQuery,
  seeOther,
} from '../../page/index.ts';
import {
  amountProblem,
  doubtProblem,
  findPage,
  GIFT_OUTCOMES,
  type GiftAddress,
  type GiftOutcome,
  giftPage,
  giftPath,
  type RefundForm,
  refundConfirmPage,
} from './gift-pages.ts';
import { BY, type MoneyRoutesDependencies } from './routes.ts';

type Deps = MoneyRoutesDependencies;

export function mountGiftRoutes(app: Hono, deps: Deps): void {
  app.get('/desk/gifts', async (c) => {
    if (!(await deps.isIn(c))) return deps.refuse();
    const typed = readQuery(c.req.url).text('reference').trim();
    const found = await findGifts(deps, typed);
    const [first] = found;
    if (first === undefined || found.length > 1)
      return deps.render(findPage(deps, { gifts: found }));
    return seeOther(giftPath(first[0]));
  });
  app.get('/desk/gifts/:gift', async (c) => {
    if (!(await deps.isIn(c))) return deps.refuse();
    const said = readQuery(c.req.url).text('said');
    const outcome = GIFT_OUTCOMES.find((one) => one === said) ?? null;
    const found = await findGift(deps, c.req.param('gift'));
    if (found === undefined) return deps.render(findPage(deps, { gifts: [] }));
    return deps.render(giftPage(deps, { ...found, form: emptyForm(deps), outcome }));
  });
  app.post('/desk/gifts/:gift', async (c) => {
    if (isFromElsewhere(c.req.raw) || !(await deps.isIn(c))) return deps.refuse();
    return await takeRefund(deps, c.req.raw, c.req.param('gift'));
  });
}

interface Found {
  readonly address: GiftAddress;
  readonly story: GiftStory;
}

async function findGifts(
  deps: Deps,
  typed: string,
): Promise<readonly (readonly [GiftAddress, GiftStory])[]> {
  const { moneyDesk } = deps.giving;
  const found: (readonly [GiftAddress, GiftStory])[] = [];
  for (const [index, giftId] of (await moneyDesk.findByReference(typed)).entries()) {
    const story = await moneyDesk.giftStory(giftId);
    if (story === undefined) continue;
    found.push([{ reference: story.gift.reference, place: index + 1 }, story]);
  }
  return found;
}

/** `3F9A-12BC-77E0`, and `3F9A-12BC-77E0.2` for the second gift of that reference. */
async function findGift(deps: Deps, address: string): Promise<Found | undefined> {
  const match = /^([0-9A-Fa-f-]{12,14})(?:\.([1-9][0-9]?))?$/.exec(address);
  const place = Number(match?.[2] ?? '1');
  const giftId = (await deps.giving.moneyDesk.findByReference(match?.[1] ?? ''))[place - 1];
  const story = giftId === undefined ? undefined : await deps.giving.moneyDesk.giftStory(giftId);
  if (story === undefined) return undefined;
  return { story, address: { reference: story.gift.reference, place } };
}

function emptyForm(deps: Deps): RefundForm {
  return { actId: deps.random.uuid(), amount: '', reason: '', problems: [] };
}

async function takeRefund(deps: Deps, request: Request, address: string): Promise<Response> {
  const sent = await readForm(request);
  const found = await findGift(deps, address);
  if (found === undefined) return deps.render(findPage(deps, { gifts: [] }));
  if (!sent.ok || found.story.left === null) {
    return deps.render(giftPage(deps, { ...found, form: emptyForm(deps), outcome: null }));
  }
  const { fields } = sent;
  const read = readRefund(deps, fields, found.story.left);
  if ('problems' in read) {
    const actId = isActId(fields.text('act')) ? fields.text('act') : deps.random.uuid();
    const form = { actId, amount: fields.text('amount'), ...read };
    return deps.render(giftPage(deps, { ...found, form, outcome: null }));
  }
  if (fields.text('confirm') !== 'yes') {
    const asked = { ...read, address: found.address, left: found.story.left };
    return deps.render(refundConfirmPage(deps, asked));
  }
  const { actId, reason } = read;
  const { giftId } = found.story.gift;
  const result = await deps.giving.refundGift({ giftId, by: BY, reason, actId, money: read.money });
  return seeOther(`${giftPath(found.address)}?said=${outcomeOf(result)}`);
}

interface Read {
  readonly actId: string;
  readonly reason: string;
  readonly money: Money;
}

/** What was typed, or what is wrong with it. A confirmed amount comes back in minor units. */
function readRefund(
  deps: Deps,
  fields: FormFields,
  left: Money,
): Read | { readonly reason: string; readonly problems: readonly FieldProblem[] } {
  const actId = fields.text('act');
  const reason = fields.text('reason').trim();
  const problems: FieldProblem[] = [];
  const amount = readMoney(deps, fields, left);
  if ('message' in amount) problems.push(amount);
  if (reason === '' || reason.length > 500 || fields.hadControls) {
    const message = translator(deps.language)('desk.money-wrong-reason');
    problems.push({ field: 'reason', message });
  }
  if (!isActId(actId) && problems.length === 0) {
    const message = translator(deps.language)('desk.money-wrong-way');
    problems.push({ field: 'amount', message });
  }
  if (problems.length > 0 || 'message' in amount) return { reason, problems };
  return { actId, reason, money: amount };
}

function readMoney(deps: Deps, fields: FormFields, left: Money): Money | FieldProblem {
  const { currency } = left;
  const wrong = amountProblem(deps, left);
  const minor = fields.text('minor');
  if (minor !== '') {
    // Whether so much is left is for the core to say: another refund may have been faster.
    return /^[1-9][0-9]{0,11}$/.test(minor) ? money(BigInt(minor), currency) : wrong;
  }
  const { language } = deps;
  const read = parseAmount(fields.text('amount'), { currency, language, max: left.minor });
  if (read.ok) return read.money;
  if (read.error !== 'ambiguous') return wrong;
  // The page that asks to confirm names the amount; only what could all be meant is asked about.
  const possible = read.offers.filter(({ minor: offered }) => offered <= left.minor);
  const [only, ...others] = possible;
  if (only === undefined) return wrong;
  return others.length === 0 ? only : doubtProblem(deps, possible);
}

function isActId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function outcomeOf(result: RefundResult): GiftOutcome {
  switch (result.kind) {
    case 'refunded':
      return 'done';
    case 'checking':
      return 'checking';
    case 'refused':
      switch (result.reason) {
        case 'nothing-left':
        case 'too-much':
          return 'too-much';
        case 'account-dropped':
          return 'account-dropped';
        case 'not-found':
        case 'currency':
        case 'reason':
        case 'act-id':
        case 'too-late':
        case 'processor':
          return 'refused';
      }
  }
}
