/**
 * For tests of this feature: a money core that keeps pledges and gifts in memory and knows just enough rules, and
 * supporters with everything around them on a real database. Used by tests only.
 */
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Instant, ManualClock, PlainDate, SeededRandom } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import type { GiftView, Giving, PledgeView } from '../../giving/index.ts';
import { money } from '../../money/index.ts';
import { type Newsroom, newsroomFile } from '../../newsroom/index.ts';
import type { PageContent, RenderPage } from '../../page/index.ts';
import { Problem } from '../../problems/index.ts';
import type { Place } from '../../safety/index.ts';
import { createContacts } from '../contact-store.ts';
import type { SupporterKeys } from '../key-files.ts';
import { createNumberHash } from '../number-hash.ts';
import { createSupporterRoutes } from '../routes.ts';
import { createSupporters } from '../supporters.ts';

export const NOW = '2026-11-25T12:00:00Z';
export const NEWSROOM_NAME = 'The Example Courier';

/** Thrown-away keys, new for each test process; the real ones are read from files. */
const contactIdentity = await generateX25519Identity();
export const TEST_KEYS = {
  numberKey: new Uint8Array(32).fill(7),
  contactRecipient: await identityToRecipient(contactIdentity),
  contactIdentity,
} as const satisfies SupporterKeys;

export type FakeGiving = Pick<
  Giving,
  | 'giftView'
  | 'giftsOf'
  | 'pledgeView'
  | 'pledgesOf'
  | 'supporterView'
  | 'changePledgeAmount'
  | 'pausePledge'
  | 'resumePledge'
  | 'previewPledgeChange'
  | 'changePledgeCollection'
  | 'changePledgeInterval'
  | 'changePledgeDay'
  | 'whatArrives'
  | 'cancelPledge'
  | 'forgetSupporter'
  | 'returnsOf'
  | 'undoGift'
> & {
  readonly gifts: Map<string, GiftView>;
  readonly pledges: Map<string, PledgeView>;
  /** What was asked of it, in order. */
  readonly calls: string[];
};

