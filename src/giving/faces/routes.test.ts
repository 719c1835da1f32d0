import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Instant, PlainDate } from '../../calendar/index.ts';
import { money } from '../../money/index.ts';
import type { GiftStateForPeople } from '../giving.ts';
import {
  CARD,
  exampleNewsroom,
  fakeWeb,
  GIFT_ID,
  giftView,
  location,
  NOW,
  OTHER_GIFT_ID,
  PROCESSOR_ORIGIN,
  sentForm,
} from '../testing/fake-web.ts';

const FORM = `/support?gift=${GIFT_ID}&language=en`;
const THANKS = `/thanks/${GIFT_ID}?language=en`;

describe('GET /support', () => {
  test('without an id opens itself again with a fresh one, and keeps what the link asked', async () => {
    const web = fakeWeb();
    const answer = await web.get(
      '/support?every=month&currency=EUR&amount=200&appeal=spring&variant=b&language=ru&email=x@example.org',
    );
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const address = new URL(location(answer), 'http://127.0.0.1');
    const gift = address.searchParams.get('gift') ?? '';
    assert.match(gift, /^[0-9a-f-]{36}$/);
    address.searchParams.delete('gift');
    assert.equal(
      address.pathname + address.search,
      '/support?language=ru&every=month&currency=EUR&amount=200&appeal=spring&variant=b',
    );
    const other = await web.get('/support');
    assert.notEqual(new URL(location(other), 'http://127.0.0.1').searchParams.get('gift'), gift);
  });

  test('an id that another site’s link brings is never taken: the form is opened again from here, with its own', async () => {
    for (const site of ['cross-site', 'same-site']) {
      for (const path of [`${FORM}&every=month&amount=500&currency=USD`, '/support?language=en']) {
        const web = fakeWeb();
        const answer = await web.get(path, { 'sec-fetch-site': site });
        assert.equal(answer.status, 200);
        assert.ok(!(await answer.text()).includes(GIFT_ID));
        const [, address = ''] = (answer.headers.get('refresh') ?? '').split('0;url=');
        assert.match(address, /^\/support\?language=en&.*here=1$/);
        assert.equal(address.includes('amount=500'), path.includes('amount=500'));

        const fresh = location(await web.get(address, { 'sec-fetch-site': 'same-origin' }));
        assert.match(fresh, /^\/support\?gift=/);
        assert.ok(!fresh.includes(GIFT_ID) && !fresh.includes('here'));
        const form = await web.get(fresh, { 'sec-fetch-site': 'same-origin' });
        assert.match(await form.text(), /<form/);

        // A browser that goes on saying so is shown the form all the same, under an id that no link held.
        const shown = await web.get(`${address}&gift=${GIFT_ID}`, { 'sec-fetch-site': site });
        const [, id = ''] = /name="gift" value="([^"]+)"/.exec(await shown.text()) ?? [];
        assert.match(id, /^[0-9a-f-]{36}$/);
        assert.notEqual(id, GIFT_ID);
      }
    }
  });

  test('the way back from the payment page finds the gift that was begun', async () => {
    const web = fakeWeb({ gifts: [giftView()] });
    const answer = await web.get(FORM, { 'sec-fetch-site': 'cross-site' });
    assert.equal(answer.headers.get('refresh'), null);
    assert.match(await answer.text(), new RegExp(`name="gift" value="${GIFT_ID}"`));
  });

  test('an id that is none is replaced by a fresh one', async () => {
    for (const id of ['x', '00000000', GIFT_ID.toUpperCase()]) {
      const answer = await fakeWeb().get(`/support?gift=${id}`);
      assert.equal(answer.status, 303, id);
    }
  });

  test('chooses nothing by itself, and shows what people must know before they pay', async () => {
    const web = fakeWeb();
    const text = await (await web.get(FORM)).text();
    // Every month is what happens where nobody chooses otherwise; how often and how much are the giver's to say.
    assert.doesNotMatch(text.replace('id="months-1" value="1" checked', ''), / checked/);
    assert.match(text, /<details class="collect" data-every="month">/);
    assert.match(text, /<title>Page<\/title>/);
    assert.match(
      text,
      /Every month: charged on 25 November 2026, 25 December 2026, 25 January 2027/,
    );
    assert.match(
      text,
      /Every year: charged on 25 November 2026, 25 November 2027, 25 November 2028/,
    );
    assert.match(text, /TPC MEDIA BERLIN/);
    assert.match(text, /does not hide the payment from your bank/);
    assert.match(text, /stopped at any time, without a password/);
    for (const country of ['Russia', 'Belarus', 'Iran', 'Nicaragua'])
      assert.match(text, new RegExp(country));
    assert.match(text, /Nothing about you has been written down/);
    assert.doesNotMatch(text, /type="number"/);
    assert.match(text, /inputmode="decimal"/);
  });

  test('three amounts of each interval are there without script, each under its own name', async () => {
    const text = await (await fakeWeb().get(FORM)).text();
    for (const [interval, amounts] of [
      ['once', ['500', '1000', '2500']],
      ['month', ['200', '500', '1000']],
      ['year', ['2400', '6000', '12000']],
    ] as const) {
      const values = [
        ...text.matchAll(new RegExp(`name="amount-${interval}" [^>]*value="(\\d+)"`, 'g')),
      ];
      assert.deepEqual(
        values.map((match) => match[1]),
        amounts,
      );
    }
  });

  test('chooses the interval and the amount that the link asked for', async () => {
    const text = await (await fakeWeb().get(`${FORM}&every=month&amount=500`)).text();
    const chosen = [...text.matchAll(/id="([^"]+)" value="[^"]+" checked/g)].map(
      (match) => match[1],
    );
    assert.deepEqual(chosen, ['every-month', 'amount-month-500']);
  });

  test('reads the amounts of another currency again, and links to the others', async () => {
    const text = await (await fakeWeb().get(`${FORM}&currency=JPY`)).text();
    assert.match(text, /name="amount-month" id="amount-month-300" value="300"/);
    assert.match(text, /¥300/);
    assert.match(
      text,
      new RegExp(`href="/support\\?gift=${GIFT_ID}&amp;language=en&amp;currency=EUR"`),
    );
  });

  test('names every page target of the processors for the form', async () => {
    const web = fakeWeb();
    await web.get(FORM);
    assert.deepEqual(web.asked.pages[0]?.formTargets, [PROCESSOR_ORIGIN]);
    assert.equal(web.asked.pages[0]?.kind, 'private');
  });

  test('asks how to pay only where there is a choice, chooses nothing, and keeps what was chosen', async () => {
    const COIN = {
      kind: 'btcpay',
      currencies: ['USD'],
      chargesMandates: false,
      takesFromUnknownPlaces: false,
    } as const;
    assert.doesNotMatch(await (await fakeWeb().get(FORM)).text(), /name="way"/);
    const web = fakeWeb({ ways: [CARD, COIN] });
    const text = await (await web.get(FORM)).text();
    const ways = [...text.matchAll(/name="way" id="way-[a-z]+" value="([a-z]+)"( checked)?/g)];
    assert.deepEqual(
      ways.map(([, way, checked]) => [way, checked]),
      [
        ['stripe', undefined],
        ['btcpay', undefined],
      ],
    );
    assert.match(text, /Bitcoin payments stay public for ever/);
    assert.match(await (await web.get(`${FORM}&way=btcpay`)).text(), /value="btcpay" checked/);
    assert.doesNotMatch(await (await web.get(`${FORM}&currency=EUR`)).text(), /name="way"/);
  });

  test('offers no way that learns no country to somebody whose place is unknown', async () => {
    const COIN = {
      kind: 'btcpay',
      currencies: ['USD'],
      chargesMandates: false,
      takesFromUnknownPlaces: false,
    } as const;
    const place = { class: 'unknown', tor: false } as const;
    const web = fakeWeb({ ways: [CARD, COIN], place });
    assert.doesNotMatch(await (await web.get(FORM)).text(), /name="way"|Bitcoin/);
    await web.post('/support', sentForm({ way: 'btcpay' }));
    const safe = fakeWeb({ ways: [CARD, COIN] });
    await safe.post('/support', sentForm({ way: 'btcpay' }));
    const begun = [...web.asked.begun, ...safe.asked.begun];
    assert.deepEqual(
      begun.map(({ way, placeIsSafe }) => [way, placeIsSafe]),
      [
        ['btcpay', false],
        ['btcpay', true],
      ],
    );
  });

  test('says what the one way there is means for its supporter', async () => {
    const COIN = {
      kind: 'btcpay',
      currencies: ['USD'],
      chargesMandates: false,
      takesFromUnknownPlaces: false,
    } as const;
    const text = await (await fakeWeb({ ways: [COIN] }).get(FORM)).text();
    assert.doesNotMatch(text, /name="way"/);
    assert.match(text, /Bitcoin payments stay public for ever/);
  });

  test('escapes what a link brings', async () => {
    const text = await (
      await fakeWeb().get(`${FORM}&other=%22%3E%3Cscript%3E1%3C/script%3E`)
    ).text();
    assert.doesNotMatch(text, /<script>1/);
    assert.match(text, /&quot;&gt;&lt;script&gt;1/);
  });

  const open: readonly GiftStateForPeople[] = ['waiting', 'needs-confirmation'];
  for (const stateForPeople of open) {
    test(`a gift that is ${stateForPeople} shows the form again under its id`, async () => {
      const web = fakeWeb({ gifts: [giftView({ stateForPeople })] });
      const answer = await web.get(FORM);
      assert.equal(answer.status, 200);
      const text = await answer.text();
      assert.match(text, new RegExp(`name="gift" value="${GIFT_ID}"`));
      assert.doesNotMatch(text, /Nothing about you has been written down/);
    });
  }

  for (const stateForPeople of ['checking', 'held'] as const) {
    test(`a gift that is ${stateForPeople} leads to its page`, async () => {
      const web = fakeWeb({ gifts: [giftView({ stateForPeople })] });
      assert.equal(location(await web.get(FORM)), THANKS);
    });
  }

  for (const stateForPeople of ['abandoned', 'refused-country', 'declined'] as const) {
    test(`a gift that is ${stateForPeople} and over makes room for a fresh id`, async () => {
      const web = fakeWeb({ gifts: [giftView({ stateForPeople, state: 'failed' })] });
      const address = location(await web.get(`${FORM}&every=month`));
      assert.match(address, /^\/support\?gift=/);
      assert.match(address, /every=month/);
      assert.doesNotMatch(address, new RegExp(GIFT_ID));
    });
  }

  for (const stateForPeople of ['abandoned', 'declined'] as const) {
    test(`a gift that is ${stateForPeople} but open goes on under its id`, async () => {
      const web = fakeWeb({ gifts: [giftView({ stateForPeople, state: 'collecting' })] });
      const answer = await web.get(FORM);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), new RegExp(`name="gift" value="${GIFT_ID}"`));
    });
  }

  test('a paid gift shows its page and offers another with a fresh id', async () => {
    const web = fakeWeb({ gifts: [giftView({ stateForPeople: 'paid' })] });
    const text = await (await web.get(FORM)).text();
    assert.match(text, /Your gift of \$5 a month has arrived/);
    assert.match(text, new RegExp(`href="/thanks/${GIFT_ID}`));
    assert.match(text, /href="\/support\?language=en&amp;currency=USD"/);
    assert.doesNotMatch(text, /<form/);
  });
});

