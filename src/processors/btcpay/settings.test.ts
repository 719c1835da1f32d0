/** What is wrong with a store before and after asking its server. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '../../calendar/index.ts';
import type { FakeSettings, FakeWebhook } from './fake/api.ts';
import { FAKE_STORE } from './fake/books.ts';
import { FAKE_KEY, FAKE_WEBHOOK_SECRET, FAKE_WEBHOOK_URL } from './fake/server.ts';
import { openOn, testAccount } from './fake/test-account.ts';
import { networkOf } from './health-network.ts';
import { type BtcPaySettings, checkBtcPaySettings, type OpenBtcPayOptions } from './settings.ts';

const RIGHT: BtcPaySettings = {
  accountId: 'btcpay-1',
  mode: 'live',
  server: 'https://pay.newsroom.example',
  store: '9CiNzKoANXxmk5ayZngSXrHTiVvvgCrwrpFQd4m2K776',
  apiKey: 'c70a2b0d4a1c3f5e6a7b8c9d0e1f2a3b4c5d6e7f',
  webhookSecret: '4EYyYZoU7sRgzA9NnMWcmJ',
  currencies: ['EUR', 'USD'],
};

describe('the settings of a store', () => {
  it('are right', () => {
    for (const change of [
      {},
      { server: 'https://pay.example/btcpay' },
      { server: 'http://exampleexampleexampleexampleexampleexampleexampleexample.onion' },
      { server: 'http://127.0.0.1:23000' },
      { server: 'http://[::1]:23000' },
      { server: 'http://10.8.0.2' },
      { server: 'http://172.20.0.3:49392' },
      { server: 'http://btcpayserver:49392' },
      { server: 'http://testnet.example', mode: 'test' },
      { currencies: null },
    ] as const) {
      assert.deepEqual(checkBtcPaySettings({ ...RIGHT, ...change }), [], JSON.stringify(change));
    }
  });

  it('or say which one is not, and never what is secret', () => {
    for (const [change, field] of [
      [{ server: 'pay.example' }, 'server'],
      [{ server: 'https://pay.example/' }, 'server'],
      [{ server: 'https://desk:secret@pay.example' }, 'server'],
      [{ server: 'https://pay.example?key=1' }, 'server'],
      [{ server: 'http://pay.example' }, 'server'],
      [{ server: 'http://172.40.0.1' }, 'server'],
      [{ server: 'ftp://pay.example' }, 'server'],
      [{ store: '9CiNzKo' }, 'store'],
      [{ store: '../../../../../../../etc' }, 'store'],
      [{ apiKey: '' }, 'apiKey'],
      [{ apiKey: `token ${RIGHT.apiKey}` }, 'apiKey'],
      [{ apiKey: RIGHT.store }, 'apiKey'],
      [{ webhookSecret: '' }, 'webhookSecret'],
      [{ webhookSecret: 'short' }, 'webhookSecret'],
      [{ webhookSecret: `${RIGHT.webhookSecret}\n` }, 'webhookSecret'],
      [{ webhookSecret: RIGHT.apiKey }, 'webhookSecret'],
      [{ currencies: ['SLE', 'XCG'] }, 'currencies'],
    ] as const) {
      const found = checkBtcPaySettings({ ...RIGHT, ...change });
      assert.ok(found.length > 0, JSON.stringify(change));
      for (const each of found) assert.equal(each.field, field, JSON.stringify(change));
      const said = JSON.stringify(found);
      assert.ok(!said.includes(RIGHT.apiKey) && !said.includes(RIGHT.webhookSecret));
    }
  });
});

describe('a live look', () => {
  const webhookUrl = FAKE_WEBHOOK_URL;
  const look = async (
    change: (settings: FakeSettings) => void = () => {},
    options: Partial<OpenBtcPayOptions> = {},
  ) => {
    const { fake, processor, close } = await testAccount(new ManualClock('2026-03-01T12:00:00Z'), {
      currencies: ['EUR'],
      ...options,
    });
    try {
      change(fake.settings);
      const { books } = fake;
      books.make({
        minor: 100n,
        currency: 'EUR',
        metadata: {},
        checkout: {},
        receipt: {},
        methods: ['BTC-CHAIN'],
        expiryMinutes: 60,
        monitoringMinutes: 60,
      });
      const findings = (await processor.checkHealth?.({ webhookUrl })) ?? [];
      const said = JSON.stringify(findings);
      assert.ok(!said.includes(FAKE_KEY) && !said.includes(FAKE_WEBHOOK_SECRET));
      return findings;
    } finally {
      await close();
    }
  };
  const HOOKS = 'btcpay.store.webhooks.canmodifywebhooks';
  const hook = (changes: Partial<FakeWebhook>) => (settings: FakeSettings) => {
    settings.permissions = [...settings.permissions, `${HOOKS}:${FAKE_STORE}`];
    settings.webhooks = [
      {
        url: webhookUrl,
        enabled: true,
        automaticRedelivery: true,
        events: 'everything',
        ...changes,
      },
    ];
  };

  it('finds nothing wrong, and says by whom the webhook is to be seen', async () => {
    const findings = await look();
    const loud = findings.filter(({ level }) => level !== 'ok');
    assert.equal(loud.length, 1);
    assert.equal(loud[0]?.level, 'warning');
    assert.match(loud[0]?.sentence ?? '', /webhooks.*as it should be.*hooks\/btcpay-1/);
    assert.ok(findings.length >= 8);
  });

  it('sees the webhook with a key that may, and says that the key is too wide', async () => {
    const findings = await look(hook({}));
    assert.ok(findings.some(({ sentence }) => /every event that is needed/.test(sentence)));
    assert.ok(findings.some(({ sentence }) => /may change webhooks/.test(sentence)));
  });

  const CASES: readonly (readonly [
    string,
    RegExp,
    'error' | 'warning',
    Parameters<typeof look>[0],
  ])[] = [
    [
      'a wrong key',
      /does not know the API key/,
      'error',
      (s) => {
        s.apiKey = 'another';
      },
    ],
    [
      'a key that lacks',
      /lacks permissions.*canviewinvoices/,
      'error',
      (s) => {
        s.permissions = s.permissions.filter((each) => !each.includes('canviewinvoices'));
      },
    ],
    [
      'a key for everything',
      /who took it could take the coins.*unrestricted/,
      'error',
      (s) => {
        s.permissions = ['unrestricted'];
      },
    ],
    [
      'a key that spends',
      /canmanagewallets/,
      'error',
      (s) => {
        s.permissions = [...s.permissions, 'btcpay.store.canmanagewallets'];
      },
    ],
    [
      'a key that makes claims',
      /cancreatepullpayments/,
      'error',
      (s) => {
        s.permissions = [...s.permissions, `btcpay.store.cancreatepullpayments:${FAKE_STORE}`];
      },
    ],
    [
      'a key that may a little more',
      /leave out btcpay.store.canviewreports/,
      'warning',
      (s) => {
        s.permissions = [...s.permissions, `btcpay.store.canviewreports:${FAKE_STORE}`];
      },
    ],
    [
      'a key for all stores',
      /for other stores/,
      'warning',
      (s) => {
        s.permissions = s.permissions.map((each) => each.split(':')[0] ?? '');
      },
    ],
    [
      'no wallet',
      /Nobody can pay/,
      'error',
      (s) => {
        s.methods = [];
      },
    ],
    [
      'a node that is behind',
      /not caught up/,
      'error',
      (s) => {
        s.synchronized = false;
      },
    ],
    [
      'an archived store',
      /archived/,
      'error',
      (s) => {
        s.archived = true;
      },
    ],
    [
      'fees on top',
      /adds network fees/,
      'warning',
      (s) => {
        s.networkFeeMode = 'MultiplePaymentsOnly';
      },
    ],
    [
      'an open store',
      /Anyone can make invoices/,
      'warning',
      (s) => {
        s.anyoneCanCreateInvoice = true;
      },
    ],
    [
      'a store whose name tells',
      /names the store.*"Store 7"/,
      'warning',
      (s) => {
        s.lightningDescription = 'Paid to {StoreName}';
      },
    ],
    [
      'clocks apart',
      /600 seconds apart/,
      'warning',
      (s) => {
        s.aheadSeconds = 600;
      },
    ],
    ['no webhook', /No webhook of the store leads to/, 'error', hook({ url: 'https://x.example' })],
    ['a webhook that is off', /switched off/, 'error', hook({ enabled: false })],
    [
      'a webhook that lacks',
      /lacks events.*InvoiceExpired/,
      'error',
      hook({ events: ['InvoiceSettled'] }),
    ],
    ['a webhook that tries once', /redeliver/, 'warning', hook({ automaticRedelivery: false })],
  ];
  for (const [what, sentence, level, change] of CASES) {
    it(`finds ${what}`, async () => {
      const found = (await look(change)).find((each) => sentence.test(each.sentence));
      assert.equal(found?.level, level);
    });
  }

  it('finds coins of another network than the newsroom file says', async () => {
    const found = await look(() => {}, { mode: 'live' });
    assert.ok(
      found.some(({ level, sentence }) => level === 'error' && /test network/.test(sentence)),
    );
    assert.equal(networkOf({ paymentMethodId: 'BTC-CHAIN', destination: 'bc1qxyz' }), 'live');
    assert.equal(networkOf({ paymentMethodId: 'BTC-CHAIN', destination: '3J98t1Wp' }), 'live');
    assert.equal(networkOf({ paymentMethodId: 'BTC-CHAIN', destination: 'tb1qxyz' }), 'test');
    assert.equal(networkOf({ paymentMethodId: 'BTC-CHAIN', destination: 'mipcBbFg' }), 'test');
    assert.equal(networkOf({ paymentMethodId: 'BTC-LN', destination: 'LNBC10U1P' }), 'live');
    assert.equal(networkOf({ paymentMethodId: 'BTC-LN', destination: 'lnbcrt10u1p' }), 'test');
    assert.equal(networkOf({ paymentMethodId: 'LTC-CHAIN', destination: 'ltc1q' }), null);
  });

  it('finds a currency without a rate', async () => {
    const found = await look(() => {}, { currencies: ['EUR', 'SEK'] });
    assert.ok(
      found.some(({ level, sentence }) => level === 'error' && /no rate for SEK/.test(sentence)),
    );
  });

  it('finds that nobody is there, or somebody else', async () => {
    const gone = await look(() => {}, { server: 'http://127.0.0.1:1' });
    assert.match(gone[0]?.sentence ?? '', /could not be reached/);
    const { fake, close } = await testAccount(new ManualClock('2026-03-01T12:00:00Z'));
    const under = { server: `${fake.origin}/elsewhere` };
    const other = await openOn(
      fake,
      new ManualClock('2026-03-01T12:00:00Z'),
      under,
    ).processor.checkHealth?.({ webhookUrl });
    assert.match(other?.[0]?.sentence ?? '', /no BTCPay/);
    await close();
  });
});
