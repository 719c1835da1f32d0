/**
 * A supporter went back from a page where they could pay, and chose another way. The page they had is closed at its company
 * before another is opened; one that was paid meanwhile, or of which we do not hear, is not followed by a second.
 */
import { assert, unreachable } from '../../problems/index.ts';
import { isLive } from '../attempt.ts';
import type { GivingContext } from '../context.ts';
import { movesMoney } from '../moving/account-status.ts';
import { readAccountStatus } from '../moving/account-store.ts';
import type { ProcessorKind } from '../processor.ts';
import { type Attempt, type Gift, intervalOf, type Pledge } from '../rows.ts';
import { chooseActive, type WayWished } from './active-processors.ts';
import { closeAttempt } from './close-attempt.ts';

/** Whether a page stands open that leads to another kind of company than the one chosen now. */
export function isOtherWay(
  context: Pick<GivingContext, 'processorOf'>,
  live: Attempt,
  way: ProcessorKind | undefined,
): way is ProcessorKind {
  // A charge without the supporter is under way, and is no page that they could leave.
  if (way === undefined || live.mandateId !== null) return false;
  const processor = context.processorOf(live.accountId);
  return processor !== undefined && processor.kind !== way;
}

/**
 * `left`: the rows say how it stands, look again. `not-heard`: it may still be paid, so nothing else is opened. `no-way`:
 * nobody of the chosen kind takes this gift, and the page stays as it was.
 */
export type Leaving = 'left' | 'not-heard' | 'no-way';

export async function leavePage(
  context: GivingContext,
  page: {
    readonly gift: Gift;
    readonly pledge: Pledge | null;
    readonly live: Attempt;
    readonly wished: WayWished;
  },
): Promise<Leaving> {
  const { gift, pledge, live, wished } = page;
  assert(live.giftId === gift.id && isLive(live.state), 'the page that is left is this gift’s');
  // What would be refused anyway must not cost them the page they have.
  const { money } = gift;
  const choice = await chooseActive(context, { money, interval: intervalOf(pledge), wished });
  if (choice.kind === 'none') return 'no-way';
  const status = await readAccountStatus(context.db, live.accountId);
  if (status === undefined || !movesMoney(status)) return 'not-heard';
  const closing = await closeAttempt(context, live);
  switch (closing) {
    case 'closed':
    case 'paid':
      return 'left';
    case 'not-heard':
      return 'not-heard';
    default:
      return unreachable(closing, 'leavePage');
  }
}
