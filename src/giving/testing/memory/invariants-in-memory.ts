/**
 * The rules of the books and of the states, asked of plain objects after every step: I1-I5, I7 and, against the step
 * before, I9 and I12. The same rules are asked of the database by `ledger/invariants.ts`.
 */
import { attemptRank, isLive } from '../../attempt.ts';
import { giftRank } from '../../gift.ts';
import type { NewsroomInMemory } from './newsroom-in-memory.ts';

/** The first rule that is broken, or undefined. */
export function brokenRule(room: NewsroomInMemory): string | undefined {
  return brokenInBooks(room) ?? brokenInStates(room) ?? brokenInPeriods(room);
}

interface Sums {
  received: bigint;
  returned: bigint;
  held: bigint;
  released: bigint;
}

function brokenInBooks(room: NewsroomInMemory): string | undefined {
  const balances = new Map<string, bigint>();
  const charges = new Map<string, Sums>();
  const add = (account: string, amount: bigint): void => {
    balances.set(account, (balances.get(account) ?? 0n) + amount);
  };
  for (const row of room.transfers.values()) {
    if (row.amount < 1n || row.debit === row.credit) return 'I15: a transfer moves something';
    if (row.cause === '' || row.group === '') return 'I2: no transfer without a cause';
    const charge = row.code === 10 ? row.cause : null;
    if (charge !== null && room.transfer(charge, 90) !== undefined) {
      return 'I2: a charge is in the books once';
    }
    add(`${row.currency} ${row.debit}`, row.amount);
    add(`${row.currency} ${row.credit}`, -row.amount);
    const sums = charges.get(row.group) ?? { received: 0n, returned: 0n, held: 0n, released: 0n };
    if (row.code === 10) sums.received += row.amount;
    else if (row.code === 20 || row.code === 32) sums.returned += row.amount;
    if (row.code === 30) sums.held += row.amount;
    if (row.code === 31 || row.code === 32 || row.code === 34) sums.released += row.amount;
    charges.set(row.group, sums);
  }
  const total = new Map<string, bigint>();
  for (const [account, amount] of balances) {
    const currency = account.slice(0, 3);
    total.set(currency, (total.get(currency) ?? 0n) + amount);
  }
  for (const amount of total.values()) if (amount !== 0n) return 'I1: debits are credits';
  for (const { received, returned, held, released } of charges.values()) {
    if (returned > received) return 'I7: no more goes back of a gift than came';
    if (released > held) return 'I7: no dispute gives back more than it held';
  }
  return undefined;
}

function brokenInStates(room: NewsroomInMemory): string | undefined {
  for (const gift of room.gifts.values()) {
    const attempts = [...room.attempts.values()].filter(({ giftId }) => giftId === gift.id);
    const won = attempts.filter(({ state }) => state === 'succeeded');
    if (won.length > 1) return 'I3: one success per gift';
    if (attempts.filter(({ state }) => isLive(state)).length > 1) return 'I4: one live attempt';
    const received = [...room.transfers.values()].filter(
      (row) => row.code === 10 && row.giftId === gift.id,
    );
    const settled = gift.state === 'settled';
    if (received.length !== (settled ? 1 : 0)) return 'I2: a settled gift is booked once';
    if (received.some(({ amount }) => amount !== gift.money.minor)) return 'I2: with its amount';
    if (received.some(({ currency }) => currency !== gift.money.currency)) return 'I2: currency';
    if (settled !== (won.length === 1)) return 'I12: settled by the attempt that succeeded';
    if (settled !== room.receipts.has(gift.id)) return 'I10: a receipt for a settled gift alone';
    const charge = won[0];
    const cause = `charge|${charge?.accountId}:${charge?.chargeRef}`;
    if (settled && received[0]?.cause !== cause) return 'I2: booked by the charge that settled';
  }
  return undefined;
}

function brokenInPeriods(room: NewsroomInMemory): string | undefined {
  const periods = new Map<string, number[]>();
  for (const { pledgeId, periodN } of room.gifts.values()) {
    if (pledgeId === null || periodN === null) continue;
    periods.set(pledgeId, [...(periods.get(pledgeId) ?? []), periodN]);
  }
  for (const numbers of periods.values()) {
    const sorted = numbers.toSorted((a, b) => a - b);
    if (sorted.some((n, index) => n !== index)) return 'I5: one gift per period, without a gap';
  }
  return undefined;
}

/** What a step must not have done: lower a rank, leave a final state, change or lose a row of the books. */
export function brokenStep(before: NewsroomInMemory, after: NewsroomInMemory): string | undefined {
  for (const [id, gift] of before.gifts) {
    const now = after.gifts.get(id);
    if (now === undefined || giftRank(now.state) < giftRank(gift.state)) return 'I12: a gift fell';
  }
  for (const [id, attempt] of before.attempts) {
    const now = after.attempts.get(id);
    if (now === undefined || attemptRank(now.state) < attemptRank(attempt.state)) {
      return 'I12: an attempt fell';
    }
    if (attempt.state === 'succeeded' && now.chargeRef !== attempt.chargeRef) {
      return 'I12: a success changed its charge';
    }
  }
  for (const [key, row] of before.transfers) {
    if (after.transfers.get(key) !== row) return 'I9: the books only grow';
  }
  return undefined;
}
