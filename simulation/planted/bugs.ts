/**
 * Twenty mistakes that public projects made, each put back into this program: as another sentence in a source file, a
 * wrong adapter, a missing rule in the database, or a forgetful browser. The simulator has to find every one.
 */
import type { Plant } from '../plant.ts';
import {
  capturedBeforeIsFailure,
  everyCurrencyHasCents,
  keyPerCall,
  maintenanceIsFailure,
  poisoned,
} from './adapters.ts';
import type { Mutation } from './mutate.ts';

export interface PlantedBug {
  readonly number: number;
  /** A seed that showed it when it was last hunted: lived first. Another change of the program may need another seed. */
  readonly knownSeed: number;
  readonly symptom: string;
  /** Where it happened. */
  readonly source: string;
  readonly mutations: readonly Mutation[];
  readonly plant?: Plant;
}

const GIVING = 'src/giving';
/** Mistakes about answers show where answers get lost. */
const LOST_ANSWERS = { lostAfter: 200, refusals: 50 };

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    number: 1,
    knownSeed: 10,
    symptom: 'of two messages in the same second the newer is lost',
    source: 'stripe/sync-engine#268',
    mutations: [
      {
        file: `${GIVING}/settling/apply-evidence.ts`,
        find: 'export async function applyEvidence(context: GivingContext, report: Report): Promise<Applied> {\n  try {',
        put: `const newest = new Map<string, number>();
export async function applyEvidence(context: GivingContext, report: Report): Promise<Applied> {
  const { evidence } = report;
  const now = Math.floor(context.clock.now().epochMilliseconds / 1000);
  const at = evidence.state === 'succeeded' ? Math.floor(evidence.happenedAt.epochMilliseconds / 1000) : now;
  if (at <= (newest.get(report.attemptId) ?? -1)) return 'unchanged';
  newest.set(report.attemptId, at);
  try {`,
      },
    ],
    // The clocks of two companies are never the same: here ours is wrong by up to two minutes.
    plant: { weather: { clockJumps: true } },
  },
  {
    number: 2,
    knownSeed: 2,
    symptom: 'an older state is written over a newer one',
    source: 'laravel/cashier-stripe#1201; TryGhost/Members#240',
    mutations: [
      {
        file: `${GIVING}/attempt.ts`,
        find: '  if (!isLive(state)) return stay(standing);\n  switch (evidence.state) {',
        put: '  switch (evidence.state) {',
      },
    ],
  },
  {
    number: 3,
    knownSeed: 1,
    symptom: 'the browser and a message settle the same payment twice',
    source: 'medusajs/medusa#13301',
    mutations: [
      {
        file: `${GIVING}/settling/decide-settlement.ts`,
        find: '  if (isSameCharge(standing, charge)) return toldAgain(standing, charge);\n',
        put: '',
      },
    ],
  },
  {
    number: 4,
    knownSeed: 3,
    symptom: 'a clock job and a request both make the next invoice',
    source: 'getlago/lago-api#1868',
    mutations: [
      {
        file: `${GIVING}/settling/pledge-after-settling.ts`,
        find: 'const isNewest = pledge.nextN === gift.periodN + 1;',
        put: 'const isNewest = true;',
      },
      {
        file: `${GIVING}/settling/settle.ts`,
        find: '      await pledgeAfterSettling(tx, context, { gift: held.gift, charge, now });\n',
        put: `      await pledgeAfterSettling(tx, context, { gift: held.gift, charge, now });
      await pledgeAfterSettling(tx, context, { gift: held.gift, charge, now });
`,
      },
    ],
  },
  {
    number: 5,
    knownSeed: 4,
    symptom: 'whether it is today is asked in UTC',
    source: 'getlago/lago-api#879',
    mutations: [
      {
        file: `${GIVING}/renewals/collect-decision.ts`,
        find: 'today: dayIn(now, dates.zone)',
        put: "today: dayIn(now, 'UTC')",
      },
    ],
  },
  {
    number: 6,
    knownSeed: 76,
    symptom: 'the 31st becomes the 28th for good',
    source: 'polarsource/polar#10664',
    mutations: [
      {
        file: 'src/calendar/due.ts',
        find: "return anchor.add({ months: n }, { overflow: 'constrain' });",
        put: 'return Array.from({ length: n }).reduce((date) => date.add({ months: 1 }), anchor);',
      },
    ],
  },
  {
    number: 7,
    knownSeed: 87,
    symptom: 'years from 29 February do not tile',
    source: 'getlago/lago-api#6173, #1840',
    mutations: [
      {
        file: 'src/calendar/due.ts',
        find: "return anchor.add({ years: n }, { overflow: 'constrain' });",
        put: `return anchor.month === 2 && anchor.day === 29
        ? PlainDate.from({ year: anchor.year + n, month: 3, day: 1 })
        : anchor.add({ years: n });`,
      },
    ],
  },
  {
    number: 8,
    knownSeed: 3,
    symptom: 'who begins late in the evening is due a day off',
    source: 'killbill/killbill#743',
    mutations: [
      {
        file: `${GIVING}/checkout/new-gift.ts`,
        find: 'const today = dayIn(now, zone);',
        put: "const today = dayIn(now, 'UTC');",
      },
    ],
  },
  {
    number: 9,
    knownSeed: 2,
    symptom: 'what was cancelled comes to life again',
    source: 'juspay/hyperswitch#9925',
    mutations: [
      {
        file: `${GIVING}/pledge.ts`,
        find: '  if (isPledgeOver(state)) return state;\n',
        put: '',
      },
      {
        file: `${GIVING}/settling/pledge-after-settling.ts`,
        find: '  if (isPledgeOver(pledge.state)) return;\n',
        put: '',
      },
    ],
  },
  {
    number: 10,
    knownSeed: 5,
    symptom: 'a letter counts as sent though nobody took it',
    source: 'juspay/hyperswitch#3408',
    mutations: [
      {
        file: 'src/letters/outbox-worker.ts',
        find: '  const minutes = WAIT_MINUTES[leased.tries - 1];',
        put: `  if (leased.tries > 0) return { state: 'sent' };
  const minutes = WAIT_MINUTES[leased.tries - 1];`,
      },
    ],
  },
  {
    number: 11,
    knownSeed: 10,
    symptom: 'an answer that cannot be read is a failed payment',
    source: 'juspay/hyperswitch-prism#1658',
    mutations: [],
    plant: { adapter: maintenanceIsFailure, weather: LOST_ANSWERS },
  },
  {
    number: 12,
    knownSeed: 19,
    symptom: 'a new key for every call',
    source: 'paypal/agent-toolkit#98',
    mutations: [],
    plant: { adapter: keyPerCall, weather: LOST_ANSWERS },
  },
  {
    number: 13,
    knownSeed: 19,
    symptom: 'captured before is taken for a failure',
    source: 'angelleye/paypal-woocommerce#2129; PrestaShopCorp/ps_checkout#1471',
    mutations: [],
    plant: {
      adapter: capturedBeforeIsFailure,
      // Its reports lag, so a look finds nothing yet and the same key is sent again.
      firstCompany: 1,
      // And nothing else happens, so that the seed stays the one that shows it.
      weather: {
        lostAfter: 400,
        lostBefore: 0,
        refusals: 0,
        crash: 0,
        databaseCut: 0,
        leaves: false,
        processorDrops: false,
        invalidOrders: false,
        processorOutages: false,
      },
    },
  },
  {
    number: 14,
    knownSeed: 1,
    symptom: 'a hundred times too much in a currency without cents',
    source: 'cartalyst/stripe#59; Paymenter/Paymenter#1258; opencollective/opencollective#4297',
    mutations: [],
    plant: { adapter: everyCurrencyHasCents },
  },
  {
    number: 15,
    knownSeed: 5,
    symptom: 'money that comes late is not taken',
    source: 'btcpayserver/btcpayserver#3966, #4978, #7074',
    mutations: [
      {
        file: `${GIVING}/settling/decide-settlement.ts`,
        find: "    attempt.state !== 'succeeded' &&\n    gift.state !== 'settled' &&",
        put: "    attempt.state !== 'succeeded' && attempt.state !== 'expired' &&\n    gift.state !== 'settled' &&",
      },
    ],
  },
  {
    number: 16,
    knownSeed: 2,
    symptom: 'one row that fails stops the queue',
    source: 'timgit/pg-boss#535, #492, #581',
    mutations: [
      {
        file: `${GIVING}/renewals/collector.ts`,
        find: '    await setAside(context, leased.giftId, error);',
        put: '    throw error;',
      },
    ],
    plant: { adapter: poisoned },
  },
  {
    number: 17,
    knownSeed: 4,
    symptom: 'the hour of collecting is kept without its zone',
    source: 'gocodebox/lifterlms#2889',
    mutations: [
      {
        file: `${GIVING}/renewals/renewal.ts`,
        find: 'collectionInstant({ dueDate: date, zone: pledge.zone, pledgeId: pledge.id })',
        put: "collectionInstant({ dueDate: date, zone: 'UTC', pledgeId: pledge.id })",
      },
    ],
  },
  {
    number: 18,
    knownSeed: 1,
    symptom: 'every tap begins another gift',
    source: 'mozilla/fxa#13755',
    mutations: [],
    plant: { forgetfulBrowsers: true },
  },
  {
    number: 19,
    knownSeed: 8,
    symptom: 'charged by itself while its supporter pays by hand',
    source: 'restrictcontentpro/restrict-content-pro#1746',
    mutations: [
      {
        file: `${GIVING}/renewals/collect-decision.ts`,
        find: '  const live = attempts.find((attempt) => isLive(attempt.state));\n',
        put: '  const live = attempts.find((attempt) => isLive(attempt.state) && attempt.mandateId !== null);\n',
      },
      {
        file: `${GIVING}/gift.ts`,
        find: '  if (!isOpenGift(gift.state) || gift.hasLiveAttempt) return false;',
        put: '  if (!isOpenGift(gift.state)) return false;',
      },
    ],
    plant: { database: ['drop index attempt_one_live'], paysByHandBeforeRetry: true },
  },
  {
    number: 20,
    knownSeed: 5,
    symptom: "another payment's message ends this one",
    source: 'drastik/com.drastikbydesign.stripe#120',
    mutations: [
      {
        file: `${GIVING}/inbox/inbox.ts`,
        find: '    if (attempt !== undefined) return attempt.id;\n',
        put: `    if (attempt !== undefined) {
      const newest = await context.db
        .selectFrom('attempt')
        .innerJoin('gift', 'gift.id', 'attempt.gift_id')
        .innerJoin('gift as own', 'own.supporter_id', 'gift.supporter_id')
        .select('attempt.id')
        .where('own.id', '=', attempt.giftId)
        .orderBy('attempt.created_at', 'desc')
        .orderBy('attempt.id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return newest?.id ?? attempt.id;
    }
`,
      },
    ],
  },
];
