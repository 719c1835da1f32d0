/** A page that refuses offers reading, stopping and being forgotten, and never another way to pay: coins least of all. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WayToPay } from '../checkout/ways-to-pay.ts';
import { CARD, fakeWeb, GIFT_ID, giftView, sentForm } from '../testing/fake-web.ts';

const COIN: WayToPay = {
  kind: 'btcpay',
  currencies: ['USD', 'EUR'],
  chargesMandates: false,
  takesFromUnknownPlaces: false,
};
const WAYS = [CARD, COIN];
const COINS = /bitcoin|btcpay|lightning|crypto|биткойн|بيتكوين|name="way"|\/pay\//i;
const LANGUAGES = ['en', 'ru', 'ar'];

describe('a refusal', () => {
  it('is what is looked at: where a gift may be made, coins are offered', async () => {
    const text = await (await fakeWeb({ ways: WAYS }).get(`/support?gift=${GIFT_ID}`)).text();
    assert.match(text, COINS);
  });

  for (const [why, place] of [
    ['a listed place', { class: 'listed', tor: false }],
    ['Tor', { class: 'unknown', tor: true }],
  ] as const) {
    it(`for ${why} names no way to pay, asked or sent, in any language`, async () => {
      const web = fakeWeb({ ways: WAYS, place });
      for (const language of LANGUAGES) {
        const asked = await web.get(`/support?gift=${GIFT_ID}&language=${language}`);
        const sent = await web.post('/support', sentForm({ language, way: 'btcpay' }));
        assert.deepEqual([asked.status, sent.status], [200, 403]);
        for (const response of [asked, sent]) {
          const text = await response.text();
          assert.doesNotMatch(text, COINS);
          assert.doesNotMatch(text, /<form|<button|<input/);
          assert.match(text, /href="\/stop\?/);
        }
      }
      assert.deepEqual(web.asked.begun, [], 'and nobody is asked for a payment');
    });
  }

  it('of a card by its country names no way to pay', async () => {
    for (const declineCode of ['country_refused', 'country_unknown']) {
      const gift = giftView({ interval: 'once', stateForPeople: 'refused-country', declineCode });
      const web = fakeWeb({ ways: WAYS, gifts: [gift] });
      for (const language of LANGUAGES) {
        const response = await web.get(`/thanks/${GIFT_ID}?language=${language}`);
        assert.equal(response.status, 200);
        assert.doesNotMatch(await response.text(), COINS);
      }
    }
  });
});