export function fakeGiving(): FakeGiving {
  const gifts = new Map<string, GiftView>();
  const pledges = new Map<string, PledgeView>();
  const calls: string[] = [];
  const put = (pledge: PledgeView, change: Partial<PledgeView>): PledgeView => {
    const changed = { ...pledge, ...change };
    pledges.set(pledge.pledgeId, changed);
    return changed;
  };
  const end = (pledge: PledgeView): PledgeView =>
    put(pledge, {
      state: 'cancelled',
      nextDates: [],
      pausedUntil: null,
      endedAt: Instant.from(NOW),
    });
  return {
    gifts,
    pledges,
    calls,
    supporterView: async (supporterId) => ({ supporterId, language: 'en', zone: 'Europe/Berlin' }),
    giftView: async (giftId) => gifts.get(giftId),
    pledgeView: async (pledgeId) => pledges.get(pledgeId),
    giftsOf: async (supporterId) =>
      [...gifts.values()].filter((gift) => gift.supporterId === supporterId),
    pledgesOf: async (supporterId) =>
      [...pledges.values()].filter((pledge) => pledge.supporterId === supporterId),
    async changePledgeAmount({ pledgeId, money: wanted }) {
      calls.push(`amount ${pledgeId} ${wanted.minor}`);
      const pledge = pledges.get(pledgeId);
      if (pledge === undefined) return { kind: 'not-found' };
      if (pledge.endedAt !== null) return { kind: 'not-possible', pledge };
      if (pledge.money.minor === wanted.minor) return { kind: 'unchanged', pledge };
      return { kind: 'changed', pledge: put(pledge, { money: wanted }) };
    },
    // What becomes of terms is for the real core to say (`supporter-visit.test.ts`); here they only must not be reached.
    previewPledgeChange: async () => undefined,
    changePledgeCollection: async () => ({ kind: 'not-found' }),
    changePledgeInterval: async () => ({ kind: 'not-found' }),
    changePledgeDay: async () => ({ kind: 'not-found' }),
    whatArrives: async () => undefined,
    async pausePledge(request) {
      const months = 'months' in request ? request.months : 0;
      calls.push(`pause ${request.pledgeId} ${months}`);
      const pledge = pledges.get(request.pledgeId);
      if (pledge === undefined) return { kind: 'not-found' };
      if (pledge.state !== 'active') return { kind: 'not-possible', pledge };
      const pausedUntil = PlainDate.from('2026-11-25').add({ months });
      return { kind: 'changed', pledge: put(pledge, { state: 'paused', pausedUntil }) };
    },
    async resumePledge(pledgeId) {
      calls.push(`resume ${pledgeId}`);
      const pledge = pledges.get(pledgeId);
      if (pledge === undefined) return { kind: 'not-found' };
      if (pledge.state !== 'paused') return { kind: 'not-possible', pledge };
      return { kind: 'changed', pledge: put(pledge, { state: 'active', pausedUntil: null }) };
    },
    // What became of money is for the real core to say (`undo-visit.test.ts`).
    returnsOf: async () => new Map(),
    undoGift: async () => ({ kind: 'refused', reason: 'not-found' }),
    async cancelPledge(pledgeId) {
      calls.push(`cancel ${pledgeId}`);
      const pledge = pledges.get(pledgeId);
      if (pledge === undefined) return { kind: 'not-found' };
      return {
        kind: 'cancelled',
        pledge: pledge.endedAt === null ? end(pledge) : pledge,
        willStillComplete: pledge.renewalInFlight,
      };
    },
    async forgetSupporter(tx, supporterId) {
      calls.push('forget');
      const own = [...pledges.values()].filter((pledge) => pledge.supporterId === supporterId);
      for (const pledge of own) put(end(pledge), { supporterId: null });
      for (const gift of gifts.values()) {
        if (gift.supporterId === supporterId) {
          gifts.set(gift.giftId, { ...gift, supporterId: null });
        }
      }
      await tx
        .updateTable('supporter')
        .set({ forgotten_at: Instant.from(NOW), zone: null, language: null })
        .where('id', '=', supporterId)
        .execute();
      return {
        cancelledPledges: own.filter((pledge) => pledge.endedAt === null).length,
        stillCompleting: own.filter((pledge) => pledge.renewalInFlight).length,
      };
    },
  };
}

export function testNewsroom(): Newsroom {
  const set = {
    once: [500, 1000, 2500],
    month: [200, 500, 1000],
    year: [2400, 6000, 12_000],
    minimum: 200,
    maximum: 1_000_000,
  };
  return newsroomFile.parse({
    name: NEWSROOM_NAME,
    tagline: { en: 'News' },
    languages: ['en', 'ru', 'ar'],
    zone: 'Europe/Berlin',
    accent: '#8a1c1c',
    sections: [{ id: 'world', title: { en: 'World' } }],
    giving: {
      currency: 'USD',
      amounts: { USD: set, EUR: set },
      statement_text: 'TPC MEDIA BERLIN',
      processors: [{ kind: 'sandbox', account: 'sandbox' }],
    },
    letters: { from_name: 'Notes', from_address: 'notes@example.org' },
    safety: { exit_to: 'https://www.example.org/' },
  });
}

let made = 0;
/** One for all houses of a process: they may share a database, and no two numbers are the same. */
const random = new SeededRandom(5);

/** An id that no other test of this process has. */
export function nextId(): string {
  made += 1;
  return `019abc00-0000-7000-8000-${String(made).padStart(12, '0')}`;
}

