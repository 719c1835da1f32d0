import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkInvariants } from '../ledger/invariants.ts';
import { FakeProcessor, type FakeProcessorOptions } from '../testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';

/** Cards at `fake`, and a wallet. */
async function withWallet(
  story: (world: GivingWorld, wallet: FakeProcessor) => Promise<void>,
  capabilities: FakeProcessorOptions['capabilities'] = {},
): Promise<void> {
  let wallet: FakeProcessor | undefined;
  const world = await givingWorld({
    processors: (fake, clock) => {
      wallet = new FakeProcessor({ clock, accountId: 'wallet', kind: 'paypal', capabilities });
      return [fake, wallet];
    },
  });
  try {
    assert.ok(wallet !== undefined);
    await story(world, wallet);
    assert.deepEqual(await checkInvariants(world.db), []);
  } finally {
    await world.close();
  }
}

const opened = (processor: FakeProcessor): number =>
  processor.calls.filter((call) => call.startsWith('open ')).length;

describe('a way to pay that was chosen', () => {
  it('is the one, whatever the newsroom prefers, and is shown while its account is active', () =>
    withWallet(async (world, wallet) => {
      assert.deepEqual(
        (await world.giving.waysToPay()).map(({ kind }) => kind),
        ['sandbox', 'paypal'],
      );
      const begun = await world.giving.beginGift(world.intent({ way: 'paypal' }));
      assert.equal(begun.kind, 'go');
      assert.deepEqual([opened(world.processor), opened(wallet)], [0, 1]);
    }));

  it('takes nothing from an unknown place where it never learns a country', () =>
    withWallet(
      async (world, wallet) => {
        const begun = await world.giving.beginGift(world.intent({ way: 'paypal' }));
        assert.deepEqual(begun, { kind: 'refused', reason: 'way' });
        const safe = await world.giving.beginGift(
          world.intent({ way: 'paypal', placeIsSafe: true }),
        );
        assert.equal(safe.kind, 'go');
        assert.equal(opened(wallet), 1);
        const [, way] = await world.giving.waysToPay();
        assert.equal(way?.takesFromUnknownPlaces, false);
      },
      { payerCountry: 'never' },
    ));

  it('is never replaced by another one silently', () =>
    withWallet(
      async (world, wallet) => {
        const begun = await world.giving.beginGift(world.intent({ way: 'paypal' }));
        assert.deepEqual(begun, { kind: 'refused', reason: 'way' });
        const nobody = await world.giving.beginGift(world.intent({ way: 'btcpay' }));
        assert.deepEqual(nobody, { kind: 'refused', reason: 'way' });
        assert.deepEqual([opened(world.processor), opened(wallet)], [0, 0]);
      },
      { currencies: ['USD'] },
    ));

  it('closes the page of the one before; the gift stays one, and is paid once', () =>
    withWallet(async (world, wallet) => {
      const intent = world.intent();
      const first = await world.giving.beginGift(intent);
      assert.ok(first.kind === 'go');
      const second = await world.giving.beginGift({ ...intent, way: 'paypal' });
      assert.ok(second.kind === 'go');
      assert.notEqual(second.pageUrl, first.pageUrl);
      // The page before is closed, and the same choice again is the same page.
      assert.equal(world.processor.ofPage(first.pageUrl).evidence.state, 'expired');
      assert.deepEqual(await world.giving.beginGift({ ...intent, way: 'paypal' }), second);
      assert.deepEqual(await world.giving.beginGift(intent), second);
      wallet.pay(second.pageUrl);
      await world.settleDown();
      const view = await world.giving.giftView(intent.giftId);
      assert.equal(view?.stateForPeople, 'paid');
      assert.equal(opened(wallet), 1);
    }));

  it('opens no second page where the first was paid meanwhile', () =>
    withWallet(async (world, wallet) => {
      const intent = world.intent();
      const first = await world.giving.beginGift(intent);
      assert.ok(first.kind === 'go');
      world.processor.pay(first.pageUrl);
      const second = await world.giving.beginGift({ ...intent, way: 'paypal' });
      assert.equal(second.kind, 'already');
      assert.equal(opened(wallet), 0);
    }));

  it('opens no second page while nobody says whether the first is closed', () =>
    withWallet(async (world, wallet) => {
      const intent = world.intent();
      const first = await world.giving.beginGift(intent);
      assert.ok(first.kind === 'go');
      world.processor.faults.push('lost-before');
      const second = await world.giving.beginGift({ ...intent, way: 'paypal' });
      assert.equal(second.kind, 'checking');
      assert.equal(opened(wallet), 0);
    }));

  it('that takes nothing leaves the page there is', () =>
    withWallet(
      async (world) => {
        const intent = world.intent();
        const first = await world.giving.beginGift(intent);
        assert.ok(first.kind === 'go');
        const second = await world.giving.beginGift({ ...intent, way: 'paypal' });
        assert.deepEqual(second, { kind: 'refused', reason: 'way' });
        assert.deepEqual(await world.giving.beginGift(intent), first);
      },
      { currencies: ['USD'] },
    ));
});
