/** Stripe's part, on its own page: cards that pay, that decline, whose banks want their holder, and messages whole and thin. */
import type { ManualClock } from '../../src/calendar/index.ts';
import type { Giving } from '../../src/giving/index.ts';
import { FAKE_WEBHOOK_SECRET } from '../../src/processors/stripe/fake/account.ts';
import { cardFrom } from '../../src/processors/stripe/fake/cards.ts';
import { authenticateOnPage, payOnPage } from '../../src/processors/stripe/fake/checkout.ts';
import type { FakeMessage } from '../../src/processors/stripe/fake/courier.ts';
import type { FaultKind } from '../../src/processors/stripe/fake/faults.ts';
import { closeDispute, openDispute } from '../../src/processors/stripe/fake/money-moves.ts';
import { startFakeStripe } from '../../src/processors/stripe/fake/server.ts';
import { openOn } from '../../src/processors/stripe/fake/test-account.ts';
import { readReferences } from '../../src/processors/stripe/references.ts';
import { assert } from '../core.ts';
import type { AdapterCompany } from './company.ts';

const FAULTS = [
  'lost-before',
  'lost-after',
  'truncated',
  'server-error',
  'busy',
  'locked',
  'key-in-use',
  'html',
  'html-200',
  'maintenance',
] as const satisfies readonly FaultKind[];
const SPOILT = [
  /^POST .*sessions$/,
  /^POST .*payment_intents$/,
  /^POST .*refunds$/,
  /^POST .*customers$/,
  /^GET .*(sessions|payment_intents)/,
  /^GET .*(charges|balance_transactions|payouts|events)/,
] as const;
const GOOD = '4242424242424242';
const POOR = '4000000000009995';
const LOST = '4000000000009987';
const NEEDS_HOLDER = '4000002500003155';
const CARDS = [GOOD, GOOD, GOOD, GOOD, POOR, LOST, NEEDS_HOLDER] as const;

export async function stripeCompany(clock: ManualClock): Promise<AdapterCompany> {
  const fake = await startFakeStripe(clock);
  const { books, account, courier } = fake;
  const [endpoint] = account.endpoints;
  assert(endpoint !== undefined, 'the account has an endpoint');
  account.endpoints = [
    endpoint,
    { ...endpoint, id: 'we_1FakeThin', payload: 'thin', secrets: [FAKE_WEBHOOK_SECRET] },
  ];
  const { processor } = openOn(fake, clock);
  const hear: { giving?: Giving } = {};
  const send = async ({ body, headers }: FakeMessage): Promise<void> => {
    assert(hear.giving !== undefined, 'a company writes to a newsroom that is there');
    await hear.giving.takeWebhook({ accountId: processor.accountId, body, headers });
  };
  return {
    name: 'stripe',
    accountId: processor.accountId,
    processor,
    meet(giving) {
      hear.giving = giving;
    },
    async visit(pageUrl, chance) {
      fake.time.catchUp();
      const id = new URL(pageUrl).pathname.split('/').at(-1) ?? '';
      if (books.sessions.get(id)?.status !== 'open') return;
      const outcome = payOnPage(books, id, cardFrom(chance.pick(CARDS)));
      if (outcome === 'needs-holder' && chance.hits(700)) {
        authenticateOnPage(books, id, chance.hits(800) ? 'passed' : 'failed');
      }
      if (outcome === 'declined' && chance.hits(500)) payOnPage(books, id, cardFrom(GOOD));
    },
    live(chance) {
      fake.time.catchUp();
      account.captureSeconds = chance.pick([0, 0, 30, 3_600]);
      for (const method of books.methods.values()) {
        if (chance.hits(10)) Object.assign(method, { card: cardFrom(chance.pick(CARDS)) });
      }
      for (const charge of books.charges.values()) {
        const isWhole = charge.status === 'succeeded' && charge.refunded === 0n;
        const isBooked = isWhole && charge.lineId !== null && charge.disputeId === null;
        if (isBooked && chance.hits(8)) openDispute(books, charge.id);
      }
      for (const dispute of books.disputes.values()) {
        if (dispute.status === 'needs_response' && chance.hits(100)) {
          closeDispute(books, dispute.id, chance.hits(500) ? 'won' : 'lost');
        }
      }
    },
    async deliver(chance) {
      const messages: FakeMessage[] = [];
      await courier.deliver(async (message) => {
        if (chance.hits(200)) return null;
        messages.push(message);
        return 200;
      });
      if (chance.hits(400)) messages.reverse();
      for (const message of messages) {
        await send(message);
        if (chance.hits(200)) await send(message);
      }
    },
    spoil(chance) {
      fake.faults.push({ on: chance.pick(SPOILT), kind: chance.pick(FAULTS) });
    },
    heal() {
      fake.faults.length = 0;
      fake.time.catchUp();
      for (const dispute of books.disputes.values()) {
        if (dispute.status === 'needs_response') closeDispute(books, dispute.id, 'won');
      }
    },
    balances() {
      fake.time.catchUp();
      const sum = [...books.lines.values()]
        .filter(({ currency }) => currency === 'eur')
        .reduce((total, line) => total + line.amount - line.fee, 0n);
      return new Map([['EUR', sum]]);
    },
    takings: () =>
      [...books.charges.values()]
        .filter(({ status }) => status === 'succeeded')
        .map(({ id, metadata }) => ({
          ref: id,
          attemptId: readReferences(metadata)?.references.attemptId ?? id,
        })),
    close: () => fake.close(),
  };
}
