/** The pages of a supporter in a real browser that runs no script, under the real headers and style; the money core is in memory. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, afterEach, before, describe, test } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type TestDatabase, testDatabase } from '../database/testing/test-database.ts';
import { nothing } from '../page/index.ts';
import {
  type SupportersHouse,
  supportersHouse,
  testNewsroom,
} from '../supporters/testing/supporters-house.ts';
import { createFrame } from '../web/frame.ts';
import { makeStyleSheets } from '../web/style/stylesheet.ts';

const PICTURES = process.env.TUPPENCE_PICTURES;

let browser: Browser;
let database: TestDatabase;
let closings: (() => Promise<unknown>)[] = [];

before(async () => {
  database = await testDatabase();
  browser = await chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});
after(async () => {
  await browser.close();
  await database.close();
});
afterEach(async () => {
  for (const close of closings) await close();
  closings = [];
});

interface Served {
  readonly house: SupportersHouse;
  readonly page: Page;
  readonly origin: string;
  /** Every request of the browser, and what its console said against us. */
  readonly requests: string[];
  readonly complaints: string[];
}

async function serve(options: Parameters<Browser['newContext']>[0] = {}): Promise<Served> {
  const newsroom = testNewsroom();
  const house = supportersHouse(database.db, {
    render: createFrame({
      newsroom,
      styles: makeStyleSheets({ accent: newsroom.accent, demo: false }),
      exitTo: newsroom.safety.exit_to,
      demoBar: () => nothing,
    }),
  });
  const server = createAdaptorServer({
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      if (pathname === '/favicon.ico') return new Response(null, { status: 204 });
      const body = request.method === 'POST' ? { body: await request.text() } : {};
      return await house.send(pathname + search, {
        method: request.method,
        headers: request.headers,
        ...body,
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  closings.push(async () => {
    await context.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return { house, page, origin: `http://127.0.0.1:${address.port}`, requests, complaints };
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('stop by keyboard alone, in two taps after the number, and the number never in an address', async () => {
  const { house, page, origin, requests, complaints } = await serve({
    viewport: { width: 320, height: 640 },
  });
  const one = await house.withNumber();
  await page.goto(`${origin}/stop?language=en`);
  await page.locator('#number').focus();
  await page.keyboard.type(one.number.toLowerCase());
  await page.keyboard.press('Enter');
  await button(page, 'Stop my pledge').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Your pledge is stopped. No more money will be taken.').waitFor();
  assert.equal(house.giving.pledges.get(one.pledgeId)?.state, 'cancelled');
  for (const url of requests) {
    assert.ok(url.startsWith(origin), url);
    assert.ok(!url.includes(one.number.slice(0, 4)), url);
  }
  assert.deepEqual(complaints, []);
});

test('change, pause, go on, forget: a whole visit without script', async () => {
  const { house, page, origin, complaints } = await serve({
    viewport: { width: 1280, height: 800 },
  });
  const one = await house.withNumber();
  await page.goto(`${origin}/manage?language=en`);
  await page.locator('#number').fill(one.number);
  await button(page, 'Go on').click();

  await button(page, 'Change the amount').click();
  await page.locator('#amount').fill('two fifty');
  await button(page, 'Go on').click();
  assert.equal(await page.title(), 'Error: page');
  assert.equal(await page.locator('#amount').inputValue(), 'two fifty');
  assert.equal(
    await page.locator('.error-summary').evaluate((summary) => summary === document.activeElement),
    true,
  );
  await page.locator('#amount').fill('2.50');
  await button(page, 'Go on').click();
  await button(page, 'Yes, change it').click();
  await page.getByText('Your pledge is now $2.50 a month.').waitFor();

  await button(page, 'Back').click();
  await button(page, 'Pause').click();
  await button(page, '2 months').click();
  await page.getByText('Your pledge is paused until 25 January 2027.').waitFor();
  await button(page, 'Back').click();
  await button(page, 'Go on again').click();
  await button(page, 'Back').click();

  await button(page, 'Forget me').click();
  await button(page, 'Forget me').click();
  await page.getByText('Amounts stay in our books without a name.').waitFor();
  await page.goto(`${origin}/manage?language=en`);
  await page.locator('#number').fill(one.number);
  await button(page, 'Go on').click();
  await page.getByText('Nothing is held under this number.').first().waitFor();
  // The 400 of the wrong amount is told by the browser itself.
  assert.deepEqual(
    complaints.filter((text) => !text.includes(' 400 ')),
    [],
  );
});

test('stopping, pausing, lowering and being forgotten are buttons of one size, 44 px or more', async () => {
  for (const width of [320, 1280]) {
    const { house, page, origin } = await serve({ viewport: { width, height: 800 } });
    const one = await house.withNumber();
    await page.goto(`${origin}/manage?language=en`);
    await page.locator('#number').fill(one.number);
    await button(page, 'Go on').click();
    const sizes = await page
      .locator('.choices button')
      .evaluateAll((all) =>
        all
          .map((one) => one.getBoundingClientRect())
          .map(({ width, height }) => ({ width, height })),
      );
    assert.ok(sizes.length >= 5, `${sizes.length} buttons`);
    for (const size of sizes) {
      assert.ok(Math.abs(size.width - (sizes[0]?.width ?? 0)) < 1, JSON.stringify(sizes));
      assert.ok(Math.abs(size.height - (sizes[0]?.height ?? 0)) < 1, JSON.stringify(sizes));
      assert.ok(size.height >= 44, JSON.stringify(size));
    }
  }
});

describe('every page', () => {
  for (const [width, colorScheme, language] of [
    [320, 'dark', 'ar'],
    [1280, 'light', 'en'],
  ] as const) {
    test(`${width} px, ${colorScheme}, ${language}: axe finds nothing, nothing scrolls sideways`, async () => {
      // axe itself is a script; the pages bring none but the way out.
      const { house, page, origin } = await serve({
        javaScriptEnabled: true,
        bypassCSP: true,
        viewport: { width, height: 800 },
        colorScheme,
      });
      const one = await house.withNumber({ pledge: { renewalInFlight: true } });
      const fields = { number: one.number, pledge: one.pledgeId, language };
      const steps: readonly (readonly [string, Record<string, string>])[] = [
        ['/manage', {}],
        ['/manage', { number: '' }],
        ['/manage/amount', {}],
        ['/manage/amount', { amount: 'x' }],
        ['/manage/amount', { amount: '1.000' }],
        ['/manage/amount', { amount: '7' }],
        ['/manage/pause', {}],
        ['/manage/stop', {}],
        ['/manage/forget', {}],
        ['/stop', {}],
        ['/stop', { confirm: 'yes' }],
        ['/manage', {}],
        ['/forget', { confirm: 'yes' }],
        ['/manage', {}],
      ];
      for (const path of ['/manage', '/stop', '/forget']) {
        await page.goto(`${origin}${path}?language=${language}`);
        await look(page, `${language}-${width}-${path.slice(1)}`);
      }
      for (const [at, [path, more]] of steps.entries()) {
        await send(page, origin + path, { ...fields, ...more });
        await look(page, `${language}-${width}-step-${at}`);
      }
    });
  }
});

/** Sends a form as if its button had been tapped. */
async function send(page: Page, action: string, fields: Record<string, string>): Promise<void> {
  await Promise.all([
    page.waitForNavigation(),
    page.evaluate(
      ([to, values]) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = to;
        for (const [name, value] of Object.entries(values)) {
          const input = document.createElement('input');
          input.name = name;
          input.value = value;
          form.append(input);
        }
        document.body.append(form);
        form.submit();
      },
      [action, fields] as const,
    ),
  ]);
}

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
    `${source};axe.run('main').then((result) => result.violations.map((violation) => violation.id + ': ' + violation.nodes.map((node) => node.html).join(' | ')))`,
  );
  assert.deepEqual(found, [], name);
}
