/** What is wrong with a store's settings before asking anybody. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BtcPaySettings, checkBtcPaySettings } from './settings.ts';

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
