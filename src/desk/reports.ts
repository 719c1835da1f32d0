/**
 * What the desk asks the features for. Ports, so that the pages can be drawn from tables in tests; the real ones are the
 * giving and appeals features' own report functions, handed in where the application is composed.
 */
import type { Instant } from '../calendar/index.ts';
import type { Currency } from '../money/index.ts';

export interface GiftTotal {
  readonly currency: Currency;
  readonly interval: 'once' | 'month' | 'year';
  readonly count: number;
  readonly minor: bigint;
}

export interface PledgeTotal {
  readonly currency: Currency;
  readonly count: number;
  /** What active pledges promise per month: (monthly x 12 + yearly) / 12, summed first, rounded once. */
  readonly monthlyMinor: bigint;
}

export interface AppealTotal {
  readonly appealId: string;
  readonly variantId: string;
  readonly shown: number;
  readonly opened: number;
  readonly closed: number;
  readonly postponed: number;
  readonly followed: number;
  readonly gifts: readonly {
    readonly currency: Currency;
    readonly count: number;
    readonly minor: bigint;
  }[];
}

export interface AccountBalance {
  readonly name: string;
  readonly kind: 'asset' | 'liability' | 'income' | 'expense';
  readonly processorAccountId: string | null;
  readonly currency: Currency;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

export interface DeskAlarm {
  readonly kind: string;
  /** Id of the gift, event or transfer a person must look at; never a name. */
  readonly ref: string;
}

export interface DeskReports {
  giftsBetween(range: {
    readonly from: Instant;
    readonly to: Instant;
  }): Promise<readonly GiftTotal[]>;
  activePledges(): Promise<readonly PledgeTotal[]>;
  appeals(): Promise<readonly AppealTotal[]>;
  ledgerBalances(): Promise<readonly AccountBalance[]>;
  alarms(): Promise<readonly DeskAlarm[]>;
  /** Why nobody is asked at the moment, or `null` when readers in safe places are. */
  whyNobodyIsAsked(): string | null;
}

/** The demo's clock, where there is one. */
export interface DemoControls {
  now(): Instant;
  /** Moves the clock on day by day, running the workers each day. Resolves to the number of rows they handled. */
  advanceOneMonth(): Promise<number>;
}
