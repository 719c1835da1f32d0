/**
 * The promise that matters most, as a property: whatever the network does, however often one key is sent, and whether or
 * not the bank is restarted in between, there is at most one charge; and once the network heals, the merchant hears of it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { MandateReference } from '../../../giving/processor.ts';
import { FAULTS, type Fault } from './faults.ts';
import { hostedOrder, mandateOrder, TestBank } from './testing/test-bank.ts';

let bank: TestBank;
let mandate: MandateReference;
before(async () => {
  bank = await TestBank.start();
  mandate = await bank.mandateOf('pays');
});
after(() => bank.stop());

/** Faults that end by themselves; those that hang are met one by one in `adapter.test.ts`. */
const QUICK = FAULTS.filter((fault) => !fault.startsWith('hang') && fault !== 'slow');

type Step =
  | { readonly do: 'call'; readonly faults: readonly (Fault | null)[] }
  | { readonly do: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      /** Calls sent at the same moment, each with its fault. */
      faults: fc.array(fc.constantFrom(null, ...QUICK), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

async function run(
  steps: readonly Step[],
  call: () => Promise<unknown>,
  on: string,
): Promise<void> {
  for (const current of steps) {
    if (current.do === 'restart') {
      await bank.restart();
      continue;
    }
    const ordered = current.faults.filter((fault) => fault !== null);
    if (ordered.length > 0) await bank.control({ faults: ordered.map((fault) => ({ fault, on })) });
    await Promise.all(current.faults.map(call));
  }
  await bank.control({ clear: true });
}

test('one key, any faults: at most one charge of a mandate, and in the end exactly one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const order = mandateOrder(mandate);
      const chargesBefore = (await bank.charges()).length;
      const heard = new Set<string>();
      await run(
        steps,
        async () => {
          const answer = await bank.processor().chargeMandate(order);
          if (answer.kind === 'unknown') return;
          assert.ok(answer.kind === 'evidence' && answer.evidence.state === 'succeeded');
          heard.add(answer.evidence.chargeRef);
        },
        'charge_mandate',
      );
      assert.ok((await bank.charges()).length - chargesBefore <= 1);
      const last = await bank.processor().chargeMandate(order);
      assert.ok(last.kind === 'evidence' && last.evidence.state === 'succeeded');
      heard.add(last.evidence.chargeRef);
      assert.equal(heard.size, 1);
      assert.equal((await bank.charges()).length - chargesBefore, 1);
    }),
    { numRuns: 30 },
  );
});

test('one key, any faults: one page, which is paid once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, taps) => {
        const order = hostedOrder();
        const pages = new Set<string>();
        const open = async () => {
          const answer = await bank.processor().openHostedPayment(order);
          if (answer.kind === 'opened') pages.add(answer.objectRef);
          return answer;
        };
        await run(steps, open, 'open_payment');
        const opened = await open();
        assert.ok(opened.kind === 'opened');
        assert.equal(pages.size, 1);
        const submit = () => bank.submit(`/pay/${opened.objectRef}`, { use: 'pays' });
        await Promise.all(Array.from({ length: taps }, submit));
        const { payments } = await allPayments();
        const made = payments.filter((payment) => payment.attemptId === order.references.attemptId);
        assert.equal(made.length, 1);
        assert.equal(made[0]?.evidence.state, 'succeeded');
      },
    ),
    { numRuns: 30 },
  );
});

/** The newest payments, as a reconciliation would list them. */
async function allPayments() {
  const payments = [];
  let cursor: string | null = null;
  for (;;) {
    const listing = await bank.processor().listSince(cursor);
    assert.ok(!('kind' in listing));
    payments.push(...listing.payments);
    cursor = listing.cursor;
    if (!listing.more) return { payments };
  }
}
