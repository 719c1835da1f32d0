/**
 * How a newsroom stands with one account at a payment company, and what may leave for it.
 *
 * ```
 *   active    takes new gifts
 *   resting   takes none for now
 *   draining  takes none, is being left
 *   dropped   is given up
 * ```
 *
 * From each of them a person may go to each other one, by *activate*, *rest*, *drain* and *drop*.
 *
 * - *active*: takes new gifts, keeps new mandates, charges them.
 * - *resting*: takes nothing new, for as long as there is trouble with it. Nobody is asked for anything; mandates are
 *   charged, and who has a page open may pay on it.
 * - *draining*: takes nothing new. What was promised goes on: mandates are charged while their supporters are asked to go
 *   on elsewhere, so nobody's gift stops because we are leaving.
 * - *dropped*: the company has closed on us, or we on it. No money is asked of it any more: no page, no charge, no refund.
 *   What was on its way is *unknown*, and stays so until somebody who can see the company's books says what became of it;
 *   until then that period is paid nowhere else, because it may have been paid there. We go on listening: asking costs
 *   nobody anything, and a company that closes often still answers for weeks.
 *
 * Each way leads back, because a person may press the wrong button and a company may change its mind. A change is an act:
 * who, when and why is a row. It is in force with the next statement of every process, since each writes a gift or sends a
 * charge by a statement that looks at this row.
 *
 * A pledge moves by its supporter's consent alone: they pay its next gift, (pledge, n), at another account, which keeps a
 * new mandate and ends the old one. The period is the same row wherever it is paid, so it cannot be paid twice.
 */
import { unreachable } from '../../problems/index.ts';

export type AccountStatus = 'active' | 'resting' | 'draining' | 'dropped';
export type AccountMove = 'activate' | 'rest' | 'drain' | 'drop';

export function accountAfter(move: AccountMove): AccountStatus {
  switch (move) {
    case 'activate':
      return 'active';
    case 'rest':
      return 'resting';
    case 'drain':
      return 'draining';
    case 'drop':
      return 'dropped';
    default:
      return unreachable(move, 'accountAfter');
  }
}

/** Whether new gifts may be begun and new mandates kept. */
export function takesNewGifts(status: AccountStatus): boolean {
  return status === 'active';
}

/** Whether anything may be sent that moves money: a charge on a mandate, a refund, the completion of a payment. */
export function movesMoney(status: AccountStatus): boolean {
  switch (status) {
    case 'active':
    case 'resting':
    case 'draining':
      return true;
    case 'dropped':
      return false;
    default:
      return unreachable(status, 'movesMoney');
  }
}

/** What supporters with a mandate there are asked: nothing; to go on elsewhere; that without them nothing goes on. */
export function moveAsked(status: AccountStatus): 'no' | 'wished' | 'needed' {
  switch (status) {
    case 'active':
    case 'resting':
      return 'no';
    case 'draining':
      return 'wished';
    case 'dropped':
      return 'needed';
    default:
      return unreachable(status, 'moveAsked');
  }
}
