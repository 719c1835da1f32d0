/** The support page's script in a real browser, under the real headers and style; the money core is a fake that notes what it was sent. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import {
  exampleNewsroom,
  type FakeAnswers,
  fakeWeb,
  giftView,
  OTHER_GIFT_ID,
} from '../giving/testing/fake-web.ts';
import { browserScriptResponse, buildBrowserScript, nothing } from '../page/index.ts';
import { createFrame } from '../web/frame.ts';
import { makeStyleSheets } from '../web/style/stylesheet.ts';

const PICTURES = process.env.TUPPENCE_PICTURES;

let browser: Browser;
let closings: (() => Promise<unknown>)[] = [];

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});
after(() => browser.close());
afterEach(async () => {
  for (const close of closings) await close();
  closings = [];
});

interface Served {
  readonly origin: string;
  readonly web: ReturnType<typeof fakeWeb>;
  readonly context: BrowserContext;
  /** What the browser's console said against us: violations of the policy, errors. */
  readonly complaints: string[];
  open(path: string): Promise<Page>;
}

async function serve(
  answers: FakeAnswers = {},
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Served> {
  const newsroom = exampleNewsroom();
  const render = createFrame({
    newsroom,
    styles: makeStyleSheets({ accent: newsroom.accent, demo: false }),
    exitTo: newsroom.safety.exit_to,
    demoBar: () => nothing,
  });
  const server = createAdaptorServer({ fetch: (request) => answer(request) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  const web = fakeWeb({
    begin: { kind: 'go', pageUrl: `${origin}/paid-here` },
    ...answers,
    render,
  });
  async function answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    if (pathname === '/support.js' || pathname === '/exit.js') {
      const name = pathname === '/support.js' ? 'support' : 'exit';
      return browserScriptResponse(await buildBrowserScript(name), request);
    }
    if (pathname === '/story') {
      const type = { 'content-type': 'text/html' };
      return new Response('<title>Story</title><a href="/support?every=month">on</a>', {
        headers: type,
      });
    }
    if (pathname === '/favicon.ico') return new Response(null, { status: 204 });
    if (pathname === '/paid-here') return new Response('the payment page');
    const body = request.method === 'POST' ? { body: await request.text() } : {};
    return web.send(pathname + search, {
      method: request.method,
      headers: request.headers,
      ...body,
    });
  }
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  closings.push(async () => {
    await context.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(origin + path);
    return page;
  };
  return { origin, web, context, complaints, open };
}

function portOf(address: AddressInfo | string | null): number {
  assert.ok(address !== null && typeof address === 'object', 'the server listens');
  return address.port;
}

const pay = (page: Page): Promise<string | null> => page.locator('#pay').textContent();

describe('the pay button', () => {
  test('says what the link asked for, then what is chosen or typed', async () => {
    const { open, complaints } = await serve();
    const page = await open('/support?every=month&currency=USD&amount=500');
    assert.equal(await pay(page), 'None of this applies to me: give $5 a month');
    await page.locator('#every-year').check();
    assert.equal(await pay(page), 'None of this applies to me: go on to pay');
    await page.locator('#amount-year-2400').check();
    assert.equal(await pay(page), 'None of this applies to me: give $24 a year');
    await page.locator('#other').fill('7.5');
    assert.equal(await pay(page), 'None of this applies to me: give $7.50 a year');
    assert.equal(await page.locator('#amount-year-2400').isChecked(), false);
    await page.locator('#other').fill('10,00');
    assert.equal(await pay(page), 'None of this applies to me: go on to pay');
    await page.locator('#amount-year-6000').check();
    assert.equal(await page.locator('#other').inputValue(), '');
    assert.equal(await pay(page), 'None of this applies to me: give $60 a year');
    assert.deepEqual(complaints, []);
  });

  test('shows only the amounts and dates of the chosen interval', async () => {
    const { open } = await serve();
    const page = await open('/support');
    assert.equal(await page.locator('.amount-set:visible').count(), 3);
    await page.locator('#every-month').check();
    assert.deepEqual(
      await page
        .locator('.amount-set:visible')
        .evaluateAll((sets) => sets.map((set) => set.getAttribute('data-every'))),
      ['month'],
    );
    assert.equal(await page.locator('p[data-every="year"]').isVisible(), false);
  });
});

describe('a doubtful amount', () => {
  test('is asked in place, and the answer is sent as it was read', async () => {
    const { open, web, complaints } = await serve();
    const page = await open('/support?every=month&currency=USD');
    await page.locator('#other').fill('10,00');
    await page.locator('#pay').click();
    const answers = page.locator('[role="status"] button');
    assert.deepEqual(await answers.allInnerTexts(), ['$10.00', '$1,000.00']);
    assert.equal(web.asked.begun.length, 0);
    await answers.first().click();
    await page.waitForURL('**/paid-here');
    assert.deepEqual(
      web.asked.begun.map(({ money }) => money.minor),
      [1000n],
    );
    assert.deepEqual(complaints, []);
  });

  test('is asked again after another edit', async () => {
    const { open, web } = await serve();
    const page = await open('/support?every=month&currency=USD');
    await page.locator('#other').fill('10,00');
    await page.locator('#pay').click();
    await page.locator('#other').fill('8');
    assert.equal(await page.locator('[role="status"] button').count(), 0);
    await page.locator('#pay').click();
    await page.waitForURL('**/paid-here');
    assert.deepEqual(
      web.asked.begun.map(({ money }) => money.minor),
      [800n],
    );
  });
});

describe('one gift', () => {
  test('two quick taps send the form once', async () => {
    const { open, web } = await serve();
    const page = await open('/support?every=month&currency=USD&amount=500');
    await page.locator('#pay').evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await page.waitForURL('**/paid-here');
    assert.equal(web.asked.begun.length, 1);
  });

  test('two fresh tabs send the same id, and nothing is kept before the first tap', async () => {
    const { open, web } = await serve();
    const first = await open('/support?every=month&currency=USD&amount=500');
    const second = await open('/support?every=month&currency=USD&amount=500');
    assert.equal(await first.evaluate(() => localStorage.length), 0);
    for (const page of [first, second]) {
      await page.locator('#pay').click();
      await page.waitForURL('**/paid-here');
    }
    const [one, other] = web.asked.begun;
    assert.ok(one !== undefined && other !== undefined);
    assert.equal(one.giftId, other.giftId);
    const kept = await first.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.match(kept, /^\{"page":"[0-9a-f-]{36} \d+"\}$/);
  });

  test('reload and back keep the id without storage', async () => {
    const { open, web } = await serve();
    const page = await open('/support?every=month&currency=USD&amount=500');
    const id = new URL(page.url()).searchParams.get('gift');
    await page.reload();
    await page.locator('#pay').click();
    await page.waitForURL('**/paid-here');
    await page.goBack();
    await page.evaluate(() => localStorage.clear());
    await page.locator('#pay').click();
    await page.waitForURL('**/paid-here');
    assert.deepEqual(
      web.asked.begun.map(({ giftId }) => giftId),
      [id, id],
    );
  });

  test('a form that the server answered keeps the id it came with', async () => {
    const { open, web } = await serve();
    const page = await open('/support?every=month&currency=USD&amount=500');
    await page.evaluate(() =>
      localStorage.setItem('page', `019abc00-0000-7000-8000-00000000000a ${Date.now()}`),
    );
    await page.locator('#email').fill('not an address');
    await page.locator('#pay').click();
    await page.waitForSelector('.error-summary');
    const answered = await page.locator('input[name="gift"]').inputValue();
    assert.equal(answered, '019abc00-0000-7000-8000-00000000000a');
    await page.evaluate(() =>
      localStorage.setItem('page', `019abc00-0000-7000-8000-00000000000b ${Date.now()}`),
    );
    await page.locator('#email').fill('');
    await page.locator('#pay').click();
    await page.waitForURL('**/paid-here');
    assert.equal(web.asked.begun[0]?.giftId, answered);
  });

  test('the page of the result takes the id away, another gift’s id stays for a day', async () => {
    const paid = giftView({ stateForPeople: 'paid' });
    const { open } = await serve({ gifts: [paid] });
    const page = await open('/support');
    const other = `019abc00-0000-7000-8000-00000000000b ${Date.now()}`;
    for (const [kept, left] of [
      [`${paid.giftId} ${Date.now()}`, null],
      [other, other],
      // Of the day before yesterday.
      [`019abc00-0000-7000-8000-00000000000b ${Date.now() - 2 * 86_400_000}`, null],
    ] as const) {
      await page.evaluate((value) => localStorage.setItem('page', value), kept);
      await page.goto(new URL(`/thanks/${paid.giftId}`, page.url()).href);
      assert.equal(await page.evaluate(() => localStorage.getItem('page')), left);
    }
  });

  test('refused storage changes nothing', async () => {
    const { open, web, context, complaints } = await serve();
    await context.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new Error('refused');
        },
      });
    });
    const page = await open('/support?every=month&currency=USD&amount=500');
    await page.locator('#pay').click();
    await page.waitForURL('**/paid-here');
    assert.equal(web.asked.begun.length, 1);
    assert.deepEqual(complaints, []);
  });
});

