import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { HostedPaymentOrder } from '../../../giving/processor.ts';
import { money } from '../../../money/index.ts';
import { TEST_CARDS, testCard } from './test-cards.ts';
import { hostedOrder, type PageAnswer, TestBank } from './testing/test-bank.ts';

let bank: TestBank;
before(async () => {
  bank = await TestBank.start();
});
beforeEach(() => bank.control({ clear: true }));
after(() => bank.stop());

const TYPED = { number: testCard('pays').shown, expiry: '04/29', code: '737' };

async function openPage(order: Partial<HostedPaymentOrder> = {}) {
  const hosted = hostedOrder(order);
  const opened = await bank.processor().openHostedPayment(hosted);
  assert.equal(opened.kind, 'opened');
  if (opened.kind !== 'opened') throw new Error('not opened');
  const chargesBefore = (await bank.charges()).length;
  return {
    ...opened,
    order: hosted,
    /** Charges made since the page was opened. */
    charges: async () => (await bank.charges()).length - chargesBefore,
    state: async () => {
      const found = await bank.processor().lookUp({ attemptId: null, objectRef: opened.objectRef });
      return found.kind === 'evidence' ? found.evidence.state : found.kind;
    },
  };
}

const title = (page: PageAnswer) => /<title>(.*)<\/title>/.exec(page.html)?.[1];
const typedIn = (page: PageAnswer, field: string) =>
  new RegExp(`<input id="${field}"[^>]* value="([^"]*)"`).exec(page.html)?.[1];

test('the page says what is paid to whom, and the button says amount and interval', async () => {
  const once = await bank.open((await openPage()).pageUrl);
  assert.equal(once.status, 200);
  assert.match(once.html, /<bdi>TPN SUPPORT<\/bdi>/);
  assert.match(once.html, /<button class="main-button">Pay <bdi>\$5\.00<\/bdi><\/button>/);
  const monthly = await bank.open((await openPage({ keepMandate: 'month' })).pageUrl);
  assert.match(
    monthly.html,
    /<button class="main-button">Pay <bdi>\$5\.00<\/bdi> a month<\/button>/,
  );
  const together = await openPage({ keepMandate: 'month', everyMonths: 3 });
  const shown = (await bank.open(together.pageUrl)).html;
  assert.match(shown, /<title>[^<]*every 3 months/);
  assert.match(shown, />Pay <bdi>\$5\.00<\/bdi> every 3 months<\/button>/);
  assert.match(shown, /charge this card <bdi>\$5\.00<\/bdi> every 3 months until/);
  const yearly = await openPage({ keepMandate: 'year', money: money(900n, 'JPY') });
  assert.match((await bank.open(yearly.pageUrl)).html, />Pay <bdi>¥900<\/bdi> a year<\/button>/);
});

test('three fields, in the order of a card, with the names browsers fill in', async () => {
  const { html } = await bank.open((await openPage()).pageUrl);
  const inputs = [...html.matchAll(/<input [^>]*>/g)].map(([input]) => input);
  assert.deepEqual(
    inputs.map((input) => /autocomplete="([^"]+)"/.exec(input)?.[1]),
    ['cc-number', 'cc-exp', 'cc-csc'],
  );
  for (const input of inputs) {
    assert.match(input, /inputmode="numeric"/);
    assert.match(input, /dir="ltr"/);
    assert.doesNotMatch(input, /type="number"/);
  }
  assert.doesNotMatch(html, /CVC|CVV/);
});

