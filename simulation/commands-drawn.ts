/**
 * Which actor of a seed draws which command of the money core. The table names every one of them, so that a new command
 * does not compile before somebody in here uses it, or says why nobody does; and the commands that a run really called
 * are counted, so that the table cannot promise more than happens.
 */
import type { Giving } from './core.ts';

/** Who draws it, and when; or why nobody here does. */
export type Drawn =
  | { readonly by: 'supporter' | 'desk' | 'company' | 'newsroom'; readonly when: string }
  | { readonly by: null; readonly because: string };

const supporter = (when: string): Drawn => ({ by: 'supporter', when });
const desk = (when: string): Drawn => ({ by: 'desk', when });

export const COMMANDS = {
  beginGift: supporter('begins, taps again, comes back, pays a renewal by hand, moves by link'),
  waysToPay: supporter('before wishing for another company'),
  replaceGift: supporter('starts over with another amount'),
  giftView: supporter('before taking back, and before paying by hand'),
  opensPage: supporter('opens the page of a renewal by its key, and by a wrong one'),
  askProcessor: supporter('returns from the page of the company'),
  undoGift: supporter('within the fourteen days and after them, sometimes twice'),
  pledgeView: supporter('before every change'),
  pledgesOf: supporter('before being forgotten'),
  giftsOf: supporter('looks at their own page'),
  supporterView: supporter('looks at their own page'),
  returnsOf: supporter('looks at their own page'),
  whatArrives: supporter('before choosing how many months are collected at once'),
  pledgeHistory: supporter('after a change'),
  previewPledgeChange: supporter('before a change of day, interval or months'),
  changePledgeAmount: supporter('now and then'),
  changePledgeDay: supporter('now and then'),
  changePledgeInterval: supporter('now and then'),
  changePledgeCollection: supporter('now and then'),
  pausePledge: supporter('now and then'),
  resumePledge: supporter('now and then'),
  cancelPledge: supporter('at the end, and now and then before it'),
  forgetSupporter: supporter('some, at the end or in the middle of a charge'),
  takeWebhook: { by: 'company', when: 'whenever a payment changes or money moves' },
  workers: { by: 'newsroom', when: 'whenever something is due, by either process or both' },
  refundGift: desk(
    'in parts and whole, the same press twice, after a refund on the company’s pages',
  ),
  acceptUnmatched: desk('money that nobody could explain, the same press twice'),
  refundUnmatched: desk('money that nobody could explain'),
  resolveHold: desk('a gift on hold, either way'),
  correctTransfer: desk('a fee, money set free, a payout, twice'),
  releaseParked: desk('a gift that the bound of a day has parked'),
  retryOurBug: desk('a renewal whose order a company called invalid'),
  dealWithAlarm: desk('every kind of alarm, in every way it has'),
  resolveAlarm: desk('alarms that need nothing more'),
  setAccountStatus: desk('a company drops us, we leave one, we come back'),
  importMandate: desk('after leaving a company that hands its mandates on; rehearsed first'),
  accounts: desk('routine'),
  lostCharges: desk('routine, and after an account was dropped'),
  closeLostCharge: desk('by the books of the company that dropped us'),
  moneyDesk: desk('reads its alarms, refunds, differences and the story of a gift'),
  alarms: desk('routine'),
  giftsBetween: desk('routine'),
  activePledges: desk('routine'),
  givenPerAppeal: desk('routine'),
  valuePerVariant: desk('routine'),
  ledgerBalances: desk('routine'),
  payDesk: {
    by: null,
    because:
      'Pay pages of our own that belong to a processor: the three companies have theirs. See checkout/pay-desk.test.ts.',
  },
  noteFailure: {
    by: null,
    because:
      'For pages around the core that caught a certainty of their own; inside it every entry does the same, and here any such certainty fails the seed. See alarms/every-entry.test.ts.',
  },
} as const satisfies Record<keyof Giving, Drawn>;

/** How often each command was called. */
export class Tally {
  readonly #calls = new Map<string, number>();

  add(command: string): void {
    this.#calls.set(command, (this.#calls.get(command) ?? 0) + 1);
  }

  toJSON(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#calls].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The same core, whose every use is counted. */
export function counted(giving: Giving, tally: Tally): Giving {
  return new Proxy(giving, {
    get(target, name, receiver): unknown {
      if (typeof name === 'string') tally.add(name);
      return Reflect.get(target, name, receiver);
    },
  });
}
