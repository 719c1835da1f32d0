/**
 * The bank's pages in a real browser under their real headers: paying by keyboard and by tap with and without script,
 * taps that come twice, and every page at both widths, in both themes and directions, with nothing for axe to find.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { HostedPaymentOrder } from '../../../giving/processor.ts';
import type { TestCardId } from './test-cards.ts';
import { testCard } from './test-cards.ts';
import { hostedOrder, TestBank } from './testing/test-bank.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

let bank: TestBank;
let browser: Browser;
let newsroom: Server;
let newsroomOrigin = '';
before(async () => {
  bank = await TestBank.start();
  browser = await chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  // Another origin, as the newsroom's is: the way back crosses from one to the other.
  newsroom = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(
      `<!doctype html><title>${request.url}</title><p id="from">${request.headers.referer ?? 'nowhere'}`,
    );
  });
  await new Promise<void>((resolve) => newsroom.listen(0, '127.0.0.1', resolve));
  newsroomOrigin = `http://127.0.0.1:${(newsroom.address() as AddressInfo).port}`;
});
beforeEach(() => bank.control({ clear: true }));
after(async () => {
  await browser.close();
  await bank.stop();
  newsroom.closeAllConnections();
  newsroom.close();
});

interface Visit {
  readonly page: Page;
  readonly tab: () => Promise<Page>;
  /** Fails with what the console said and with requests to any other place. */
  readonly leave: () => Promise<void>;
}

async function visit(options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  const tab = async () => {
    const page = await context.newPage();
    page.on('console', (message) => {
      // Chromium logs each answer that is not 2xx; a form with mistakes is answered with 422.
      if (!message.text().includes('status of 422')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (![bank.origin, newsroomOrigin].includes(origin) && protocol !== 'data:') {
        complaints.push(request.url());
      }
    });
    return page;
  };
  return {
    page: await tab(),
    tab,
    leave: async () => {
      await context.close();
      assert.deepEqual(complaints, []);
    },
  };
}

async function openPayment(order: Partial<HostedPaymentOrder> = {}): Promise<string> {
  const opened = await bank.processor().openHostedPayment(
    hostedOrder({
      returnUrl: `${newsroomOrigin}/thanks`,
      cancelUrl: `${newsroomOrigin}/support`,
      ...order,
    }),
  );
  assert.ok(opened.kind === 'opened');
  return opened.pageUrl;
}

const useCard = (page: Page, id: TestCardId) => page.click(`button[name=use][value=${id}]`);

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test('a card typed by keyboard alone pays, and leads to the newsroom without saying from where', async () => {
      const { page, leave } = await visit({ javaScriptEnabled });
      await page.goto(await openPayment({ keepMandate: 'month' }));
      for (const typed of [testCard('pays').shown, '04/29', '123']) {
        await page.keyboard.press('Tab');
        await page.keyboard.type(typed);
      }
      await page.keyboard.press('Enter');
      await page.waitForURL(`${newsroomOrigin}/thanks`);
      assert.equal(await page.textContent('#from'), 'nowhere');
      await leave();
    });

    test('two taps, two tabs, the back button and a reload make one charge', async () => {
      const { page, tab, leave } = await visit({ javaScriptEnabled });
      const chargesBefore = (await bank.charges()).length;
      const address = await openPayment();
      const second = await tab();
      await second.goto(address);
      await page.goto(address);
      await page.fill('#number', testCard('pays').number);
      await page.fill('#expiry', '04 29');
      await page.fill('#code', '123');
      await page.dblclick('.main-button');
      await page.waitForURL(`${newsroomOrigin}/thanks`);
      await useCard(second, 'pays');
      await second.waitForURL(`${newsroomOrigin}/thanks`);
      await page.goBack();
      assert.equal(await page.textContent('h1'), 'This payment is done');
      await page.reload();
      assert.equal(await page.textContent('h1'), 'This payment is done');
      assert.equal((await bank.charges()).length, chargesBefore + 1);
      await leave();
    });

    test('a confirmation refused and then given', async () => {
      const { page, leave } = await visit({ javaScriptEnabled });
      await page.goto(await openPayment());
      await useCard(page, 'confirms');
      await page.click('button[value=refuse]');
      assert.equal(await page.textContent('#not-taken'), 'The card was not taken');
      await useCard(page, 'confirms');
      await page.click('button[value=confirm]');
      await page.waitForURL(`${newsroomOrigin}/thanks`);
      await leave();
    });
  });
}

