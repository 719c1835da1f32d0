import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Instant } from '../../calendar/index.ts';
import type { BeginGiftResult, GiftPledgeView, GiftView } from '../giving.ts';
import {
  dollars,
  type FakeAnswers,
  fakeWeb,
  location,
  NOW,
  PROCESSOR_ORIGIN,
  RENEWAL_ID,
  RENEWAL_KEY,
  renewalView,
  sentForm,
} from '../testing/fake-web.ts';

/** The id of a renewal that nobody has. */
const NOBODY = '0c0f1a9e-51c5-5b7c-9f8e-2f6f6a1c2d3e';
const PAGE = `/thanks/${RENEWAL_ID}?language=en&key=${RENEWAL_KEY}`;
const PAY = `/thanks/${RENEWAL_ID}/pay`;
const paying = (change: Record<string, string> = {}) => ({
  language: 'en',
  key: RENEWAL_KEY,
  ...change,
});

function next(pledge: Partial<GiftPledgeView> = {}, gift: Partial<GiftView> = {}): GiftView {
  const view = renewalView();
  assert.ok(view.pledge !== null);
  return { ...view, state: 'due', ...gift, pledge: { ...view.pledge, ...pledge } };
}

async function shown(gift: GiftView, answers: FakeAnswers = {}): Promise<string> {
  const web = fakeWeb({ gifts: [gift], ...answers });
  const answer = await web.get(PAGE);
  assert.equal(answer.status, 200);
  return await answer.text();
}

describe('the key of a renewal’s page', () => {
  const paid = next({}, { state: 'settled', stateForPeople: 'paid', settledAt: Instant.from(NOW) });

  for (const gift of [next(), paid]) {
    test(`a ${gift.stateForPeople} gift without its key is like no gift at all, everywhere, and nothing is asked`, async () => {
      const web = fakeWeb({ gifts: [gift] });
      const answersOf = async (id: string, key: string) => {
        const query = key === '' ? '' : `&key=${key}`;
        const answers = [
          await web.get(`/thanks/${id}?language=en${query}`),
          await web.get(`/thanks/${id}/receipt.txt?language=en${query}`),
          await web.get(`/support/return/${id}?language=en${query}`),
          await web.post(`/thanks/${id}/number`, { language: 'en', key }),
          await web.post(`/thanks/${id}/pay`, { language: 'en', key }),
        ];
        return await Promise.all(
          answers.map(async (answer) => [
            answer.status,
            [...answer.headers],
            (await answer.text()).replaceAll(id, 'ID'),
          ]),
        );
      };
      const unknown = await answersOf(NOBODY, '');
      for (const [status] of unknown) assert.equal(status, 404);
      for (const key of ['', 'x', RENEWAL_KEY.slice(1), `${RENEWAL_KEY}=`]) {
        assert.deepEqual(await answersOf(RENEWAL_ID, key), unknown, key);
      }
      assert.deepEqual([web.asked.lookedUp, web.asked.begun, web.asked.numbersFor], [[], [], []]);
    });
  }

  test('goes along wherever its pages lead', async () => {
    const text = await shown(paid);
    assert.match(text, /Your gift of \$5 a month has arrived/);
    const own = [...text.matchAll(/(?:href|action)="(\/(?:thanks|support\/return)\/[^"]*)"/g)];
    assert.ok(own.length >= 2, text);
    for (const [, address = ''] of own) {
      assert.ok(address.includes(`key=${RENEWAL_KEY}`) || address.endsWith('/number'), address);
    }
    assert.ok(text.includes(`name="key" value="${RENEWAL_KEY}"`));
    const web = fakeWeb({ gifts: [paid] });
    const receipt = await web.get(`/thanks/${RENEWAL_ID}/receipt.txt?key=${RENEWAL_KEY}`);
    assert.match(await receipt.text(), /K7QM-2XPD/);
    const back = await web.get(`/support/return/${RENEWAL_ID}?language=en&key=${RENEWAL_KEY}`);
    assert.equal(location(back), PAGE);
    const number = await web.post(`/thanks/${RENEWAL_ID}/number`, paying());
    assert.ok((await number.text()).includes(`key=${RENEWAL_KEY}`));
  });

  test('the support form takes no id that could be computed: not as its gift, not as one to be replaced', async () => {
    const web = fakeWeb({ gifts: [next(), paid] });
    for (const id of [RENEWAL_ID, NOBODY]) {
      const address = location(await web.get(`/support?gift=${id}&language=en&every=month`));
      assert.match(address, /^\/support\?gift=[0-9a-f-]{36}&language=en&every=month/);
      assert.ok(!address.includes(id));
      const sent = await web.post('/support', sentForm({ gift: id }));
      assert.equal(sent.status, 422);
      assert.ok(!(await sent.text()).includes(id));
      const replacing = await web.post('/support', sentForm({ replaces: id }));
      assert.equal(replacing.status, 422);
    }
    assert.deepEqual([web.asked.begun, web.asked.replaced, web.asked.lookedUp], [[], [], []]);
  });
});

