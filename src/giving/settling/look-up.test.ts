import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AgreeingProcessor } from '../testing/agreeing-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

interface Agreed {
  readonly world: GivingWorld;
  readonly company: AgreeingProcessor;
  readonly giftId: string;
  readonly pageUrl: string;
}

/** A gift (monthly, unless said) whose supporter agreed on the page. */
async function agreed(test: (agreed: Agreed) => Promise<void>): Promise<void> {
  let company: AgreeingProcessor | undefined;
  const world = await givingWorld({
    processors: (_, clock) => {
      company = new AgreeingProcessor({ clock, accountId: 'agreeing' });
      return [company];
    },
  });
  try {
    assert.ok(company !== undefined);
    const intent = world.intent({ interval: 'month' });
    const begun = await world.giving.beginGift(intent);
    assert.ok(begun.kind === 'go');
    company.agree(begun.pageUrl);
    await test({ world, company, giftId: intent.giftId, pageUrl: begun.pageUrl });
  } finally {
    await world.close();
  }
}

const completions = (company: AgreeingProcessor): number =>
  company.calls.filter((call) => call.startsWith('complete')).length;

describe('a payment that its supporter agreed to', () => {
  it('is taken once, when the supporter comes back, with a mandate for later', () =>
    agreed(async ({ world, company, giftId }) => {
      const view = await world.giving.askProcessor(giftId);
      assert.equal(view?.stateForPeople, 'paid');
      assert.equal(company.captured('EUR'), 500n);
      const [pledge] = await world.giving.pledgesOf(view?.supporterId ?? '');
      assert.equal(pledge?.method, 'usable');
      await world.giving.askProcessor(giftId);
      assert.equal(completions(company), 1);
    }));

  it('is taken once by any number who look at the same time', () =>
    agreed(async ({ world, company, giftId, pageUrl }) => {
      const { objectRef } = company.ofPage(pageUrl);
      await world.giving.takeWebhook({ accountId: 'agreeing', ...company.message(objectRef) });
      await Promise.all([
        ...Array.from({ length: 4 }, () => world.giving.askProcessor(giftId)),
        world.settleDown(),
      ]);
      assert.equal(company.captured('EUR'), 500n);
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    }));

  it('is found by a message alone, its supporter gone', () =>
    agreed(async ({ world, company, giftId, pageUrl }) => {
      const { objectRef } = company.ofPage(pageUrl);
      await world.giving.takeWebhook({ accountId: 'agreeing', ...company.message(objectRef) });
      await world.settleDown();
      assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
    }));

  for (const fault of ['lost-before', 'lost-after'] as const) {
    it(`whose taking was ${fault} is asked about, and taken once`, () =>
      agreed(async ({ world, company, giftId }) => {
        company.completionFaults.push(fault);
        const view = await world.giving.askProcessor(giftId);
        assert.equal(view?.stateForPeople, 'checking');
        assert.equal(view?.attemptState, 'unknown');
        await world.liveUntil('2026-01-31T13:00:00Z');
        assert.equal((await world.giving.giftView(giftId))?.state, 'settled');
        assert.equal(company.captured('EUR'), 500n);
      }));
  }

  it('is not taken once its pledge was stopped, even a moment before', () =>
    agreed(async ({ world, company, giftId }) => {
      const view = await world.giving.giftView(giftId);
      await world.giving.cancelPledge(view?.pledge?.pledgeId ?? '');
      await world.giving.askProcessor(giftId);
      assert.equal(completions(company), 0);
      assert.equal(company.captured('EUR'), 0n);
    }));

  it('is refused for a payer of a listed country or of none, and nothing moved', async () => {
    for (const country of ['XA', null]) {
      await agreed(async ({ world, company, giftId }) => {
        company.payerCountry = country;
        const view = await world.giving.askProcessor(giftId);
        assert.equal(view?.stateForPeople, 'refused-country');
        assert.equal(company.captured('EUR'), 0n);
      });
    }
  });

  it('that the processor calls invalid is our bug: ended, told to a person, nothing moved', () =>
    agreed(async ({ world, company, giftId }) => {
      company.completionFaults.push('refused');
      const view = await world.giving.askProcessor(giftId);
      assert.equal(view?.attemptState, 'declined');
      assert.equal(company.captured('EUR'), 0n);
      const alarms = await world.db.selectFrom('alarm').select('kind').execute();
      assert.deepEqual(
        alarms.map(({ kind }) => kind),
        ['our-bug'],
      );
    }));

  it('is on disk as sent before it is taken', () =>
    agreed(async ({ world, company, giftId }) => {
      const seen: unknown[] = [];
      company.duringCompletion = async () => {
        const row = await world.db
          .selectFrom('attempt')
          .select(['state', 'heard'])
          .where('gift_id', '=', giftId)
          .executeTakeFirstOrThrow();
        seen.push(row);
      };
      await world.giving.askProcessor(giftId);
      assert.deepEqual(seen, [{ state: 'sent', heard: null }]);
    }));
});