describe('ways back', () => {
  test('“Take me back” leads to the very page the reader came from, another currency in between or not', async () => {
    const { open } = await serve();
    const page = await open('/story');
    await page.getByText('on').click();
    await page.waitForSelector('#support');
    await page.locator('a[data-currency="EUR"]').click();
    await page.waitForURL('**currency=EUR**');
    assert.equal(await page.locator('#every-month').isChecked(), true);
    await page.locator('#back').click();
    await page.waitForURL('**/story');
  });
});

describe('without script', () => {
  test('the whole form works, the doubtful amount included', async () => {
    const { open, web } = await serve({}, { javaScriptEnabled: false });
    const page = await open('/support');
    await page.locator('#every-month').check();
    await page.locator('#other').fill('10,00');
    await page.locator('#pay').click();
    await page.getByRole('button', { name: '$10.00' }).click();
    await page.waitForURL('**/paid-here');
    assert.deepEqual(
      web.asked.begun.map(({ money }) => money.minor),
      [1000n],
    );
  });

  test('the summary of errors has focus', async () => {
    const { open } = await serve({}, { javaScriptEnabled: false });
    const page = await open('/support');
    await page.locator('#pay').click();
    await page.waitForSelector('.error-summary:focus');
    assert.match(await page.title(), /^Error: /);
    await page.locator('.error-summary a').first().click();
    assert.match(page.url(), /#every-once$/);
  });
});

describe('a gift we are asking about', () => {
  test('shows its result by itself, without script', async () => {
    const gifts = [giftView({ stateForPeople: 'checking' })];
    const { open } = await serve({ gifts }, { javaScriptEnabled: false });
    const page = await open(`/thanks/${giftView().giftId}?language=en`);
    await page.waitForSelector('text=Please do not pay again');
    gifts[0] = giftView({ stateForPeople: 'paid' });
    await page.waitForSelector('text=has arrived', { timeout: 10_000 });
  });
});

describe('for everybody', () => {
  const views = [
    { width: 320, colorScheme: 'light', language: 'en' },
    { width: 1280, colorScheme: 'dark', language: 'en' },
    { width: 320, colorScheme: 'dark', language: 'ar' },
    { width: 1280, colorScheme: 'light', language: 'ru' },
  ] as const;
  for (const { width, colorScheme, language } of views) {
    test(`${width} px, ${colorScheme}, ${language}: axe finds nothing, nothing scrolls sideways`, async () => {
      const paid = giftView({ stateForPeople: 'paid' });
      const checking = giftView({ giftId: OTHER_GIFT_ID, stateForPeople: 'checking' });
      const { open, complaints } = await serve(
        { gifts: [paid, checking] },
        { viewport: { width, height: 800 }, colorScheme },
      );
      const pages = [
        `/support?language=${language}&every=month&currency=USD&amount=500`,
        `/support?language=${language}`,
        `/thanks/${paid.giftId}?language=${language}`,
        `/thanks/${checking.giftId}?language=${language}`,
        `/thanks/019abc00-0000-7000-8000-00000000000f?language=${language}`,
      ];
      for (const [at, path] of pages.entries()) {
        const page = await open(path);
        await look(page, `${language}-${width}-${colorScheme}-${at}`);
      }
      const page = await open(pages[1] ?? '');
      await page.locator('#other').fill('x');
      await page.locator('#pay').click();
      await page.waitForSelector('.error-summary');
      await look(page, `${language}-${width}-${colorScheme}-errors`);
      // The 404 of an unknown gift is told by the browser itself.
      assert.deepEqual(
        complaints.filter((text) => !/ 40[49] | 422 /.test(text)),
        [],
      );
    });
  }
});

/** Lets axe look, measures the width, and keeps a picture where `TUPPENCE_PICTURES` names a folder. */
async function look(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined)
    await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} scrolls sideways by ${wide} px`);
  const source = await readFile(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  );
  const found = await page.evaluate(
    `${source};axe.run().then((result) => result.violations.map((violation) => violation.id + ': ' + violation.nodes.map((node) => node.html).join(' | ')))`,
  );
  assert.deepEqual(found, [], name);
}