test('no script, no other host, nothing stored, and the way back allowed to the form', async () => {
  const page = await bank.open((await openPage()).pageUrl);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /form-action 'self' http:\/\/127\.0\.0\.1:3000(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  assert.doesNotMatch(page.html, /<script|<iframe|src=|@import|url\(/);
  const links = [...page.html.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, link]) => link ?? '');
  for (const link of links) assert.match(link, /^(\/|#|data:,$|http:\/\/127\.0\.0\.1:3000\/)/);
});

test('a typed card pays once and leads back', async () => {
  const page = await openPage();
  const answer = await bank.submit(page.pageUrl, TYPED);
  assert.equal(answer.status, 303);
  assert.equal(answer.location, page.order.returnUrl);
  assert.equal(await page.charges(), 1);
  assert.equal(await page.state(), 'succeeded');
});

test('each listed card has a button of its own with a name of its own', async () => {
  const { html } = await bank.open((await openPage()).pageUrl);
  const names = [...html.matchAll(/<button name="use" value="(\w+)">(.*?)<\/button>/g)];
  assert.deepEqual(
    names.map(([, id]) => id),
    TEST_CARDS.map((card) => card.id),
  );
  assert.equal(new Set(names.map(([, , name]) => name)).size, TEST_CARDS.length);
});

test('a double tap, a reload, the back button and a second tab make one charge', async () => {
  const page = await openPage();
  const taps = await Promise.all(
    Array.from({ length: 10 }, () => bank.submit(page.pageUrl, TYPED)),
  );
  for (const tap of taps) {
    assert.deepEqual([tap.status, tap.location], [303, page.order.returnUrl]);
  }
  const back = await bank.open(page.pageUrl);
  assert.equal(title(back), 'This payment is done');
  assert.ok(back.html.includes(`href="${page.order.returnUrl}"`));
  assert.doesNotMatch(back.html, /<form/);
  assert.equal((await bank.submit(page.pageUrl, { use: 'pays' })).location, page.order.returnUrl);
  assert.equal(await page.charges(), 1);
});

test('errors keep what was typed except the security code, and stand on top', async () => {
  const page = await openPage();
  const answer = await bank.submit(page.pageUrl, {
    number: '4000 0027 6000 0009',
    expiry: '13/29',
    code: '7',
  });
  assert.equal(answer.status, 422);
  assert.match(title(answer) ?? '', /^Error: /);
  assert.match(answer.html, /<div class="error-summary" role="alert" tabindex="-1" autofocus/);
  for (const field of ['number', 'expiry', 'code']) {
    assert.match(answer.html, new RegExp(`<li><a href="#${field}">`));
    assert.match(
      answer.html,
      new RegExp(`<input id="${field}"[^>]*aria-describedby="[^"]*${field}-error"`),
    );
  }
  assert.equal(typedIn(answer, 'number'), '4000 0027 6000 0009');
  assert.equal(typedIn(answer, 'expiry'), '13/29');
  assert.equal(typedIn(answer, 'code'), '');
  assert.equal(await page.charges(), 0);
  assert.equal(await page.state(), 'open');
});

test('after a decline the page is still open, says so, and another card pays', async () => {
  const page = await openPage();
  const number = testCard('insufficient').shown;
  const declined = await bank.submit(page.pageUrl, { ...TYPED, number });
  assert.equal(declined.status, 200);
  assert.match(declined.html, /not enough money.*Nothing was charged/);
  assert.equal(typedIn(declined, 'number'), number);
  assert.equal(typedIn(declined, 'code'), '');
  const found = await bank.processor().lookUp({ attemptId: null, objectRef: page.objectRef });
  assert.ok(found.kind === 'evidence');
  assert.deepEqual(found.evidence, { state: 'open', declinedCode: 'insufficient_funds' });
  assert.equal((await bank.submit(page.pageUrl, TYPED)).location, page.order.returnUrl);
  assert.equal(await page.charges(), 1);
});

test('a card that needs confirmation asks once, and pays once however often it is answered', async () => {
  const page = await openPage();
  const toIssuer = await bank.submit(page.pageUrl, { use: 'confirms' });
  assert.equal(toIssuer.location, `/issuer/${page.objectRef}`);
  assert.equal(await page.charges(), 0);
  assert.equal((await bank.open(page.pageUrl)).location, toIssuer.location);
  assert.equal((await bank.submit(page.pageUrl, { use: 'pays' })).location, toIssuer.location);
  assert.match(
    (await bank.open(toIssuer.location ?? '')).html,
    /value="confirm".*\n.*value="refuse"/,
  );
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => bank.submit(toIssuer.location ?? '', { answer: 'confirm' })),
  );
  for (const answer of answers) assert.equal(answer.location, page.order.returnUrl);
  assert.equal(await page.charges(), 1);
});

