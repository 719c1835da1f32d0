/**
 * For tests of the pages of giving: a newsroom, a money core that answers what it is told and notes what it was asked, and
 * a frame small enough to read. Used by tests only.
 */
import assert from 'node:assert/strict';
import {
  type Instant,
  Instant as InstantOf,
  ManualClock,
  PlainDate,
  SeededRandom,
} from '../../calendar/index.ts';
import { type Money, money } from '../../money/index.ts';
import { type Newsroom, newsroomFile } from '../../newsroom/index.ts';
import type { PageContent, RenderPage } from '../../page/index.ts';
import { countryNames, listedCountries, type Place } from '../../safety/index.ts';
import type { GiftReturns } from '../acts/gift-returns.ts';
import type { WayToPay } from '../checkout/ways-to-pay.ts';
import type { GivingRoutesDependencies, NumberAnswer } from '../faces/giving-web-ports.ts';
import { createGivingRoutes } from '../faces/routes.ts';
import type { BeginGiftResult, GiftIntent, GiftView, ReplaceGiftResult } from '../giving.ts';
import { opensPage, pageKeyOf } from '../page-key.ts';

export const GIFT_ID = '019abc00-0000-7000-8000-000000000001';
export const OTHER_GIFT_ID = '019abc00-0000-7000-8000-000000000002';
export const PROCESSOR_ORIGIN = 'http://127.0.0.1:4999';
export const NOW = '2026-11-25T12:00:00Z';

export function exampleNewsroom(
  change: { contactForPledges?: 'optional' | 'required' } = {},
): Newsroom {
  return newsroomFile.parse({
    name: 'The Example Courier',
    tagline: { en: 'News' },
    languages: ['en', 'ru', 'ar'],
    zone: 'Europe/Berlin',
    accent: '#8a1c1c',
    sections: [{ id: 'world', title: { en: 'World' } }],
    giving: {
      currency: 'USD',
      amounts: {
        USD: amounts([500, 1000, 2500], [200, 500, 1000], [2400, 6000, 12000], [200, 1_000_000]),
        EUR: amounts([500, 1000, 2500], [200, 500, 1000], [2400, 6000, 12000], [200, 1_000_000]),
        JPY: amounts([500, 1000, 3000], [300, 500, 1000], [3000, 6000, 12000], [300, 1_000_000]),
      },
      statement_text: 'TPC MEDIA BERLIN',
      contact_for_pledges: change.contactForPledges ?? 'optional',
      processors: [{ kind: 'sandbox', account: 'sandbox' }],
    },
    letters: { from_name: 'Notes', from_address: 'notes@example.org' },
    safety: { exit_to: 'https://www.example.org/' },
  });
}

function amounts(once: number[], month: number[], year: number[], limits: [number, number]) {
  return { once, month, year, minimum: limits[0], maximum: limits[1] };
}

/** What is called paid has arrived, unless a test says otherwise. */
export function giftView(change: Partial<GiftView> = {}): GiftView {
  const isPaid = change.stateForPeople === 'paid';
  return {
    giftId: GIFT_ID,
    reference: 'K7QM-2XPD',
    money: money(500n, 'USD'),
    interval: 'month',
    coversPeriods: 1,
    moneyOfPeriod: change.money ?? money(500n, 'USD'),
    state: isPaid ? 'settled' : 'collecting',
    stateForPeople: 'waiting',
    createdAt: InstantOf.from(NOW),
    settledAt: isPaid ? InstantOf.from(NOW) : null,
    pledge: null,
    supporterId: OTHER_GIFT_ID,
    appeal: null,
    ...change,
  };
}

const PAGE_SECRET = new Uint8Array(32).fill(5);

/** A renewal, with the key to its page. */
export const RENEWAL_ID = '82d1ca31-2437-5df5-bbac-7437575d1e41';
export const RENEWAL_KEY = pageKeyOf(PAGE_SECRET, RENEWAL_ID);

export function renewalView(change: Partial<GiftView> = {}): GiftView {
  return giftView({
    giftId: RENEWAL_ID,
    pageKey: RENEWAL_KEY,
    pledge: {
      pledgeId: '019abc00-0000-7000-8000-000000000009',
      state: 'active',
      unit: 'month',
      collectEveryMonths: 1,
      periodN: 1,
      dueDate: PlainDate.from('2026-12-10'),
      nextDates: ['2026-12-10', '2027-01-10', '2027-02-10'].map((day) => PlainDate.from(day)),
      move: 'no',
      paidByLink: false,
    },
    ...change,
  });
}

export interface Asked {
  readonly begun: GiftIntent[];
  readonly replaced: { readonly oldGiftId: string; readonly intent: GiftIntent }[];
  readonly lookedUp: string[];
  readonly attached: { readonly supporterId: string; readonly address: string }[];
  readonly numbersFor: string[];
  readonly pages: PageContent[];
}