describe('the reader’s place', () => {
  test('listed: no form, no call, on GET and POST', async () => {
    const web = fakeWeb({ place: { class: 'listed', tor: false } });
    const page = await web.get('/support?every=month');
    assert.equal(page.status, 200);
    const text = await page.text();
    assert.match(
      text,
      /From where you seem to be, a gift could harm you, so there is no form here/,
    );
    assert.doesNotMatch(text, /<form|<input|\$|Nothing was charged/);
    assert.match(text, /href="\/stop/);
    assert.match(text, /href="\/forget/);

    const sent = await web.post('/support', sentForm({ meant: '500' }));
    assert.equal(sent.status, 403);
    assert.match(await sent.text(), /Nothing was charged/);
    assert.deepEqual(web.asked.begun, []);
    assert.deepEqual(web.asked.replaced, []);
  });

  test('Tor: its own text, no form, no call', async () => {
    const web = fakeWeb({ place: { class: 'unknown', tor: true } });
    assert.match(await (await web.get(FORM)).text(), /Over Tor nobody can tell/);
    const sent = await web.post('/support', sentForm());
    assert.equal(sent.status, 403);
    assert.doesNotMatch(await sent.text(), /<form/);
    assert.deepEqual(web.asked.begun, []);
  });

  test('unknown: the form and the self-check stand, and the card’s country decides later', async () => {
    const web = fakeWeb({ place: { class: 'unknown', tor: false } });
    assert.match(await (await web.get(FORM)).text(), /<form id="support"/);
    assert.equal((await web.post('/support', sentForm())).status, 303);
  });

  test('listed: the page of a gift tells the truth and leads to no payment', async () => {
    const gift = giftView({ pageUrl: `${PROCESSOR_ORIGIN}/pay/abc` });
    for (const stateForPeople of [
      'waiting',
      'declined',
      'needs-confirmation',
      'abandoned',
    ] as const) {
      const web = fakeWeb({
        place: { class: 'listed', tor: false },
        gifts: [{ ...gift, stateForPeople }],
      });
      const text = await (await web.get(THANKS)).text();
      assert.doesNotMatch(text, /\/pay\/abc|href="\/support/, stateForPeople);
    }
  });
});

describe('POST /support', () => {
  test('leads to the processor’s page, with the gift as it was sent', async () => {
    const web = fakeWeb();
    const answer = await web.post('/support', sentForm({ appeal: 'spring', variant: 'b' }));
    assert.equal(answer.status, 303);
    assert.equal(location(answer), `${PROCESSOR_ORIGIN}/pay/abc`);
    assert.deepEqual(web.asked.begun, [
      {
        giftId: GIFT_ID,
        money: money(500n, 'USD'),
        interval: 'month',
        language: 'en',
        zone: 'Europe/Berlin',
        appeal: { appealId: 'spring', variantId: 'b' },
        placeIsSafe: true,
      },
    ]);
  });

  test('asks about several months at once on a page of its own, and begins the gift with the sentence of that page', async () => {
    const web = fakeWeb();
    const fields = { ...sentForm(), months: '3' };
    const page = await web.post('/support', fields);
    assert.equal(page.status, 200);
    const text = await page.text();
    const sentence = /<p>(\$15 is charged today: [^<]*)<\/p>/.exec(text)?.[1];
    assert.match(
      sentence ?? '',
      /\$5 for each of the next 3 months\..* 25 February 2027 and 25 May 2027/,
    );
    assert.equal(web.asked.begun.length, 0, 'nothing is begun before it was confirmed');
    const day = /name="agreed" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const stale = await web.post('/support', { ...fields, agreed: '2026-11-24' });
    assert.equal(stale.status, 200, 'the dates of another day are shown again');
    assert.equal((await web.post('/support', { ...fields, agreed: day })).status, 303);
    assert.equal(web.asked.begun[0]?.collectEveryMonths, 3);
    assert.deepEqual(web.asked.begun[0]?.agreed, { shown: sentence, language: 'en' });
    await web.post('/support', { ...fields, months: '1', agreed: day });
    assert.equal(web.asked.begun[1]?.collectEveryMonths, undefined);
    for (const months of ['4', '-1', '1e1', 'x']) {
      assert.equal((await web.post('/support', { ...fields, months })).status, 422, months);
    }
    const once = await web.post('/support', { ...fields, every: 'once', 'amount-once': '2500' });
    assert.equal(once.status, 303, 'months count for a monthly gift alone');
  });

  test('hands the address over to be sealed with the gift, and never puts it elsewhere', async () => {
    const web = fakeWeb();
    const answer = await web.post('/support', sentForm({ email: 'a+b@example.org' }));
    assert.doesNotMatch(location(answer), /example/);
    const [intent] = web.asked.begun;
    assert.ok(intent?.attach !== undefined);
    // The fake keeps what it is given and never touches the transaction.
    await intent.attach(Object.create(null), OTHER_GIFT_ID);
    assert.deepEqual(web.asked.attached, [
      { supporterId: OTHER_GIFT_ID, address: 'a+b@example.org' },
    ]);
  });

  for (const kind of ['already', 'checking'] as const) {
    test(`${kind}: to the page of the gift`, async () => {
      const web = fakeWeb({ begin: { kind, gift: giftView() } });
      assert.equal(location(await web.post('/support', sentForm())), THANKS);
    });
  }

  test('other content: 409, both gifts named, going on or beginning again', async () => {
    const old = giftView({ money: money(200n, 'USD'), pageUrl: `${PROCESSOR_ORIGIN}/pay/old` });
    const web = fakeWeb({ begin: { kind: 'other-content', gift: old } });
    const answer = await web.post('/support', sentForm({ email: 'a@example.org' }));
    assert.equal(answer.status, 409);
    const text = await answer.text();
    assert.match(text, /You began a gift of \$2 a month\. It is not paid yet/);
    assert.match(
      text,
      new RegExp(`href="${PROCESSOR_ORIGIN}/pay/old"[^>]*>Go on with \\$2 a month`),
    );
    assert.match(text, /name="meant" value="500">Start again with \$5 a month/);

    const hidden = hiddenFields(text);
    assert.equal(hidden.replaces, GIFT_ID);
    assert.notEqual(hidden.gift, GIFT_ID);
    assert.equal(hidden.email, 'a@example.org');
    const next = fakeWeb();
    await next.post('/support', { ...hidden, meant: '500' });
    assert.equal(next.asked.begun.length, 0);
    assert.equal(next.asked.replaced[0]?.oldGiftId, GIFT_ID);
    assert.equal(next.asked.replaced[0]?.intent.giftId, hidden.gift);
    assert.equal(next.asked.replaced[0]?.intent.money.minor, 500n);
  });

  test('other content of a gift that is paid: says so, never that nothing was charged', async () => {
    const old = giftView({ money: money(200n, 'USD'), stateForPeople: 'paid', state: 'settled' });
    const web = fakeWeb({ begin: { kind: 'other-content', gift: old } });
    const answer = await web.post('/support', sentForm({ email: 'a@example.org' }));
    assert.equal(answer.status, 409);
    const text = await answer.text();
    assert.match(text, /Your gift of \$2 a month has arrived/);
    assert.doesNotMatch(text, /nothing was charged|not paid yet/i);
    assert.match(
      text,
      /href="\/support\?language=en&amp;every=month&amp;currency=USD&amp;amount=500"/,
    );
    assert.doesNotMatch(text, /a@example|a%40example/);
  });

  for (const stateForPeople of ['checking', 'held'] as const) {
    test(`other content of a gift that is ${stateForPeople}: to its page, nothing new is begun`, async () => {
      const web = fakeWeb({ begin: { kind: 'other-content', gift: giftView({ stateForPeople }) } });
      assert.equal(location(await web.post('/support', sentForm())), THANKS);
    });
  }

  for (const kind of ['old-paid', 'old-checking'] as const) {
    test(`replacing, ${kind}: to the page of the old gift`, async () => {
      const web = fakeWeb({ replace: { kind, gift: giftView() } });
      const answer = await web.post(
        '/support',
        sentForm({ gift: OTHER_GIFT_ID, replaces: GIFT_ID }),
      );
      assert.equal(location(answer), THANKS);
    });
  }

  const refusals = [
    ['currency', 422, /Choose one of the currencies/],
    ['too-small', 422, /This amount cannot be taken/],
    ['too-large', 422, /This amount cannot be taken/],
    ['interval', 422, /only single gifts can be taken/],
    ['daily-limit', 422, /There were too many tries/],
    ['ended', 422, /was given up/],
    ['gift-id', 422, /was given up/],
    ['supporter', 422, /was given up/],
    ['processor', 503, /did not open its page\. Nothing was charged/],
  ] as const;
  for (const [reason, status, words] of refusals) {
    test(`refused, ${reason}: says so, and keeps what was typed`, async () => {
      const web = fakeWeb({ begin: { kind: 'refused', reason } });
      const answer = await web.post('/support', sentForm({ email: 'a@example.org' }));
      assert.equal(answer.status, status);
      const text = await answer.text();
      assert.match(text, words);
      assert.match(text, /<title>Error: Page<\/title>/);
      assert.match(text, /value="a@example.org"/);
      assert.match(text, /id="amount-month-500" value="500" checked/);
      assert.match(text, /id="every-month" value="month" checked/);
    });
  }

  test('a given-up gift is begun again under a fresh id', async () => {
    const web = fakeWeb({ begin: { kind: 'refused', reason: 'ended' } });
    const text = await (await web.post('/support', sentForm())).text();
    assert.doesNotMatch(text, new RegExp(`name="gift" value="${GIFT_ID}"`));
  });

  test('wrong fields: 422, a summary that leads to them, the same words there, all kept', async () => {
    const web = fakeWeb();
    const answer = await web.post(
      '/support',
      sentForm({ 'amount-month': '', other: 'ten<b>', email: 'no<at>sign' }),
    );
    assert.equal(answer.status, 422);
    const text = await answer.text();
    const amountWords = 'Type the amount as a number, such as 12';
    assert.match(text, new RegExp(`<a href="#other">${amountWords}</a>`));
    assert.match(text, new RegExp(`id="other-error">${amountWords}`));
    assert.match(text, /<a href="#email">/);
    assert.match(text, /value="ten&lt;b&gt;"/);
    assert.match(text, /value="no&lt;at&gt;sign"/);
    assert.match(text, /id="every-month" value="month" checked/);
    assert.match(text, /aria-invalid="true" aria-describedby="other-error other-hint"/);
    assert.match(text, /Nothing about you has been written down/);
    assert.deepEqual(web.asked.begun, []);
  });

  test('a broken id is mended for the next try', async () => {
    const web = fakeWeb();
    const text = await (await web.post('/support', sentForm({ gift: 'x' }))).text();
    assert.match(text, /could not be matched to a gift\. Nothing was charged/);
    const next = hiddenFields(text);
    assert.match(next.gift ?? '', /^[0-9a-f-]{36}$/);
  });

  test('an unknown appeal is said and left out of the next try', async () => {
    const web = fakeWeb();
    const answer = await web.post('/support', sentForm({ appeal: 'made-up', variant: 'b' }));
    assert.equal(answer.status, 422);
    const hidden = hiddenFields(await answer.text());
    assert.equal(hidden.appeal, undefined);
    assert.deepEqual(web.asked.begun, []);
  });

  test('a question: every reading as a button, least first, and everything else comes along', async () => {
    const web = fakeWeb();
    const answer = await web.post(
      '/support',
      sentForm({ 'amount-month': '', other: '10,00', email: 'a@example.org' }),
    );
    assert.equal(answer.status, 422);
    const text = await answer.text();
    assert.match(text, /Which amount did you mean/);
    assert.match(text, /You typed “10,00”/);
    const buttons = [...text.matchAll(/name="meant" value="(\d+)"><bdi>([^<]+)/g)];
    assert.deepEqual(
      buttons.map((match) => [match[1], match[2]]),
      [
        ['1000', '$10.00'],
        ['100000', '$1,000.00'],
      ],
    );
    const question = text.slice(text.indexOf('aria-labelledby="question"'));
    const hidden = hiddenFields(question.slice(0, question.indexOf('</form>')));
    const next = fakeWeb();
    assert.equal((await next.post('/support', { ...hidden, meant: '1000' })).status, 303);
    assert.equal(next.asked.begun[0]?.money.minor, 1000n);
    assert.equal(next.asked.begun[0]?.giftId, GIFT_ID);
    assert.ok(next.asked.begun[0]?.attach !== undefined);
  });

  test('an answered question stays answered when another field was wrong', async () => {
    const web = fakeWeb();
    const answer = await web.post(
      '/support',
      sentForm({ 'amount-month': '', other: '10,00', meant: '1000', email: 'x' }),
    );
    const text = await answer.text();
    assert.equal(answer.status, 422);
    assert.match(text, /id="amount-month-1000" value="1000" checked/);
    assert.match(text, /id="other" value=""/);
  });

  test('bodies of the wrong type, too large or with too many fields are answered kindly', async () => {
    const web = fakeWeb();
    const json = await web.send('/support', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    assert.equal(json.status, 400);
    assert.match(await json.text(), /could not be read\. Nothing was charged/);
    const large = await web.post('/support', sentForm({ other: 'x'.repeat(20_000) }));
    assert.equal(large.status, 413);
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, '1']));
    assert.equal((await web.post('/support', many)).status, 400);
    assert.deepEqual(web.asked.begun, []);
  });

  test('NUL bytes are said, not passed over', async () => {
    const web = fakeWeb();
    const answer = await web.post('/support', sentForm({ other: '5\0', 'amount-month': '' }));
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), /characters that cannot be read/);
    assert.deepEqual(web.asked.begun, []);
  });

  test('speaks the language that the form was sent in', async () => {
    const web = fakeWeb();
    await web.post('/support', sentForm({ language: 'ru', every: '' }));
    assert.equal(web.asked.pages[0]?.language, 'ru');
    await web.post('/support', sentForm({ language: 'xx', every: '' }));
    assert.equal(web.asked.pages[1]?.language, 'en');
  });

  test('asks for an address where the newsroom requires one, and says why', async () => {
    const web = fakeWeb({ newsroom: exampleNewsroom({ contactForPledges: 'required' }) });
    const text = await (await web.post('/support', sentForm())).text();
    assert.match(text, /this newsroom sends receipts for repeating gifts/);
    assert.match(text, /For a single gift it is not needed/);
  });
});

