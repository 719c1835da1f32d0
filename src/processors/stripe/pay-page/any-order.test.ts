/**
 * Whatever is done on the pay page in whatever order, several at once, and whatever answers get lost: money moves at most
 * once, never from a refused card, and in the end our books say what the company's say.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CardEnds, Loss } from './testing/own-page-company.ts';
import { type PayPageWorld, payPageWorld } from './testing/pay-page-world.ts';

interface Act {
  readonly country: string | null;
  readonly ends: CardEnds;
  /** Use the token of an earlier act instead of a new one. */
  readonly replays: boolean;
  readonly losses: readonly (readonly ['country' | 'make' | 'confirm', Loss])[];
  readonly next: 'wait' | 'go-on' | 'look' | 'come-back';
}

const act: fc.Arbitrary<Act> = fc.record({
  country: fc.constantFrom('DE', 'FR', 'XA', null),
  ends: fc.constantFrom('pays', 'declines', 'asks-bank', 'processing'),
  replays: fc.boolean(),
  losses: fc.array(
    fc.tuple(
      fc.constantFrom('country', 'make', 'confirm'),
      fc.constantFrom<Loss>('lost-before', 'lost-after'),
    ),
    { maxLength: 2 },
  ),
  next: fc.constantFrom('wait', 'go-on', 'look', 'come-back'),
});

async function play(world: PayPageWorld, acts: readonly Act[]): Promise<void> {
  const { company } = world;
  const { giftId, path } = await world.begin();
  const tokens: string[] = [];
  const refused = new Set<string>();
  const pending: Promise<Response>[] = [];
  for (const { country, ends, replays, losses, next } of acts) {
    const token = (replays ? tokens.at(-1) : undefined) ?? company.token({ country, ends });
    if (!tokens.includes(token) && (country === 'XA' || country === null)) refused.add(token);
    tokens.push(token);
    for (const [where, loss] of losses) {
      if (where === 'country') company.countryLosses.push(loss);
      if (where === 'make') company.faults.push(loss);
      if (where === 'confirm') company.confirmLosses.push(loss);
    }
    pending.push(world.press(path, token));
    if (next === 'wait' || next === 'come-back') await Promise.all(pending);
    if (next === 'look') pending.push(world.get(path));
    if (next === 'come-back') await world.giving.askProcessor(giftId);
  }
  for (const response of await Promise.all(pending)) {
    assert.ok([200, 303, 422, 503].includes(response.status), `${response.status}`);
  }
  for (const token of refused) {
    assert.ok(!company.confirmed.includes(token), 'no bank hears of a refused card');
  }
  await world.giving.askProcessor(giftId);
  await world.settleDown();
  assert.ok(company.payments.size <= 1, 'an attempt has one payment');
  const captured = company.captured('EUR');
  assert.ok(captured === 0n || captured === 500n, `captured ${captured}`);
  const { state } = await world.view(giftId);
  assert.equal(state === 'settled', captured === 500n, `${state} with ${captured} captured`);
}

test('money moves at most once, from a card that is welcome, and the books agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 7 }), async (acts) => {
      const world = await payPageWorld();
      try {
        await play(world, acts);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 25 },
  );
});