export interface FakeWeb {
  readonly asked: Asked;
  readonly clock: ManualClock;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, fields: Record<string, string>): Promise<Response>;
  send(path: string, request: RequestInit): Promise<Response>;
}

export interface FakeAnswers {
  readonly place?: Place;
  readonly begin?: BeginGiftResult;
  readonly replace?: ReplaceGiftResult;
  readonly gifts?: readonly GiftView[];
  readonly number?: NumberAnswer;
  readonly returns?: GiftReturns;
  readonly newsroom?: Newsroom;
  readonly numberShownUntil?: Instant;
  readonly refusesBeforeBank?: boolean;
  /** Where a gift can be paid; with cards alone where left out. */
  readonly ways?: readonly WayToPay[];
  readonly now?: Instant;
  /** A money core in place of the one that answers as told. */
  readonly giving?: GivingRoutesDependencies['giving'];
  readonly clock?: ManualClock;
  /** A whole frame, for tests in a browser. */
  readonly render?: RenderPage;
}

export const CARD: WayToPay = {
  kind: 'stripe',
  currencies: ['EUR', 'USD', 'JPY'],
  chargesMandates: true,
  takesFromUnknownPlaces: true,
};

/** The routes with a core that answers as told. Every call to it is noted in `asked`. */
export function fakeWeb(answers: FakeAnswers = {}): FakeWeb {
  const asked: Asked = {
    begun: [],
    replaced: [],
    lookedUp: [],
    attached: [],
    numbersFor: [],
    pages: [],
  };
  const clock = answers.clock ?? new ManualClock(answers.now ?? NOW);
  const newsroom = answers.newsroom ?? exampleNewsroom();
  const find = (giftId: string) => answers.gifts?.find((gift) => gift.giftId === giftId);
  const go: BeginGiftResult = { kind: 'go', pageUrl: `${PROCESSOR_ORIGIN}/pay/abc` };
  const dependencies: GivingRoutesDependencies = {
    giving: answers.giving ?? {
      beginGift: async (intent) => {
        asked.begun.push(intent);
        return answers.begin ?? go;
      },
      replaceGift: async (options) => {
        asked.replaced.push(options);
        return answers.replace ?? go;
      },
      giftView: async (giftId) => find(giftId),
      waysToPay: async () => answers.ways ?? [CARD],
      opensPage: (page) => opensPage(PAGE_SECRET, page),
      whatArrives: async () => undefined,
      async returnsOf(giftIds) {
        const { returns } = answers;
        return new Map(returns === undefined ? [] : giftIds.map((id) => [id, returns] as const));
      },
      askProcessor: async (giftId) => {
        asked.lookedUp.push(giftId);
        return find(giftId);
      },
    },
    newsroom,
    decidePlace: () => answers.place ?? { class: 'safe', tor: false },
    clock,
    random: new SeededRandom(7, clock),
    render: (page) => {
      asked.pages.push(page);
      if (answers.render !== undefined) return answers.render(page);
      return new Response(`<title>${page.title}</title>${page.head ?? ''}${page.body}`, {
        status: page.status ?? 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    },
    contacts: {
      attach: async (_tx, supporterId, address) => {
        asked.attached.push({ supporterId, address });
      },
      refuseHost: (domain) => (domain.endsWith('.example-listed.by') ? 'BY' : null),
    },
    issueNumber: async (giftId) => {
      asked.numbersFor.push(giftId);
      return answers.number ?? { kind: 'issued', number: 'ABCD-EFGH' };
    },
    numberShownUntil: (gift) => answers.numberShownUntil ?? gift.createdAt.add({ hours: 168 }),
    knowsAppeal: async ({ appealId }) => appealId === 'spring',
    refusesBeforeBank: answers.refusesBeforeBank ?? true,
    listedCountryNames: (language) => countryNames(listedCountries({ added: [] }), language),
    formTargets: () => [PROCESSOR_ORIGIN],
  };
  const routes = createGivingRoutes(dependencies);
  const send = async (path: string, request: RequestInit): Promise<Response> =>
    routes.request(`http://127.0.0.1${path}`, request);
  return {
    asked,
    clock,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, fields) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      }),
    send,
  };
}

/** A whole form as a browser without script sends it. */
export function sentForm(change: Record<string, string> = {}): Record<string, string> {
  return {
    gift: GIFT_ID,
    language: 'en',
    currency: 'USD',
    every: 'month',
    'amount-month': '500',
    other: '',
    email: '',
    ...change,
  };
}

export function location(response: Response): string {
  const address = response.headers.get('location');
  assert.ok(address !== null, 'the answer leads somewhere');
  return address;
}

export function dollars(minor: bigint): Money {
  return money(minor, 'USD');
}
