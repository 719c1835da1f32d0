/**
 * What the desk asks the features for, handed in where the application is composed: the giving feature's own reports, the
 * appeals feature's counters, and the reason why nobody is asked at the moment.
 */
import type { Experiments } from '../appeals/index.ts';
import type { Instant } from '../calendar/index.ts';
import type { GivingReports } from '../giving/index.ts';
import type { CountryDataInUse } from '../safety/index.ts';
import type { AccountsGiving } from './accounts/routes.ts';
import type { CountryRoutesDependencies } from './countries/routes.ts';
import type { MoneyGiving } from './money/routes.ts';

/** How often one variant of one appeal was shown and what readers did, counted without any person, story or device. */
export interface AppealCounts {
  readonly appealId: string;
  readonly variantId: string;
  readonly shown: number;
  readonly opened: number;
  readonly closed: number;
  readonly postponed: number;
  readonly followed: number;
}

export interface DeskReports {
  readonly giving: Pick<
    GivingReports,
    'giftsBetween' | 'activePledges' | 'givenPerAppeal' | 'ledgerBalances' | 'alarms'
  > &
    MoneyGiving &
    AccountsGiving;
  readonly experiments: Experiments;
  appealCounts(): Promise<readonly AppealCounts[]>;
  readonly listing: CountryRoutesDependencies['listing'];
  /** The country data that this process decides by; none in the demo. */
  dataInUse(): readonly CountryDataInUse[];
  /** Why nobody is asked at the moment, or `null` when readers in safe places are. */
  whyNobodyIsAsked(): string | null;
  /** What has to be renewed before long, or nobody is asked any more; `null`: nothing. */
  whatAgesSoon(): string | null;
}

/** The demo's clock, where there is one. */
export interface DemoControls {
  now(): Instant;
  /** Moves the clock on day by day, running the workers each day. Resolves to the number of rows they handled. */
  advanceOneMonth(): Promise<number>;
}