describe('GET /support/return/:gift', () => {
  test('asks the processor once and leads to the page of the gift', async () => {
    const web = fakeWeb({ gifts: [giftView({ stateForPeople: 'paid' })] });
    assert.equal(location(await web.get(`/support/return/${GIFT_ID}?language=en`)), THANKS);
    assert.deepEqual(web.asked.lookedUp, [GIFT_ID]);
  });

  test('an unknown gift is a 404 that helps, and a wrong id asks nobody', async () => {
    const web = fakeWeb();
    assert.equal((await web.get(`/support/return/${GIFT_ID}`)).status, 404);
    assert.equal((await web.get('/support/return/x%00')).status, 404);
    assert.deepEqual(web.asked.lookedUp, [GIFT_ID]);
  });
});

describe('GET /thanks/:gift', () => {
  const show = async (
    change: Parameters<typeof giftView>[0],
    more: Parameters<typeof fakeWeb>[0] = {},
  ) => {
    const web = fakeWeb({ ...more, gifts: [giftView(change)] });
    const answer = await web.get(THANKS);
    assert.equal(answer.status, 200);
    const [page] = web.asked.pages;
    assert.ok(page !== undefined);
    assert.equal(page.kind, 'private');
    assert.equal(page.title, 'Page');
    return { page, text: await answer.text() };
  };

  test('paid: reference, amount, day, statement line, next dates, number, how to stop', async () => {
    const { text, page } = await show({
      stateForPeople: 'paid',
      settledAt: Instant.from('2026-11-25T23:30:00Z'),
      pledge: {
        pledgeId: OTHER_GIFT_ID,
        state: 'active',
        unit: 'month',
        collectEveryMonths: 1,
        periodN: 0,
        dueDate: PlainDate.from('2026-11-25'),
        move: 'no',
        paidByLink: false,
        nextDates: ['2026-12-25', '2027-01-25', '2027-02-25'].map((date) => PlainDate.from(date)),
      },
    });
    assert.match(text, /Your gift of \$5 a month has arrived/);
    assert.match(text, /K7QM-2XPD/);
    // The newsroom's day: in Berlin it is the 26th already.
    assert.match(text, /26 November 2026/);
    assert.match(text, /TPC MEDIA BERLIN/);
    assert.match(text, /25 December 2026, 25 January 2027 and 25 February 2027/);
    assert.match(text, new RegExp(`method="post" action="/thanks/${GIFT_ID}/number"`));
    assert.match(text, /href="\/stop\?language=en"/);
    assert.match(text, /href="\/manage\?language=en"/);
    assert.equal(page.refreshSeconds, undefined);
    assert.match(text, new RegExp(`<meta name="gift-shown" content="${GIFT_ID}">`));
  });

  test('paid once: nothing more is charged', async () => {
    const { text } = await show({ stateForPeople: 'paid', interval: 'once' });
    assert.match(text, /Your gift of \$5 has arrived/);
    assert.match(text, /Nothing more is charged/);
  });

  test('paid, a week later: the number is offered no more, and the page says how to stop without it', async () => {
    const paid = giftView({
      stateForPeople: 'paid',
      state: 'settled',
      settledAt: Instant.from(NOW),
    });
    const numberShownUntil = Instant.from('2026-12-02T12:00:00Z');
    const before = fakeWeb({
      gifts: [paid],
      numberShownUntil,
      now: Instant.from('2026-12-02T11:59:59Z'),
    });
    const offered = await (await before.get(THANKS)).text();
    assert.match(offered, /until 2 December 2026/);
    assert.match(offered, /\/number/);
    const after = fakeWeb({ gifts: [paid], numberShownUntil, now: numberShownUntil });
    const text = await (await after.get(THANKS)).text();
    assert.doesNotMatch(text, /\/number/);
    assert.match(text, /write to the newsroom with the reference K7QM-2XPD/);
  });

  test('paid, the supporter forgotten: no number is offered', async () => {
    const { text } = await show({ stateForPeople: 'paid', supporterId: null });
    assert.doesNotMatch(text, /\/number/);
  });

  test('a stopped pledge promises no further dates', async () => {
    const { text } = await show({
      stateForPeople: 'paid',
      pledge: {
        pledgeId: OTHER_GIFT_ID,
        state: 'cancelled',
        unit: 'month',
        collectEveryMonths: 1,
        periodN: 0,
        dueDate: PlainDate.from('2026-11-25'),
        move: 'no',
        paidByLink: false,
        nextDates: [],
      },
    });
    assert.match(text, /stopped or paused/);
  });

  test('checking: asks again by itself, at first every five seconds, later not at all', async () => {
    const fresh = await show({ stateForPeople: 'checking' });
    assert.match(fresh.text, /Please do not pay again/);
    assert.equal(fresh.page.refreshSeconds, 5);
    assert.doesNotMatch(fresh.text, /gift-shown/);
    const old = await show(
      { stateForPeople: 'checking' },
      { now: Instant.from(NOW).add({ minutes: 10 }) },
    );
    assert.equal(old.page.refreshSeconds, undefined);
    assert.match(old.text, /takes longer than usual/);
    assert.match(old.text, new RegExp(`href="/support/return/${GIFT_ID}`));
  });

  test('waiting and to be confirmed: leads on to the processor’s page', async () => {
    const pageUrl = `${PROCESSOR_ORIGIN}/pay/abc`;
    for (const stateForPeople of ['waiting', 'needs-confirmation'] as const) {
      const { text } = await show({ stateForPeople, pageUrl });
      assert.match(text, new RegExp(`href="${pageUrl}"`));
      assert.match(text, /nothing is charged|Nothing was charged/);
    }
  });

  test('waiting without an open page: the form, with the same gift', async () => {
    const { text } = await show({ stateForPeople: 'waiting' });
    assert.match(
      text,
      new RegExp(
        `href="/support\\?gift=${GIFT_ID}&amp;language=en&amp;every=month&amp;currency=USD&amp;amount=500"`,
      ),
    );
  });

  const declines = [
    ['insufficient_funds', /not enough money/],
    ['expired_card', /the number, the date or the security code/],
    ['confirmation_refused', /could not confirm that it was you/],
    ['issuer_unavailable', /could not be reached/],
    ['lost_card', /does not accept this card/],
    ['card_declined', /Your bank declined/],
    ['constructor', /Your bank declined/],
    [undefined, /Your bank declined/],
  ] as const;
  for (const [declineCode, words] of declines) {
    test(`declined, ${declineCode}: plain words, nothing charged, another try`, async () => {
      const { text } = await show({
        stateForPeople: 'declined',
        state: 'failed',
        ...(declineCode === undefined ? {} : { declineCode }),
      });
      assert.match(text, words);
      assert.match(text, /Nothing was charged/);
      assert.match(
        text,
        /href="\/support\?language=en&amp;every=month&amp;currency=USD&amp;amount=500"/,
      );
      assert.doesNotMatch(text, /lost_card|stolen/);
    });
  }

  test('declined on a page that is still open: tried again there, as the same gift', async () => {
    const { text } = await show({
      stateForPeople: 'declined',
      pageUrl: `${PROCESSOR_ORIGIN}/pay/abc`,
    });
    assert.match(text, new RegExp(`href="${PROCESSOR_ORIGIN}/pay/abc"`));
  });

  test('a listed country’s card: T2, only what is true, no other way to pay', async () => {
    const before = await show({
      stateForPeople: 'refused-country',
      declineCode: 'country_refused',
    });
    assert.match(
      before.text,
      /We did not take this gift\. Your card was issued in a country where a bank can report it\. We stopped before your bank was contacted\. Nothing was charged/,
    );
    assert.doesNotMatch(before.text, /href="\/support|\/pay\/|<form/);
    // The device forgets the id, though the gift is still open.
    assert.match(before.text, /gift-shown/);
    const after = await show(
      { stateForPeople: 'refused-country', declineCode: 'country_refused' },
      { refusesBeforeBank: false },
    );
    assert.match(after.text, /This payment was blocked\. Nothing was charged\. We cannot promise/);
    assert.doesNotMatch(after.text, /before your bank was contacted/);
  });

  test('a card of unknown country: T3', async () => {
    const { text } = await show({
      stateForPeople: 'refused-country',
      declineCode: 'country_unknown',
    });
    assert.match(
      text,
      /We could not tell where this card was issued, so we did not take the gift\. Nothing was charged\./,
    );
  });

  test('abandoned and held', async () => {
    const open = await show({ stateForPeople: 'abandoned' });
    assert.match(open.text, /Nothing was charged/);
    assert.match(open.text, new RegExp(`href="/support\\?gift=${GIFT_ID}`));
    assert.doesNotMatch(open.text, /gift-shown/);
    const abandoned = await show({ stateForPeople: 'abandoned', state: 'abandoned' });
    assert.match(abandoned.text, /href="\/support\?language=en/);
    assert.match(abandoned.text, /gift-shown/);
    const held = await show({ stateForPeople: 'held' });
    assert.match(held.text, /A person at the newsroom looks at it\. Please do not pay again/);
    assert.match(held.text, /K7QM-2XPD/);
    assert.doesNotMatch(held.text, /href="\/support/);
  });

  test('an unknown gift: 404 that says what to do', async () => {
    const web = fakeWeb();
    for (const path of [THANKS, '/thanks/x', '/thanks/%00']) {
      const answer = await web.get(path);
      assert.equal(answer.status, 404, path);
      assert.match(await answer.text(), /There is no gift at this address/);
    }
  });
});

describe('POST /thanks/:gift/number', () => {
  const path = `/thanks/${GIFT_ID}/number`;
  const paid = giftView({ stateForPeople: 'paid' });

  test('shows the number, and hands it to the download by a form, never by an address', async () => {
    const web = fakeWeb({ gifts: [paid] });
    const answer = await web.post(path, { language: 'en' });
    assert.equal(answer.status, 200);
    const text = await answer.text();
    assert.match(text, /<bdi dir="ltr">ABCD-EFGH<\/bdi>/);
    assert.match(text, /method="post" action="\/manage\/number.txt"/);
    assert.match(text, /name="number" value="ABCD-EFGH"/);
    assert.doesNotMatch(text, /href="[^"]*ABCD/);
    assert.deepEqual(web.asked.numbersFor, [GIFT_ID]);
  });

  for (const kind of ['too-late', 'unknown'] as const) {
    test(`${kind}: says how to stop without it`, async () => {
      const web = fakeWeb({ gifts: [paid], number: { kind } });
      const answer = await web.post(path, { language: 'en' });
      assert.equal(answer.status, 410);
      assert.match(await answer.text(), /with the reference K7QM-2XPD/);
    });
  }

  test('a gift that did not arrive has none', async () => {
    const web = fakeWeb({ gifts: [giftView({ stateForPeople: 'waiting' })] });
    assert.equal(location(await web.post(path, { language: 'en' })), THANKS);
    assert.deepEqual(web.asked.numbersFor, []);
  });

  test('a GET shows nothing', async () => {
    const web = fakeWeb({ gifts: [paid] });
    assert.equal((await web.get(path)).status, 404);
    assert.deepEqual(web.asked.numbersFor, []);
  });
});

describe('GET /thanks/:gift/receipt.txt', () => {
  const path = `/thanks/${GIFT_ID}/receipt.txt?language=en`;
  const paid = giftView({
    stateForPeople: 'paid',
    state: 'settled',
    settledAt: Instant.from(NOW),
    pledge: {
      pledgeId: OTHER_GIFT_ID,
      state: 'active',
      unit: 'month',
      collectEveryMonths: 1,
      periodN: 0,
      dueDate: PlainDate.from('2026-11-25'),
      move: 'no',
      paidByLink: false,
      nextDates: ['2026-12-25', '2027-01-25', '2027-02-25'].map((date) => PlainDate.from(date)),
    },
  });

  test('is a file that names no newsroom, with the amount to the cent', async () => {
    const answer = await fakeWeb({ gifts: [paid] }).get(path);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      /^attachment; filename="receipt.txt"$/,
    );
    const text = await answer.text();
    assert.deepEqual(text.split('\r\n'), [
      'Reference: K7QM-2XPD',
      'Gift: USD\u00a05.00 a month',
      'Day: 25 November 2026',
      'On your bank statement: TPC MEDIA BERLIN',
      '',
      'Next charges: 25 December 2026, 25 January 2027, 25 February 2027',
      '',
    ]);
    assert.doesNotMatch(text, /Courier/);
  });

  test('exists only for a gift that arrived', async () => {
    const waiting = fakeWeb({ gifts: [giftView({ stateForPeople: 'waiting' })] });
    assert.equal(location(await waiting.get(path)), THANKS);
    assert.equal((await fakeWeb().get(path)).status, 404);
  });
});

describe('languages', () => {
  test('the address, then the browser, then the newsroom decide', async () => {
    const web = fakeWeb({ gifts: [giftView({ stateForPeople: 'paid' })] });
    const language = async (path: string, accept: string) => {
      await web.get(path, { 'accept-language': accept });
      return web.asked.pages.at(-1)?.language;
    };
    assert.equal(await language(`/thanks/${GIFT_ID}?language=ar`, 'ru'), 'ar');
    assert.equal(await language(`/thanks/${GIFT_ID}`, 'de-DE, ru;q=0.4, ar-EG;q=0.8'), 'ar');
    assert.equal(await language(`/thanks/${GIFT_ID}`, 'ru;q=0, de'), 'en');
    assert.equal(await language(`/thanks/${GIFT_ID}`, ',;;q=q,'.repeat(500)), 'en');
  });

  test('every page of every language is whole: no key without words, no place unfilled', async () => {
    const states: readonly GiftStateForPeople[] = [
      'waiting',
      'paid',
      'checking',
      'declined',
      'refused-country',
      'needs-confirmation',
      'held',
      'abandoned',
    ];
    for (const language of ['en', 'ru', 'ar']) {
      for (const stateForPeople of states) {
        const web = fakeWeb({ gifts: [giftView({ stateForPeople })] });
        const text = await (await web.get(`/thanks/${GIFT_ID}?language=${language}`)).text();
        assert.doesNotMatch(
          text,
          /\{[a-z]+\}|(support|thanks)\.(?!js)[a-z]+/,
          `${language} ${stateForPeople}`,
        );
      }
      const form = await (
        await fakeWeb().get(`/support?gift=${GIFT_ID}&language=${language}`)
      ).text();
      assert.doesNotMatch(form.replace(/data-page="[^"]*"/, ''), /\{[a-z]+\}/, language);
    }
  });

  test('in right-to-left text an amount is isolated, so that its sign stays at its side', async () => {
    const web = fakeWeb({ gifts: [giftView({ stateForPeople: 'paid' })] });
    const text = await (await web.get(`/thanks/${GIFT_ID}?language=ar`)).text();
    assert.match(text, /\u2068[^\u2069]*5[^\u2069]*\u2069/);
  });
});

describe('whatever is sent', () => {
  test('is answered with a page, never with a failure, and begins no gift by accident', async () => {
    const web = fakeWeb();
    const name = fc.constantFrom(
      ...['gift', 'every', 'currency', 'amount-month', 'other', 'email', 'appeal', 'variant'],
      ...['meant', 'replaces', 'language', '__proto__', ''],
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '\0', '-1', '1e5', '9'.repeat(400), '__proto__', 'month', 'USD', GIFT_ID),
    );
    const body = fc.oneof(
      fc
        .array(fc.tuple(name, value), { maxLength: 20 })
        .map((fields) => new URLSearchParams(fields).toString()),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const answer = await web.send('/support', {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: text,
        });
        assert.ok([400, 413, 422].includes(answer.status), `${answer.status}`);
      }),
      { numRuns: 400 },
    );
    assert.deepEqual(web.asked.begun, []);
  });

  test('in an address too', async () => {
    const web = fakeWeb();
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 80 }), async (text) => {
        const part = encodeURIComponent(text.toWellFormed());
        const form = await web.get(
          `/support?gift=${part}&every=${part}&currency=${part}&amount=${part}`,
        );
        assert.equal(form.status, 303);
        const thanks = await web.get(`/thanks/${part}?language=${part}`);
        assert.equal(thanks.status, 404);
      }),
      { numRuns: 200 },
    );
  });
});

function hiddenFields(text: string): Record<string, string> {
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(fields.map((match) => [match[1] ?? '', match[2] ?? '']));
}
