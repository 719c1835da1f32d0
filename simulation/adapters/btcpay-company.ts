/** BTCPay's part: supporters read the amount off our own page, and pay it, a part of it, too much, late, or not at all. */
import type { ManualClock } from '../../src/calendar/index.ts';
import type { Giving } from '../../src/giving/index.ts';
import type { FakeInvoice } from '../../src/processors/btcpay/fake/books.ts';
import type { FakeMessage } from '../../src/processors/btcpay/fake/courier.ts';
import { type FaultKind, startFakeBtcPay } from '../../src/processors/btcpay/fake/server.ts';
import { openOn } from '../../src/processors/btcpay/fake/test-account.ts';
import { assert } from '../core.ts';
import type { AdapterCompany } from './company.ts';

const FAULTS = [
  'lost-before',
  'lost-after',
  'server-error',
  'html',
  'maintenance',
  'truncated',
] as const satisfies readonly FaultKind[];
const SPOILT = [/POST .*invoices/, /GET .*invoices/] as const;

export async function btcpayCompany(clock: ManualClock): Promise<AdapterCompany> {
  const fake = await startFakeBtcPay(clock);
  const { books, courier } = fake;
  const { processor } = openOn(fake, clock);
  const hear: { giving?: Giving } = {};
  const invoiceOf = (attemptId: string): FakeInvoice | undefined =>
    [...books.invoices.values()].find(({ metadata }) => metadata.orderId === attemptId);
  const send = async ({ body, headers }: FakeMessage): Promise<number> => {
    assert(hear.giving !== undefined, 'a company writes to a newsroom that is there');
    const answer = await hear.giving.takeWebhook({
      accountId: processor.accountId,
      body,
      headers,
    });
    return answer.kind === 'refused' ? 400 : 200;
  };
  return {
    name: 'btcpay',
    accountId: processor.accountId,
    processor,
    meet(giving) {
      hear.giving = giving;
    },
    async visit(pageUrl, chance) {
      const invoice = invoiceOf(new URL(pageUrl).pathname.split('/').at(-1) ?? '');
      if (invoice === undefined) return;
      // Whoever paid does not pay again here: that is a story of its own, and tried apart.
      const missing = books.asked(invoice) - books.came(invoice);
      if (missing <= 0n || chance.hits(150)) return;
      // Nor is the rest of a sum that fell short sent once that was booked: then an alarm rings and a person books it.
      const isBooked = invoice.monitoringSeconds < books.nowSeconds();
      if (isBooked && books.came(invoice) > 0n) return;
      const sats = chance.hits(120) ? missing / 2n : missing;
      if (sats > 0n) books.pay(invoice.id, { sats, isConfirmed: chance.hits(300) });
    },
    live(chance) {
      for (const { id } of books.invoices.values()) if (chance.hits(400)) books.confirm(id);
      books.tick();
    },
    async deliver(chance) {
      const messages: FakeMessage[] = [];
      // One that we did not take is sent again, until BTCPay gives up after an hour.
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
      for (const { id } of books.invoices.values()) books.confirm(id);
      books.tick();
    },
    balances: () =>
      new Map([
        ['EUR', books.received('EUR')],
        ['BTC', books.receivedBeside()],
      ]),
    takings: () =>
      [...books.invoices.values()]
        .filter((invoice) => books.came(invoice) > 0n)
        .map(({ id, metadata }) => ({ ref: id, attemptId: String(metadata.orderId) })),
    close: () => fake.close(),
  };
}
