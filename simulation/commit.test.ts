import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitHash, firstSeedOf } from './commit.ts';

describe('the first seed of a commit', () => {
  it('is the same each time, and another one for another commit', () => {
    const one = 'a'.repeat(40);
    assert.equal(firstSeedOf(one), firstSeedOf(one));
    assert.notEqual(firstSeedOf(one), firstSeedOf('b'.repeat(40)));
  });

  it('leaves the small seeds, which people name, to themselves', () => {
    for (let turn = 0; turn < 1000; turn += 1) {
      const seed = firstSeedOf(String(turn));
      assert.ok(Number.isSafeInteger(seed) && seed >= 1_000_000 && seed < 2_000_000_000);
    }
  });

  it('is 1 where no commit is known', () => {
    assert.equal(firstSeedOf(null), 1);
    const hash = commitHash();
    assert.ok(hash === null || /^[0-9a-f]+$/.test(hash));
  });
});
