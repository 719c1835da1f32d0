import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type DisputePosted, type DisputeTold, decideDispute, decideReturn } from './returns.ts';

const amount = fc.bigInt({ min: 0n, max: 5000n });

describe('what goes back of a charge', () => {
  it('comes out of the gift first, then out of unmatched money, and says what is too much', () => {
    assert.deepEqual(decideReturn({ gift: 1000n, unmatched: 0n }, 400n), {
      fromGift: 400n,
      fromUnmatched: 0n,
      beyond: 0n,
    });
    assert.deepEqual(decideReturn({ gift: 400n, unmatched: 0n }, 600n), {
      fromGift: 400n,
      fromUnmatched: 200n,
      beyond: 200n,
    });
    assert.deepEqual(decideReturn({ gift: 0n, unmatched: 600n }, 600n), {
      fromGift: 0n,
      fromUnmatched: 600n,
      beyond: 0n,
    });
  });

  it('adds up to the same whichever of any returns is told first', () => {
    fc.assert(
      fc.property(amount, fc.array(amount, { maxLength: 6 }), fc.nat(), (gift, returns, turn) => {
        const sums = (order: readonly bigint[]) => {
          let [left, fromUnmatched, beyond] = [gift, 0n, 0n];
          for (const one of order) {
            const step = decideReturn({ gift: left, unmatched: 0n }, one);
            left -= step.fromGift;
            fromUnmatched += step.fromUnmatched;
            beyond += step.beyond;
          }
          return { left, fromUnmatched, beyond };
        };
        const at = returns.length === 0 ? 0 : turn % returns.length;
        const turned = [...returns.slice(at), ...returns.slice(0, at)].reverse();
        assert.deepEqual(sums(turned), sums(returns));
      }),
    );
  });
});

const NOTHING: DisputePosted = { opened: 0n, won: 0n, lost: 0n };

function after(posted: DisputePosted, told: DisputeTold): DisputePosted {
  const { open, win, lose } = decideDispute(told, posted);
  assert.ok(open >= 0n && win >= 0n && lose >= 0n);
  return { opened: posted.opened + open, won: posted.won + win, lost: posted.lost + lose };
}

describe('a dispute', () => {
  it('is opened by being lost, and by being won', () => {
    assert.deepEqual(after(NOTHING, { opened: 0n, won: 0n, lost: 600n }), {
      opened: 600n,
      won: 0n,
      lost: 600n,
    });
    assert.deepEqual(after(NOTHING, { opened: 0n, won: 600n, lost: 0n }), {
      opened: 600n,
      won: 600n,
      lost: 0n,
    });
  });

  it('keeps the rest open when a part is lost', () => {
    const posted = after(NOTHING, { opened: 1000n, won: 0n, lost: 600n });
    assert.equal(posted.opened - posted.won - posted.lost, 400n);
  });

  it('says when both ends were told of the same money', () => {
    const both = { opened: 600n, won: 600n, lost: 600n };
    assert.equal(decideDispute(both, NOTHING).contradiction, true);
    assert.equal(decideDispute({ ...both, won: 0n }, NOTHING).contradiction, false);
    const parts = { opened: 600n, won: 200n, lost: 400n };
    assert.equal(decideDispute(parts, NOTHING).contradiction, false);
  });

  it('ends in the same balances in every order of what is told, however often', () => {
    const stages = ['opened', 'won', 'lost'] as const;
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    fc.assert(
      fc.property(amount, amount, amount, (opened, won, lost) => {
        const all: DisputeTold = { opened, won, lost };
        const ends = orders.map((order) => {
          let told: DisputeTold = { opened: 0n, won: 0n, lost: 0n };
          let posted = NOTHING;
          for (const index of [...order, ...order]) {
            const stage = stages[index] ?? 'opened';
            told = { ...told, [stage]: all[stage] };
            posted = after(posted, told);
          }
          return {
            fromAvailable: posted.opened - posted.won,
            held: posted.opened - posted.won - posted.lost,
            lost: posted.lost,
          };
        });
        for (const end of ends) assert.deepEqual(end, ends[0]);
        assert.ok((ends[0]?.held ?? -1n) >= 0n, 'no more comes back than was held');
        assert.equal(ends[0]?.lost, lost);
      }),
    );
  });
});
