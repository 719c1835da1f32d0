import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import { FakeProcessor, type FakeProcessorOptions } from '../testing/fake-processor.ts';
import { givingWorld } from '../testing/giving-world.ts';
import { chooseAmong } from './choose-processor.ts';

const clock = new ManualClock('2026-01-31T12:00:00Z');

function processor(accountId: string, capabilities: FakeProcessorOptions['capabilities'] = {}) {
  return new FakeProcessor({ clock, accountId, capabilities });
}

const coins = processor('coins', { chargesMandates: false, currencies: ['USD'] });
const large = processor('large', { minimumMinor: { EUR: 1000n } });
const cards = processor('cards', { currencies: ['EUR'] });

describe('choosing a processor', () => {
  const choose = (minor: bigint, currency: 'EUR' | 'USD' | 'JPY', interval: 'once' | 'month') => {
    const choice = chooseAmong([coins, large, cards], { money: money(minor, currency), interval });
    return choice.kind === 'chosen' ? choice.processor.accountId : choice.reason;
  };

  it('takes the first that can do what the gift needs', () => {
    assert.equal(choose(500n, 'USD', 'once'), 'coins');
    assert.equal(choose(500n, 'USD', 'month'), 'large');
    assert.equal(choose(500n, 'EUR', 'month'), 'cards');
    assert.equal(choose(1000n, 'EUR', 'month'), 'large');
  });

  it('lets a promise be paid by hand each time where nobody can charge it later', () => {
    const byLink = processor('by-link', { chargesMandates: false, pledgesByLink: true });
    const among = (list: readonly FakeProcessor[]) => {
      const choice = chooseAmong(list, { money: money(500n, 'USD'), interval: 'month' });
      return choice.kind === 'chosen' ? choice.processor.accountId : choice.reason;
    };
    assert.equal(among([coins, byLink]), 'by-link');
    assert.equal(among([byLink, large]), 'large');
  });

  it('says what none of them can do', () => {
    const one = (list: readonly FakeProcessor[], minor: bigint, interval: 'once' | 'month') => {
      const choice = chooseAmong(list, { money: money(minor, 'USD'), interval });
      return choice.kind === 'none' ? choice.reason : 'chosen';
    };
    assert.equal(one([cards], 500n, 'once'), 'currency');
    assert.equal(one([coins], 500n, 'month'), 'interval');
    const yearly = processor('yearly', { intervals: ['year'] });
    assert.equal(one([yearly], 500n, 'once'), 'interval');
    assert.equal(one([yearly], 500n, 'month'), 'interval');
    const humble = processor('humble', { maximumMinor: { USD: 499n } });
    assert.equal(one([humble], 500n, 'once'), 'too-large');
    assert.equal(one([humble, coins], 500n, 'once'), 'chosen');
    const dear = processor('dear', { minimumMinor: { USD: 501n } });
    assert.equal(one([dear], 500n, 'once'), 'too-small');
    assert.equal(one([], 500n, 'once'), 'currency');
  });

  it('leaves out accounts that are drained or dropped', async () => {
    const other = processor('other');
    const world = await givingWorld({ processors: (fake) => [fake, other] });
    try {
      await world.give();
      const begin = async (): Promise<string> => {
        const intent = world.intent();
        assert.equal((await world.giving.beginGift(intent)).kind, 'go');
        return intent.giftId;
      };
      for (const [status, expected] of [
        ['active', 'fake'],
        ['draining', 'other'],
        ['dropped', 'other'],
      ] as const) {
        await world.db
          .updateTable('processor_account')
          .set({ status })
          .where('id', '=', 'fake')
          .execute();
        const giftId = await begin();
        const attempt = await world.db
          .selectFrom('attempt')
          .select('processor_account_id')
          .where('gift_id', '=', giftId)
          .executeTakeFirstOrThrow();
        assert.equal(attempt.processor_account_id, expected);
      }
    } finally {
      await world.close();
    }
  });
});
