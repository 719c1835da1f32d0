/**
 * "Undo this gift": two taps with the supporter number. The first page says what goes back and, where the gift belongs to a
 * pledge that runs, asks with two equal buttons whether that goes on; the second says what became of it.
 *
 * Sent twice, at once or later, it gives back once: the core decides under the charge's lock, and the page that answers
 * tells what went back, whoever asked for it. Open everywhere, also where nothing may be given.
 */
import type { Instant } from '../calendar/index.ts';
import {
  type GiftReturns,
  type GiftView,
  type Giving,
  leftOf,
  type PledgeView,
  type RefundResult,
  returnSentences,
} from '../giving/index.ts';
import { translator } from '../language/index.ts';
import type { FormFields, PageContent } from '../page/index.ts';
import { unreachable } from '../problems/index.ts';
import type { SupporterNumber } from './supporter-number.ts';
import type { Supporters } from './supporters.ts';
import { undoConfirmPage, undoTellPage } from './undo-pages.ts';

export type UndoGiving = Pick<Giving, 'giftsOf' | 'pledgesOf' | 'returnsOf' | 'undoGift'>;

export interface UndoDependencies {
  readonly giving: UndoGiving;
  readonly supporters: Pick<Supporters, 'stopPledge'>;
  readonly now: Instant;
  readonly zone: string;
}

export interface UndoGuest {
  readonly number: SupporterNumber;
  readonly language: string;
  readonly fields: FormFields;
  readonly supporterId: string;
}

/** What the supporter chose about the pledge of the gift. */
const CHOICES = ['yes', 'stop', 'go-on'] as const;

export async function undoVisit(
  deps: UndoDependencies,
  guest: UndoGuest,
): Promise<PageContent | 'unknown-gift'> {
  const { giving, zone } = deps;
  const { supporterId, fields } = guest;
  const named = fields.text('gift').toLowerCase();
  const gift = (await giving.giftsOf(supporterId)).find(({ giftId }) => giftId === named);
  if (gift === undefined || gift.settledAt === null) return 'unknown-gift';
  const pledge = await runningPledgeOf(giving, gift, supporterId);
  const before = await readReturns(giving, gift);
  const tell = (returns: GiftReturns | undefined, more: readonly string[]): PageContent =>
    undoTellPage(guest, [...returnSentences(gift, returns, { ...guest, zone }), ...more]);
  const confirm = CHOICES.find((choice) => choice === fields.text('confirm'));
  const left = leftOf(gift, before);
  if (confirm === undefined) {
    if (left.minor === 0n || before?.couldNotBeSent === true) return tell(before, []);
    return undoConfirmPage({ ...guest, gift, left, pledge, zone });
  }
  // A stop never waits for money.
  const stopped = confirm === 'stop' && pledge !== null ? await stop(deps, pledge, guest) : [];
  if (before?.couldNotBeSent === true) return tell(before, stopped);
  const result = await giving.undoGift({ giftId: gift.giftId, supporterId });
  const after = await readReturns(giving, gift);
  const refused = refusal(result, { gift, after, language: guest.language });
  return tell(after, [...refused, ...stopped, ...goesOn(guest, confirm, pledge)]);
}

async function readReturns(giving: UndoGiving, gift: GiftView): Promise<GiftReturns | undefined> {
  return (await giving.returnsOf([gift.giftId])).get(gift.giftId);
}

async function runningPledgeOf(
  giving: UndoGiving,
  gift: GiftView,
  supporterId: string,
): Promise<PledgeView | null> {
  const pledgeId = gift.pledge?.pledgeId;
  if (pledgeId === undefined) return null;
  const pledge = (await giving.pledgesOf(supporterId)).find((one) => one.pledgeId === pledgeId);
  return pledge === undefined || pledge.endedAt !== null ? null : pledge;
}

async function stop(
  deps: UndoDependencies,
  pledge: PledgeView,
  guest: UndoGuest,
): Promise<readonly string[]> {
  const { supporterId, language } = guest;
  const { pledgeId } = pledge;
  const answer = await deps.supporters.stopPledge({ supporterId, pledgeId });
  const t = translator(language);
  if (answer === null) return [];
  return answer.willStillComplete
    ? [t('manage.stopped'), t('manage.stopped-in-flight')]
    : [t('manage.stopped')];
}

function goesOn(
  { language }: UndoGuest,
  confirm: (typeof CHOICES)[number],
  pledge: PledgeView | null,
): readonly string[] {
  return confirm === 'stop' || pledge === null ? [] : [translator(language)('manage.undo-goes-on')];
}

/** Why nothing was sent now. What went back before is said already; then there is nothing to add. */
function refusal(
  result: RefundResult,
  of: {
    readonly gift: GiftView;
    readonly after: GiftReturns | undefined;
    readonly language: string;
  },
): readonly string[] {
  const t = translator(of.language);
  const { reference } = of.gift;
  if (result.kind !== 'refused') return [];
  switch (result.reason) {
    case 'too-late':
      return [t('manage.undo-too-late', { reference })];
    case 'nothing-left':
    case 'not-found':
      return of.after === undefined ? [t('manage.undo-nothing')] : [];
    case 'processor':
    case 'account-dropped':
      return of.after?.couldNotBeSent === true ? [] : [t('manage.undo-not-sent', { reference })];
    case 'too-much':
    case 'currency':
    case 'reason':
    case 'act-id':
      return [t('manage.undo-nothing')];
    default:
      return unreachable(result.reason, 'refusal of an undo');
  }
}
