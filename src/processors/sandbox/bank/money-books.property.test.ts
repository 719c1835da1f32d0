/**
 * The balance as a property: whatever is done to money here, in any order, with days and restarts in between, what was
 * captured less what left is what the balance holds, summed anew from nothing but the lines; every payout is the sum of
 * its lines; and a bank started again on the journal says exactly the same. (The bank checks its own two sums after each
 * fact as well, and stops when they differ.)
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../../calendar/index.ts';
import { Bank } from './bank.ts';
import { openHosted, payWithCard } from './decisions.ts';
import { actOnMoney, type MoneyAct } from './money-acts.ts';
import type { MoneyBooks } from './money-books.ts';
import type { PaymentOrder } from './records.ts';
import { testCard } from './test-cards.ts';
import { START, seededRandom } from './testing/test-bank.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-money-'));
});
after(() => rm(folder, { recursive: true, force: true }));

type Step =
  | {
      readonly do: 'pay';
      readonly amount: bigint;
      readonly card: 'pays' | 'disputed';
      readonly currency: 'EUR' | 'JPY';
    }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'restart' }
  | { readonly do: 'pay_out' }
  | {
      readonly do: 'dispute' | 'give_back';
      readonly nth: number;
      readonly amount: 'all' | 'half' | bigint;
    }
  | { readonly do: 'decide'; readonly nth: number; readonly as: 'won' | 'lost' };

const nth = fc.nat(5);
const amount = fc.oneof(
  fc.constantFrom('all' as const, 'half' as const),
  fc.bigInt({ min: 1n, max: 3000n }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      amount: fc.bigInt({ min: 50n, max: 5000n }),
      card: fc.constantFrom('pays' as const, 'disputed' as const),
      currency: fc.constantFrom('EUR' as const, 'JPY' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      hours: fc.integer({ min: 1, max: 400 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'pay_out' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('dispute' as const, 'give_back' as const),
      nth,
      amount,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      nth,
      as: fc.constantFrom('won' as const, 'lost' as const),
    }),
  },
);

let files = 0;

test('the balance is what was captured less what left, in any order and over any restart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      files += 1;
      const clock = new ManualClock(START);
      const journalFile = join(folder, `${files}.jsonl`);
      let lives = 0;
      const open = () => {
        lives += 1;
        const random = seededRandom(`money ${files} ${lives}`);
        return Bank.open({ journalFile, clock, random, secretKey: 'sk_sandbox_for_tests_only' });
      };
      let bank = await open();
      for (const one of steps) {
        if (one.do === 'restart') {
          const before = shown(bank.books.money);
          await bank.close();
          bank = await open();
          assert.equal(shown(bank.books.money), before);
        } else if (one.do === 'wait') {
          clock.advance({ hours: one.hours });
          bank.refresh();
        } else take(bank, one);
        recount(bank.books.money);
      }
      await bank.close();
      await recountCutShort(journalFile, clock);
    }),
    { numRuns: 60 },
  );
});

/** As a crash would leave it: a journal that ends after any of its decisions, or in the middle of one, has whole books. */
async function recountCutShort(journalFile: string, clock: ManualClock): Promise<void> {
  const text = await readFile(journalFile, 'utf8');
  for (let part = 1; part <= CUTS; part += 1) {
    const cut = `${journalFile}.${part}`;
    await writeFile(cut, text.slice(0, Math.floor((text.length * part) / (CUTS + 1))));
    const random = seededRandom(`cut ${files} ${part}`);
    const bank = await Bank.open({ journalFile: cut, clock, random, secretKey: 'sk_sandbox_test' });
    recount(bank.books.money);
    bank.refresh();
    recount(bank.books.money);
    await bank.close();
  }
}

const CUTS = 4;

function take(bank: Bank, one: Exclude<Step, { do: 'restart' | 'wait' }>): void {
  const act = one.do === 'pay' ? undefined : actOf(bank, one);
  if (one.do === 'pay') pay(bank, one);
  else if (act !== undefined) actOnMoney(bank, act);
}

function actOf(
  bank: Bank,
  one: Exclude<Step, { do: 'restart' | 'wait' | 'pay' }>,
): MoneyAct | undefined {
  if (one.do === 'pay_out') return one;
  if (one.do === 'decide') {
    const dispute = [...bank.books.money.disputes.keys()][one.nth];
    return dispute === undefined ? undefined : { do: 'decide', dispute, as: one.as };
  }
  const charge = [...bank.books.charges.keys()][one.nth];
  return charge === undefined ? undefined : { do: one.do, charge, amount: one.amount };
}

function pay(
  bank: Bank,
  { amount: amountMinor, card, currency }: Extract<Step, { do: 'pay' }>,
): void {
  const id = bank.decide((desk) => {
    const order: PaymentOrder = {
      id: desk.newId('pay'),
      kind: 'hosted',
      references: { attemptId: 'a', giftId: 'g', supporterId: 's', pledgeId: null },
      amountMinor,
      currency,
      keepMandate: null,
      statementText: 'TPN SUPPORT',
      language: 'en',
      refusedCountries: [],
      returnUrl: 'http://127.0.0.1:3000/thanks',
      cancelUrl: null,
      methodId: null,
      expiresAt: desk.now.add({ hours: 24 }),
    };
    return { facts: openHosted(order), outcome: order.id };
  });
  bank.decide((desk) => payWithCard(desk, desk.books.payment(id), testCard(card).number));
}

/** From the records alone, without the running sums. */
function recount(money: MoneyBooks): void {
  for (const [currency, totals] of money.totals) {
    const of = <Row extends { readonly currency: string }>(rows: Iterable<Row>) =>
      [...rows].filter((row) => row.currency === currency);
    const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n);
    const captured = sum(of(money.charges.values()).map((charge) => charge.amountMinor));
    const refunded = sum(of(money.refunds.values()).map((refund) => refund.amountMinor));
    const disputed = sum(
      of(money.disputes.values())
        .filter(({ state }) => state !== 'won')
        .map((dispute) => dispute.amountMinor),
    );
    const lines = of(money.lines);
    const fees = sum(lines.map(({ feeMinor }) => feeMinor));
    const disputeFees = -sum(
      lines.filter(({ kind }) => kind === 'dispute_fee').map((line) => line.amountMinor),
    );
    const paidOut = sum(of(money.payouts.values()).map((payout) => payout.amountMinor));
    assert.equal(
      captured - refunded - disputed - fees - disputeFees - paidOut,
      totals.pendingMinor + totals.availableMinor,
    );
    const unpaid = lines.filter(
      ({ kind, payoutId }) => payoutId === null && kind !== 'charge' && kind !== 'payout',
    );
    assert.equal(sum(unpaid.map((line) => line.amountMinor)), totals.availableMinor);
  }
  for (const payout of money.payouts.values()) {
    const lines = money.lines.filter(({ payoutId }) => payoutId === payout.id);
    assert.deepEqual(lines.map(({ id }) => id).sort(), [...payout.lineIds].sort());
    assert.equal(
      lines.reduce((all, line) => all + line.amountMinor, 0n),
      payout.amountMinor,
    );
  }
  for (const charge of money.charges.values()) assert.ok(money.leftOf(charge) >= 0n);
}

function shown({ lines, charges, refunds, disputes, payouts, totals }: MoneyBooks): string {
  // The order of changes is the order of the journal, so it is part of what must be the same.
  return JSON.stringify(
    [lines, [...charges], [...refunds], [...disputes], [...payouts], [...totals]],
    (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  );
}