/** Everything of this feature on a database, beside a money core in memory. */
export function supportersHouse(
  db: Db,
  options: {
    readonly refusedCountries?: () => string[];
    readonly render?: RenderPage;
    readonly place?: Place;
  } = {},
) {
  const clock = new ManualClock(NOW);
  const giving = fakeGiving();
  const newsroom = testNewsroom();
  const hashNumber = createNumberHash(TEST_KEYS.numberKey);
  const contacts = createContacts({
    db,
    clock,
    random,
    giving,
    keys: TEST_KEYS,
    refusedCountries: options.refusedCountries ?? (() => ['RU', 'BY']),
  });
  const supporters = createSupporters({ db, clock, random, giving, contacts, hashNumber });
  const pages: PageContent[] = [];
  const routes = createSupporterRoutes({
    supporters,
    giving,
    contacts,
    newsroom,
    clock,
    decidePlace: () => options.place ?? { class: 'safe', tor: false },
    render(page) {
      pages.push(page);
      if (options.render !== undefined) return options.render(page);
      return new Response(`<title>${page.title}</title>${page.body}`, {
        status: page.status ?? 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    },
  });

  // As the whole application does it, less the page.
  routes.onError((error) => {
    if (error instanceof Problem) return new Response(error.code, { status: error.status });
    throw error;
  });

  /** A supporter with one settled gift and, unless told otherwise, a running pledge. */
  async function supporter(
    change: {
      readonly pledge?: Partial<PledgeView> | null;
      readonly gift?: Partial<GiftView>;
    } = {},
  ): Promise<{ supporterId: string; giftId: string; pledgeId: string }> {
    const supporterId = nextId();
    const giftId = nextId();
    const pledgeId = nextId();
    await db
      .insertInto('supporter')
      .values({ id: supporterId, zone: 'Europe/Berlin', language: 'en', created_at: clock.now() })
      .execute();
    const nextDates = ['2026-12-25', '2027-01-25', '2027-02-25'].map((day) => PlainDate.from(day));
    if (change.pledge !== null) {
      giving.pledges.set(pledgeId, {
        pledgeId,
        supporterId,
        money: money(500n, 'USD'),
        unit: 'month',
        collectEveryMonths: 1,
        collected: change.pledge?.money ?? money(500n, 'USD'),
        state: 'active',
        anchorDate: PlainDate.from('2026-11-25'),
        nextDates,
        pausedUntil: null,
        renewalInFlight: false,
        method: 'usable',
        move: 'no',
        paidByLink: false,
        createdAt: clock.now(),
        endedAt: null,
        openGiftId: null,
        ...change.pledge,
      });
    }
    giving.gifts.set(giftId, {
      giftId,
      reference: `REF-${giftId.slice(-4)}`,
      money: money(500n, 'USD'),
      interval: change.pledge === null ? 'once' : 'month',
      coversPeriods: 1,
      moneyOfPeriod: change.gift?.money ?? money(500n, 'USD'),
      state: 'settled',
      stateForPeople: 'paid',
      createdAt: clock.now(),
      settledAt: clock.now(),
      pledge: null,
      supporterId,
      appeal: null,
      ...change.gift,
    });
    return { supporterId, giftId, pledgeId };
  }

  /** The same, with the number they were shown. */
  async function withNumber(change: Parameters<typeof supporter>[0] = {}) {
    const one = await supporter(change);
    const answer = await supporters.issueNumber(one.giftId);
    if (answer.kind !== 'issued') throw new Error(`no number: ${answer.kind}`);
    return { ...one, number: answer.number };
  }

  const send = async (path: string, init: RequestInit = {}): Promise<Response> =>
    await routes.request(`http://127.0.0.1${path}`, init);
  return {
    clock,
    random,
    giving,
    newsroom,
    contacts,
    supporters,
    hashNumber,
    pages,
    supporter,
    withNumber,
    send,
    get: (path: string, headers: Record<string, string> = {}) => send(path, { headers }),
    post: (path: string, fields: Record<string, string>) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      }),
  };
}

export type SupportersHouse = ReturnType<typeof supportersHouse>;