describe('the page of a next gift', () => {
  const told: readonly (readonly [string, GiftView, RegExp, RegExp])[] = [
    [
      'nobody is leaving',
      next(),
      /Your gift of \$5 for 10 December 2026 will be taken by itself.*another card or through another company.*Nothing is taken twice/,
      /leaving|does not work|ends by itself/,
    ],
    [
      'its day came and it was not paid',
      next({}, { state: 'collecting' }),
      /Your gift of \$5 for 10 December 2026 is not paid yet/,
      /taken by itself|leaving/,
    ],
    [
      'we are leaving the company',
      next({ move: 'wished' }),
      /We are leaving the payment company.*pay your gift of \$5 for 10 December 2026 here now.*same days and with the same amount.*everything goes on as before/,
      /ends by itself|taken by itself/,
    ],
    [
      'we were dropped',
      next({ move: 'needed' }),
      /does not work for us any more.*Nothing is taken unless you pay your gift of \$5 for 10 December 2026 here[\s\S]*not paid by 31 December 2026, your pledge ends by itself/,
      /as before/,
    ],
    [
      'its bank declined, and it may lapse',
      next({ state: 'past_due' }, { state: 'collecting', stateForPeople: 'declined' }),
      /Your bank declined the payment of \$5 a month[\s\S]*not paid yet[\s\S]*not paid by 31 December 2026/,
      /leaving/,
    ],
  ];
  for (const [name, gift, says, never] of told) {
    test(`says what is so: ${name}`, async () => {
      const text = await shown(gift);
      assert.match(text, says);
      assert.doesNotMatch(text, never);
      assert.match(text, new RegExp(`<form method="post" action="${PAY}">`));
      assert.match(text, /Pay \$5 now/);
      assert.match(text, /TPC MEDIA BERLIN/);
      assert.match(text, /<li>Russia<\/li>/);
      assert.doesNotMatch(text, /href="\/support\?/, 'no other gift is begun in its place');
    });
  }

  test('several months are paid as one, by their whole', async () => {
    const gift = next({}, { money: dollars(600n), moneyOfPeriod: dollars(200n), coversPeriods: 3 });
    assert.match(await shown(gift), /Your gift of \$6 for 10 December/);
    const web = fakeWeb({ gifts: [gift] });
    await web.post(PAY, paying());
    const [intent] = web.asked.begun;
    assert.equal(intent?.money.minor, 200n);
    assert.equal(intent?.collectEveryMonths, 3);
  });

  const closed: readonly (readonly [string, GiftView, RegExp])[] = [
    ['paused', next({ state: 'paused' }), /Your pledge is paused/],
    [
      'a bank that wants a confirmation',
      next({}, { state: 'collecting', stateForPeople: 'needs-confirmation' }),
      /Your bank wants you to confirm/,
    ],
    ['one that may have been paid', next({}, { stateForPeople: 'checking' }), /do not pay again/],
    [
      'one that was passed over',
      next({}, { state: 'skipped', stateForPeople: 'abandoned' }),
      /Nothing was charged for it/,
    ],
    ['a card of a listed country', next({}, { stateForPeople: 'refused-country' }), /did not take/],
  ];
  for (const [name, gift, says] of closed) {
    test(`offers no payment: ${name}`, async () => {
      const text = await shown(gift);
      assert.match(text, says);
      assert.doesNotMatch(text, /\/pay"|href="\/support\?/);
    });
  }

  test('a confirmation leads to the bank’s page, where there is one', async () => {
    const pageUrl = `${PROCESSOR_ORIGIN}/pay/abc`;
    const gift = next({}, { state: 'collecting', stateForPeople: 'needs-confirmation', pageUrl });
    assert.ok((await shown(gift)).includes(`href="${pageUrl}"`));
  });

  for (const place of [
    { class: 'listed', tor: false },
    { class: 'unknown', tor: true },
  ] as const) {
    test(`from a ${place.tor ? 'hidden' : 'listed'} place nothing is offered and nothing begun`, async () => {
      assert.doesNotMatch(await shown(next({ move: 'needed' }), { place }), /\/pay"/);
      const web = fakeWeb({ gifts: [next()], place });
      const answer = await web.post(PAY, paying());
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /Nothing was charged/);
      assert.deepEqual(web.asked.begun, []);
    });
  }

  test('may lead to the pages of the processors', async () => {
    const web = fakeWeb({ gifts: [next()] });
    await web.get(PAGE);
    assert.deepEqual(web.asked.pages[0]?.formTargets, [PROCESSOR_ORIGIN]);
  });

  test('is whole in every language', async () => {
    for (const language of ['en', 'ru', 'ar']) {
      for (const move of ['no', 'wished', 'needed'] as const) {
        const web = fakeWeb({ gifts: [next({ move })] });
        const text = await (await web.get(PAGE.replace('=en', `=${language}`))).text();
        assert.match(text, /<h1>[^<]+<\/h1>/);
        assert.doesNotMatch(text, /\{\w+\}/);
      }
    }
  });
});

describe('POST /thanks/:gift/pay', () => {
  test('begins the gift that was promised, as it was promised, whatever else is sent', async () => {
    const web = fakeWeb({ gifts: [next()] });
    const answer = await web.post(PAY, paying({ amount: '1', every: 'once', gift: NOBODY }));
    assert.equal(location(answer), `${PROCESSOR_ORIGIN}/pay/abc`);
    assert.deepEqual(web.asked.begun, [
      {
        giftId: RENEWAL_ID,
        money: dollars(500n),
        interval: 'month',
        language: 'en',
        zone: 'Europe/Berlin',
        appeal: null,
        placeIsSafe: true,
      },
    ]);
  });

  const gift = next();
  const elsewhere: readonly BeginGiftResult[] = [
    { kind: 'already', gift },
    { kind: 'checking', gift },
    { kind: 'other-content', gift },
  ];
  for (const begin of elsewhere) {
    test(`an answer of ${begin.kind} leads back to the page, which says how it stands`, async () => {
      const web = fakeWeb({ gifts: [gift], begin });
      assert.equal(location(await web.post(PAY, paying())), PAGE);
    });
  }

  test('a refusal is told: nothing was charged, and what to do', async () => {
    const web = fakeWeb({ gifts: [gift], begin: { kind: 'refused', reason: 'processor' } });
    const answer = await web.post(PAY, paying());
    assert.equal(answer.status, 503);
    const text = await answer.text();
    assert.match(text, /Nothing was charged/);
    assert.ok(text.includes(PAGE.replaceAll('&', '&amp;')), text);
  });

  test('what cannot be paid here is not begun: paid, paused, checked, of a first gift', async () => {
    for (const one of [
      next({ state: 'paused' }),
      next({}, { stateForPeople: 'checking' }),
      next({}, { state: 'settled', stateForPeople: 'paid', settledAt: Instant.from(NOW) }),
      next({ periodN: 0 }),
    ]) {
      const web = fakeWeb({ gifts: [one] });
      assert.equal(location(await web.post(PAY, paying())), PAGE);
      assert.deepEqual(web.asked.begun, []);
    }
  });
});

describe('the ways to pay a next gift', () => {
  const CARD = {
    kind: 'stripe',
    currencies: ['USD'],
    chargesMandates: true,
    takesFromUnknownPlaces: true,
  } as const;
  const WALLET = {
    kind: 'paypal',
    currencies: ['USD'],
    chargesMandates: true,
    takesFromUnknownPlaces: true,
  } as const;
  const COIN = {
    kind: 'btcpay',
    currencies: ['USD'],
    chargesMandates: false,
    takesFromUnknownPlaces: false,
  } as const;
  const offered = (text: string) =>
    [...text.matchAll(/name="way" id="way-[a-z]+" value="([a-z]+)"/g)].map(([, way]) => way);

  test('are those that can be charged later, so that nobody has to think of it by mistake', async () => {
    assert.deepEqual(offered(await shown(next(), { ways: [CARD, WALLET, COIN] })), [
      'stripe',
      'paypal',
    ]);
    assert.deepEqual(offered(await shown(next(), { ways: [CARD, COIN] })), []);
  });

  test('are all where nothing is taken by itself, and it says what a card would change', async () => {
    const text = await shown(next({ paidByLink: true }), { ways: [CARD, COIN] });
    assert.deepEqual(offered(text), ['stripe', 'btcpay']);
    assert.match(text, /is yours to pay: nothing is taken by itself/);
    assert.match(text, /later gifts are taken from there by themselves/);
    assert.match(text, /If it is not paid by .*, your pledge ends by itself/);
    const coinsAlone = await shown(next({ paidByLink: true }), { ways: [COIN] });
    assert.doesNotMatch(coinsAlone, /by themselves/);
  });

  test('go to the core as they were chosen, and no other word does', async () => {
    const web = fakeWeb({ gifts: [next()], ways: [CARD, WALLET] });
    await web.post(PAY, paying({ way: 'paypal' }));
    await web.post(PAY, paying({ way: 'gold' }));
    assert.deepEqual(
      web.asked.begun.map(({ way }) => way),
      ['paypal', undefined],
    );
  });
});
