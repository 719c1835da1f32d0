/** What is wrong with an account before and after asking PayPal, and our ids in its records. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../calendar/index.ts';
import { openOn, testAccount } from './fake/test-account.ts';
import { readInstant } from './money.ts';
import { packReferences, unpackReferences } from './references.ts';
import { checkPayPalSettings, type PayPalSettings } from './settings.ts';

const RIGHT: PayPalSettings = {
  accountId: 'paypal-1',
  mode: 'test',
  clientId: 'AeA1QIZXiflr1_-r0U2UbWTziOWX1GRQer5jkUq4ZfWT5qwb6qQRPq7jDtv57TL4POEEezGLdutcxnkJ',
  clientSecret: 'ECYYrrSHdKfk_Q0EdvzdGkzj58a66kKaUQ5dZAEv4HvvtDId2_DpSuYDB088BZxGuMji7G4OFUnPog6p',
  webhookId: '0EH40505U7160970P',
  currencies: ['EUR', 'USD'],
};

describe('the settings of an account', () => {
  it('are right, or say which one is not, and never what is secret', () => {
    assert.deepEqual(checkPayPalSettings(RIGHT), []);
    const { clientId, clientSecret } = RIGHT;
    for (const [change, field] of [
      [{ clientId: '' }, 'clientId'],
      [{ clientSecret: '' }, 'clientSecret'],
      [{ clientSecret: clientId }, 'clientSecret'],
      [{ clientSecret: `${clientSecret} ` }, 'clientSecret'],
      [{ webhookId: 'https://news.example/hooks/paypal-1' }, 'webhookId'],
      [{ currencies: ['RUB'] }, 'currencies'],
    ] as const) {
      const found = checkPayPalSettings({ ...RIGHT, ...change });
      assert.deepEqual(
        found.map((each) => each.field),
        [field],
      );
      assert.ok(!JSON.stringify(found).includes(clientSecret));
    }
  });
});

describe('a live look', () => {
  const webhookUrl = 'https://news.example/hooks/paypal-1';
  const CASES = [
    ['nothing', () => ({}), null],
    ['a wrong secret', () => ({ clientSecret: 'of-another-app' }), /refused the client id/],
    ['no reports', () => ({ forbidden: /reporting\/transactions/ }), /Transaction search/],
    ['no vault', () => ({ forbidden: /vault/ }), /Save payment methods/],
    ['payouts', () => ({ scopes: 'https://uri.paypal.com/services/payments/payouts' }), /Payouts/],
    ['another webhook', () => ({ webhook: { id: 'X', url: '', events: [] } }), /no webhook/],
    [
      'events that lack',
      () => ({ webhook: { id: 'FAKEWEBHOOK1', url: webhookUrl, events: ['A.B'] } }),
      /lacks events.*CHECKOUT\.ORDER\.APPROVED/,
    ],
    [
      'a webhook that leads elsewhere',
      () => ({ webhook: { id: 'FAKEWEBHOOK1', url: 'https://x.example', events: ['*'] } }),
      /leads elsewhere/,
    ],
    ['a currency that is not held', () => ({ balances: ['USD'] }), /holds no EUR/],
  ] as const;
  for (const [what, change, expected] of CASES) {
    it(`finds ${what}`, async () => {
      const clock = new ManualClock('2026-03-01T12:00:00Z');
      const account = await testAccount(clock);
      Object.assign(account.fake.settings, change());
      const processor = openOn(account.fake, clock, { currencies: ['EUR'] });
      const findings = (await processor.checkHealth?.({ webhookUrl })) ?? [];
      const wrong = findings.filter(({ level }) => level !== 'ok');
      if (expected === null) assert.deepEqual(wrong, []);
      else assert.match(wrong.map(({ sentence }) => sentence).join(' '), expected);
      assert.equal(wrong.length, expected === null ? 0 : 1);
      assert.ok(!JSON.stringify(findings).includes('fake-client-secret'));
      await account.close();
    });
  }
});

describe('our ids in PayPal’s records', () => {
  it('fit, come back whole, and are never read out of anything else', () => {
    const id = fc.uuid();
    fc.assert(
      fc.property(
        id,
        id,
        id,
        fc.option(id),
        fc.boolean(),
        (attempt, gift, supporter, pledge, is) => {
          const ours = {
            attemptId: attempt,
            giftId: gift,
            supporterId: supporter,
            pledgeId: pledge,
          };
          const way = is ? 'hosted' : 'mandate';
          const packed = packReferences(way, ours);
          assert.ok(packed.length <= 127);
          // What PayPal's reports take in this member.
          assert.match(packed, /^[a-zA-Z0-9_'\-., ":;!?]*$/);
          assert.deepEqual(unpackReferences(packed), { way, references: ours });
          assert.equal(unpackReferences(packed.slice(1)), null);
          assert.equal(unpackReferences(packed.slice(0, -1)), null);
          assert.equal(unpackReferences(`${packed}.x`), null);
        },
      ),
      { numRuns: 200 },
    );
    fc.assert(fc.property(fc.string(), (text) => unpackReferences(text) === null));
  });
});

it('reads PayPal’s times with and without a colon in their offset', () => {
  const with_ = readInstant('2026-03-01T12:00:00+01:00');
  assert.equal(with_?.toString(), '2026-03-01T11:00:00Z');
  assert.equal(readInstant('2026-03-01T12:00:00+0100')?.toString(), with_?.toString());
  assert.equal(readInstant('yesterday'), null);
  assert.equal(readInstant(undefined), null);
});