test('after a mistake the summary has the focus and leads to the field', async () => {
  const { page, leave } = await visit();
  await page.goto(await openPayment());
  await page.fill('#number', '4000');
  await page.fill('#expiry', '04/29');
  await page.fill('#code', '123');
  await page.click('.main-button');
  await page.waitForSelector('.error-summary:focus');
  await page.click('.error-summary a');
  await page.waitForSelector('#number:focus');
  assert.equal(await page.inputValue('#number'), '4000');
  assert.equal(await page.inputValue('#code'), '');
  await leave();
});

type Reach = (page: Page, language: string) => Promise<unknown>;

/** Every page a payer can meet here, and how to get there. */
const PAYER_PAGES: Readonly<Record<string, Reach>> = {
  pay: async (page, language) => page.goto(await openPayment({ language, keepMandate: 'month' })),
  mistakes: async (page, language) => {
    await page.goto(await openPayment({ language }));
    await page.click('.main-button');
  },
  'refused country': async (page, language) => {
    await page.goto(await openPayment({ language }));
    await useCard(page, 'belarus');
  },
  confirmation: async (page, language) => {
    await page.goto(await openPayment({ language }));
    await useCard(page, 'confirms');
  },
  done: async (page, language) => {
    const address = await openPayment({ language, keepMandate: 'year' });
    await page.goto(address);
    await useCard(page, 'pays');
    await page.goto(address);
  },
};
const DEVELOPER_PAGES: Readonly<Record<string, Reach>> = {
  books: (page) => page.goto(bank.origin),
  issuers: (page) => page.goto(`${bank.origin}/issuers`),
  control: (page) => page.goto(`${bank.origin}/control`),
  money: (page) => page.goto(`${bank.origin}/money`),
};

type View = readonly [width: number, colorScheme: 'light' | 'dark', language: string];
const PAYER_VIEWS: readonly View[] = [
  [320, 'light', 'en'],
  [320, 'dark', 'ar'],
  [1280, 'light', 'ru'],
];
const DEVELOPER_VIEWS: readonly View[] = [
  [320, 'light', 'en'],
  [1280, 'dark', 'en'],
];

for (const [name, reach] of Object.entries(PAYER_PAGES)) {
  test(`${name}: narrow and wide, light and dark, both directions`, () =>
    look(name, reach, PAYER_VIEWS));
}
for (const [name, reach] of Object.entries(DEVELOPER_PAGES)) {
  test(`${name}: narrow and wide, light and dark`, () => look(name, reach, DEVELOPER_VIEWS));
}

async function look(name: string, reach: Reach, views: readonly View[]): Promise<void> {
  for (const [width, colorScheme, language] of views) {
    const { page, leave } = await visit({ viewport: { width, height: 800 }, colorScheme });
    await reach(page, language);
    const where = `${name}, ${width} px, ${colorScheme}, ${language}`;
    const sideways = await page
      .locator('html')
      .evaluate((root) => root.scrollWidth - root.clientWidth);
    assert.equal(sideways, 0, `${where} does not scroll sideways`);
    assert.deepEqual(await smallTargets(page), [], `${where} has targets of 44 px`);
    assert.deepEqual(await axeFindings(page), [], where);
    await leave();
  }
}

const smallTargets = (page: Page) =>
  page
    .locator('button, input:not([type="hidden"]), select, a')
    .evaluateAll((targets) =>
      targets
        .filter((target) => target.getBoundingClientRect().height < 43.5)
        .map((target) => target.outerHTML.slice(0, 120)),
    );

async function axeFindings(page: Page): Promise<readonly string[]> {
  // Handed to the browser by its debugger, which our content policy does not bind.
  await page.evaluate(AXE);
  const { violations }: Pick<AxeResults, 'violations'> = await page.evaluate('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
