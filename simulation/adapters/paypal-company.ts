/**
 * PayPal's part. Its messages are left out: they are signed with certificates whose days are real ones, and are tried apart
 * (`paypal/end-to-end.test.ts`). So everything here is learnt by asking.
 */
import type { ManualClock } from '../../src/calendar/index.ts';
import type { FakeCapture, FakePayer } from '../../src/processors/paypal/fake/books.ts';
import { type FaultKind, startFakePayPal } from '../../src/processors/paypal/fake/server.ts';
import { openOn } from '../../src/processors/paypal/fake/test-account.ts';
import { unpackReferences } from '../../src/processors/paypal/references.ts';
import type { AdapterCompany } from './company.ts';
import { LISTED } from './newsroom.ts';

/** `hang` is left out: it costs real seconds. */
const FAULTS = [
  'lost-before',
  'lost-after',
  'server-error',
  'busy',
  'conflict',
  'html',
  'maintenance',
  'truncated',
] as const satisfies readonly FaultKind[];
const SPOILT = [/POST .*orders$/, /capture$/, /GET .*orders/, /transactions/, /refund$/] as const;
const PAYS = ['at-once', 'at-once', 'at-once', 'pending', 'declined', 'capture-declined'] as const;

export async function paypalCompany(clock: ManualClock): Promise<AdapterCompany> {
  const fake = await startFakePayPal(clock);
  const { books } = fake;
  const processor = openOn(fake, clock);
  const isPaid = ({ status }: FakeCapture): boolean =>
    status === 'COMPLETED' || status === 'PARTIALLY_REFUNDED' || status === 'REFUNDED';
  return {
    name: 'paypal',
    accountId: processor.accountId,
    processor,
    meet() {},
    async visit(pageUrl, chance) {
      const order = books.orders.get(new URL(pageUrl).searchParams.get('token') ?? '');
      if (order === undefined || order.capture !== null || order.status === 'VOIDED') return;
      const payer: FakePayer = {
        country: chance.pick(['DE', 'DE', 'DE', 'FR', ...LISTED, null]),
        pays: chance.pick(PAYS),
      };
      books.approve(order.id, payer);
    },
    live(chance) {
      for (const capture of books.captures.values()) {
        if (capture.status === 'PENDING' && chance.hits(300)) books.clear(capture.id);
      }
      for (const order of books.orders.values()) {
        if (order.customerId !== null && order.token === null && chance.hits(500)) {
          books.makeToken(order.id);
        }
      }
      books.tokensLater = chance.hits(300);
      const balance = books.balance('EUR');
      if (balance > 2_000n && chance.hits(60)) books.withdraw(balance / 2n, 'EUR');
    },
    async deliver() {},
    spoil(chance) {
      fake.faults.push({ on: chance.pick(SPOILT), kind: chance.pick(FAULTS) });
    },
    heal() {
      fake.faults.length = 0;
      books.tokensLater = false;
      for (const capture of books.captures.values()) {
        if (capture.status === 'PENDING') books.clear(capture.id);
      }
      for (const order of books.orders.values()) {
        if (order.customerId !== null && order.token === null) books.makeToken(order.id);
      }
    },
    balances: () => new Map([['EUR', books.balance('EUR')]]),
    takings: () =>
      [...books.captures.values()].filter(isPaid).map(({ id, customId }) => ({
        ref: id,
        attemptId: unpackReferences(customId)?.references.attemptId ?? customId,
      })),
    close: () => fake.close(),
  };
}
