import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { Instant } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import { outOfBalance } from '../ledger/out-of-balance.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

let shared: GivingWorld;
before(async () => {
  shared = await givingWorld();
});
after(() => shared.close());

describe('reports', () => {
  it('adds up what the desk asks for', async () => {
    const appeal = { appealId: 'spring', variantId: 'a' };
    await shared.give({ appeal });
    await shared.give({ interval: 'month', appeal });
    await shared.give({ interval: 'year', money: money(1205n, 'EUR') });
    const { giving, clock } = shared;
    const from = clock.now().subtract({ hours: 1 });
    const totals = await giving.giftsBetween({ from, to: clock.now().add({ hours: 1 }) });
    assert.deepEqual(
      totals.map(({ interval, count, money: sum }) => [interval, count, sum.minor]),
      [
        ['month', 1, 500n],
        ['once', 1, 500n],
        ['year', 1, 1205n],
      ],
    );
    assert.deepEqual(
      await giving.giftsBetween({ from: from.subtract({ hours: 1 }), to: from }),
      [],
    );
    const [active] = await giving.activePledges();
    assert.deepEqual(
      [active?.count, active?.monthlyCount, active?.yearlyCount, active?.perMonth.minor],
      [2, 1, 1, 600n],
    );
    const [given] = await giving.givenPerAppeal({ from: Instant.fromEpochMilliseconds(0) });
    assert.deepEqual(
      [given?.appealId, given?.count, given?.pledges, given?.money.minor],
      ['spring', 2, 1, 1000n],
    );
    assert.deepEqual((await giving.alarms()).open, []);
  });

  it('shows books that were damaged from outside, and by how much they are off', async () => {
    assert.deepEqual(outOfBalance(await shared.giving.ledgerBalances()), []);
    await sql`
      insert into ledger_checkpoint (through_id, account, debits, credits, at)
      select (select max(id) from ledger_transfer), id, case name when 'gifts_once' then 7 else 0 end, 0, now()
      from ledger_account
    `.execute(shared.db);
    const balances = await shared.giving.ledgerBalances();
    assert.ok(balances.length > 0);
    assert.deepEqual(outOfBalance(balances), [money(7n, 'EUR')]);
    assert.deepEqual((await shared.giving.alarms()).open, [], 'the desk still opens');
  });
});
