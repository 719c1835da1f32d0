/**
 * What the pages of giving need from the rest of the house, as ports: the core of this folder, the reader's place, and
 * what the supporters feature does for a gift. The composition hands them in, so tests can hand in others.
 */
import type { Clock, Instant, Random } from '../../calendar/index.ts';
import type { Tx } from '../../database/index.ts';
import type { Newsroom } from '../../newsroom/index.ts';
import type { RenderPage } from '../../page/index.ts';
import type { DecidePlace } from '../../safety/index.ts';
import type { GiftView, Giving } from '../giving.ts';

/** What the supporters feature does with an address somebody gave beside a gift. */
export interface ContactPort {
  /** Seals the address and ties it to the supporter, inside the transaction that writes the gift. */
  attach(tx: Tx, supporterId: string, address: string): Promise<void>;
  /** A country code where mail to this domain would be in reach of a listed country, else null. `domain` is lower-case ASCII. */
  refuseHost(domain: string): string | null;
}

/** The answer to "show my supporter number": it is shown once. */
export type NumberAnswer =
  | { readonly kind: 'issued'; readonly number: string }
  /** It was shown before, or the gift is too old for it. */
  | { readonly kind: 'too-late' }
  | { readonly kind: 'unknown' };

export type IssueNumber = (giftId: string) => Promise<NumberAnswer>;

export interface AppealMark {
  readonly appealId: string;
  readonly variantId: string;
}

export interface GivingRoutesDependencies {
  readonly giving: Pick<
    Giving,
    | 'beginGift'
    | 'replaceGift'
    | 'waysToPay'
    | 'giftView'
    | 'opensPage'
    | 'askProcessor'
    | 'whatArrives'
    | 'returnsOf'
  > &
    Partial<Pick<Giving, 'noteFailure'>>;
  readonly newsroom: Newsroom;
  readonly decidePlace: DecidePlace;
  readonly clock: Clock;
  readonly random: Random;
  readonly render: RenderPage;
  readonly contacts: ContactPort;
  readonly issueNumber: IssueNumber;
  /** Until when the page of a gift may show the number; `null`: never. */
  readonly numberShownUntil: (gift: GiftView) => Instant | null;
  /** Whether an appeal and variant exist or existed; a gift is never counted for one that did not. */
  readonly knowsAppeal: (appeal: AppealMark) => Promise<boolean>;
  /** Whether every processor refuses a card by its country before its bank hears of it (`payerCountry` of its capabilities). */
  readonly refusesBeforeBank: boolean;
  /** Names of the listed countries, in the reader's language, for the self-check that everybody sees. */
  readonly listedCountryNames: (language: string) => readonly string[];
  /** Origins of the processors' pages, which a form of ours may lead to. */
  readonly formTargets: () => readonly string[];
}