test('a refused confirmation leads back to the page, which says that nothing was charged', async () => {
  const page = await openPage();
  const toIssuer = await bank.submit(page.pageUrl, { use: 'confirms' });
  const refused = await bank.submit(toIssuer.location ?? '', { answer: 'refuse' });
  assert.equal(refused.location, `/pay/${page.objectRef}`);
  assert.match(
    (await bank.open(refused.location ?? '')).html,
    /did not confirm.*Nothing was charged/,
  );
  assert.equal(await page.charges(), 0);
  assert.equal((await bank.submit(page.pageUrl, TYPED)).location, page.order.returnUrl);
});

test('closed and expired pages say so, lead back, and take no card', async () => {
  const closed = await openPage();
  assert.equal(await bank.processor().closeHostedPayment(closed.objectRef), 'closed');
  const expired = await openPage();
  bank.clock.advance({ hours: 24 });
  for (const [page, expected] of [
    [closed, 'This payment was called off'],
    [expired, 'This page has expired'],
  ] as const) {
    const shown = await bank.open(page.pageUrl);
    assert.equal(title(shown), expected);
    assert.match(shown.html, /Nothing was charged/);
    assert.ok(shown.html.includes(`href="${page.order.cancelUrl}"`));
    const sent = await bank.submit(page.pageUrl, TYPED);
    assert.equal(sent.location, `/pay/${page.objectRef}`);
    assert.equal(await page.charges(), 0);
    assert.equal(await page.state(), 'expired');
  }
});

test('a confirmation that was open when the payment was closed can no longer pay', async () => {
  const page = await openPage();
  const toIssuer = await bank.submit(page.pageUrl, { use: 'confirms' });
  assert.equal(await bank.processor().closeHostedPayment(page.objectRef), 'closed');
  await bank.submit(toIssuer.location ?? '', { answer: 'confirm' });
  assert.equal(await page.charges(), 0);
});

test('closing a paid payment says that it is paid', async () => {
  const { objectRef } = await bank.pay('pays');
  assert.equal(await bank.processor().closeHostedPayment(objectRef), 'already-paid');
});

test('bad input is a 4xx page, never a 500', async () => {
  const page = await openPage();
  const fields: Record<string, string>[] = [
    {},
    { number: '\0', expiry: '\0', code: '\0' },
    { number: '<script>', expiry: '9'.repeat(5000), code: '💳' },
    { use: 'none' },
    { use: '' },
  ];
  for (const sent of fields) {
    const answer = await bank.submit(page.pageUrl, sent);
    assert.ok(answer.status >= 400 && answer.status < 500, JSON.stringify(sent).slice(0, 80));
    assert.doesNotMatch(answer.html, /<script/);
  }
  const large = await bank.submit(page.pageUrl, { number: '4'.repeat(20_000) });
  assert.equal(large.status, 413);
  const wrongType = await fetch(page.pageUrl, { method: 'POST', body: '{}' });
  assert.equal(wrongType.status, 400);
  const toIssuer = await bank.submit(page.pageUrl, { use: 'confirms' });
  assert.equal((await bank.submit(toIssuer.location ?? '', { answer: 'maybe' })).status, 400);
  for (const path of ['/pay/none', '/issuer/none', '/nothing', '/pay/%00', '/pay/%ff']) {
    const answer = await bank.open(path);
    assert.equal(answer.status, 404, path);
    assert.match(answer.html, /Nothing was charged/);
  }
});

test('the page speaks the payer’s language in its direction', async () => {
  const arabic = await bank.open((await openPage({ language: 'ar' })).pageUrl);
  assert.match(arabic.html, /<html lang="ar" dir="rtl">/);
  assert.match(arabic.html, /بنك للتجربة/);
  const russian = await bank.open((await openPage({ language: 'ru-RU' })).pageUrl);
  assert.match(russian.html, /<html lang="ru" dir="ltr">/);
  const other = await bank.open((await openPage({ language: 'de' })).pageUrl);
  assert.match(other.html, /<html lang="en" dir="ltr">/);
});

test('statement text and addresses are written as text', async () => {
  const page = await openPage({
    statementText: "A&B'S SHOP",
    cancelUrl: 'http://127.0.0.1:3000/support?a=1&b="><script>',
  });
  const { html } = await bank.open(page.pageUrl);
  assert.match(html, /A&amp;B&#39;S SHOP/);
  assert.doesNotMatch(html, /<script/);
});
