/** Stories of pledges over months: a world each, and the books checked at the end of every one. */
import assert from 'node:assert/strict';
import type { Instant } from '../../calendar/index.ts';
import type { PledgeView } from '../giving.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { readBalances } from '../ledger/ledger-store.ts';
import { type GivingWorld, givingWorld, type WorldOptions } from './giving-world.ts';

/** Runs a story in a world of its own and checks the books at the end. */
export async function inWorld(
  options: WorldOptions,
  story: (world: GivingWorld) => Promise<void>,
): Promise<void> {
  const world = await givingWorld(options);
  try {
    await story(world);
    assert.deepEqual(await checkInvariants(world.db), []);
    const balances = await readBalances(world.db);
    const pending = balances.find(
      ({ accountId, name, money: { currency } }) =>
        accountId === world.processor.accountId &&
        name === 'processor_pending' &&
        currency === 'EUR',
    );
    assert.equal(
      pending?.money.minor ?? 0n,
      world.processor.captured('EUR'),
      "our books and the processor's own agree",
    );
  } finally {
    await world.close();
  }
}

export async function pledgeBy(
  world: GivingWorld,
  interval: 'month' | 'year' = 'month',
): Promise<string> {
  const giftId = await world.give({ interval });
  const pledgeId = (await world.giving.giftView(giftId))?.pledge?.pledgeId;
  assert.ok(pledgeId !== undefined);
  return pledgeId;
}

export async function periods(world: GivingWorld, pledgeId: string) {
  const rows = await world.db
    .selectFrom('gift')
    .select(['period_n', 'due_date', 'state', 'settled_at'])
    .where('pledge_id', '=', pledgeId)
    .orderBy('period_n')
    .execute();
  return rows.map((row) => ({
    n: row.period_n,
    due: row.due_date?.toString() ?? '',
    state: row.state,
    settledAt: row.settled_at,
  }));
}

export async function shortPeriods(
  world: GivingWorld,
  pledgeId: string,
): Promise<readonly string[]> {
  return (await periods(world, pledgeId)).map(({ due, state }) => `${due} ${state}`);
}

export async function view(world: GivingWorld, pledgeId: string): Promise<PledgeView> {
  const found = await world.giving.pledgeView(pledgeId);
  assert.ok(found !== undefined);
  return found;
}

export async function letters(world: GivingWorld): Promise<readonly string[]> {
  const rows = await world.db
    .selectFrom('outbox')
    .select('dedupe_key')
    .where('kind', '=', 'pledge-notice')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.dedupe_key.split(':')[1] ?? '');
}

export async function collect(world: GivingWorld): Promise<void> {
  const collector = world.giving.workers.find(({ name }) => name === 'collector');
  assert.ok(collector !== undefined);
  await collector.runOnce();
}

export function charges(world: GivingWorld): number {
  return world.processor.calls.filter((call) => call.startsWith('charge ')).length;
}

export function localHour(instant: Instant | null, zone: string): number {
  return instant?.toZonedDateTimeISO(zone).hour ?? -1;
}

export async function nextDue(world: GivingWorld, pledgeId: string): Promise<Instant> {
  const row = await world.db
    .selectFrom('gift')
    .select('next_at')
    .where('pledge_id', '=', pledgeId)
    .where('state', '=', 'due')
    .executeTakeFirstOrThrow();
  assert.ok(row.next_at !== null);
  return row.next_at;
}
