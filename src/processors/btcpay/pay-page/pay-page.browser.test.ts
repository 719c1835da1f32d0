/**
 * The page for coins in a real browser without script, under the real frame, style and headers: nothing is asked of another
 * host, nothing runs, nothing is wider than the narrowest phone, in both directions, light and dark.
 *
 * `TUPPENCE_PICTURES=folder` keeps pictures to look at.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ManualClock } from '../../../calendar/index.ts';
import type { PayDesk } from '../../../giving/processor.ts';
import { exampleNewsroom } from '../../../giving/testing/fake-web.ts';
import { nothing } from '../../../page/index.ts';
import { createFrame } from '../../../web/frame.ts';
import { makeStyleSheets } from '../../../web/style/stylesheet.ts';
import { type FakeBtcPay, startFakeBtcPay } from '../fake/server.ts';
import { hostedOrder, openOn } from '../fake/test-account.ts';

const PICTURES = process.env.TUPPENCE_PICTURES;
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});
after(() => browser.close());

let clock: ManualClock;
let fake: FakeBtcPay;
let closings: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  clock = new ManualClock('2026-03-01T12:00:00Z');
  fake = await startFakeBtcPay(clock);
});
afterEach(async () => {
  for (const close of closings) await close();
  closings = [];
  await fake.close();
});

interface Look {
  readonly language: string;
  readonly width: number;
  readonly dark: boolean;
  readonly script?: boolean;
}

async function opened(look: Look) {
  const newsroom = exampleNewsroom();
  const render = createFrame({
    newsroom,
    styles: makeStyleSheets({ accent: newsroom.accent, demo: false }),
    exitTo: newsroom.safety.exit_to,
    demoBar: () => nothing,
  });
  const { processor, payPages } = openOn(fake, clock);
  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address !== 'string');
  const origin = `http://127.0.0.1:${(address satisfies AddressInfo).port}`;
  const { language } = look;
  const order = hostedOrder(`browser ${language}`, {
    language,
    keepMandate: 'month',
    returnUrl: `${origin}/support/return/1?language=${language}`,
    cancelUrl: `${origin}/support?gift=1`,
  });
  const answer = await processor.openHostedPayment(order);
  assert.ok(answer.kind === 'opened' && payPages !== null);
  const desk: PayDesk = {
    waiting: async () => ({ order, accountId: 'btcpay-1', objectRef: answer.objectRef }),
    take: async () => undefined,
    tell: async () => {},
    tellRefused: async () => {},
    wayOn: async () => order.returnUrl,
  };
  app.route('/pay/btcpay-1', payPages({ desk, render }));
  app.get('/support/return/1', () => new Response('the page of the gift'));
  app.get('/favicon.ico', () => new Response(null, { status: 204 }));
  app.get('/exit.js', () => new Response('', { headers: { 'content-type': 'text/javascript' } }));
  const context = await browser.newContext({
    viewport: { width: look.width, height: 800 },
    colorScheme: look.dark ? 'dark' : 'light',
    javaScriptEnabled: look.script === true,
  });
  closings.push(async () => {
    await context.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const page = await context.newPage();
  const strangers: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) strangers.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const response = await page.goto(answer.pageUrl);
  assert.equal(response?.status(), 200);
  return { page, id: answer.objectRef, strangers, complaints };
}

/** The document is not wider than its window; and no element sticks out of it. */
async function assertFits(page: Page, width: number): Promise<void> {
  const outside = await page.locator('body, main *').evaluateAll((elements, most) => {
    const boxes = elements.map((each) => ({
      tag: each.tagName,
      box: each.getBoundingClientRect(),
    }));
    const isOutside = ({ left, right }: DOMRect) => left < -0.5 || right > most + 0.5;
    return boxes.flatMap(({ tag, box }) =>
      isOutside(box) ? [`${tag} ${box.left} ${box.right}`] : [],
    );
  }, width);
  assert.deepEqual(outside, []);
}

async function keepPicture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await page.screenshot({ path: `${PICTURES}/btcpay-${name}.png`, fullPage: true });
}

const LOOKS: readonly Look[] = [
  { language: 'en', width: 320, dark: false },
  { language: 'en', width: 1280, dark: true },
  { language: 'ru', width: 320, dark: true },
  { language: 'ar', width: 320, dark: true },
  { language: 'ar', width: 1280, dark: false },
];

describe('the page for coins, without script', () => {
  for (const look of LOOKS) {
    const name = `${look.language}-${look.width}-${look.dark ? 'dark' : 'light'}`;
    it(`fits, and asks no other host: ${name}`, async () => {
      const { page, id, strangers, complaints } = await opened(look);
      await assertFits(page, look.width);
      await keepPicture(page, `${name}-send`);
      const { books } = fake;
      books.pay(id, { sats: books.asked(books.invoice(id)) / 2n, isConfirmed: true });
      await page.reload();
      await assertFits(page, look.width);
      await keepPicture(page, `${name}-part`);
      books.pay(id, { sats: books.asked(books.invoice(id)) });
      await page.reload();
      await assertFits(page, look.width);
      await keepPicture(page, `${name}-seen`);
      assert.equal(await page.locator('svg').count(), 0, 'nobody is asked twice');
      books.confirm(id);
      await page.reload();
      await assertFits(page, look.width);
      await keepPicture(page, `${name}-over`);
      assert.deepEqual(strangers, []);
      assert.deepEqual(complaints, []);
    });
  }

  it('can be walked through with a keyboard alone, and its code is dark on light in the dark', async () => {
    const { page } = await opened({ language: 'en', width: 320, dark: true, script: true });
    const reached: string[] = [];
    for (let press = 0; press < 14; press += 1) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(
          () => document.activeElement?.getAttribute('href')?.split(':')[0] ?? '',
        ),
      );
    }
    assert.ok(reached.includes('bitcoin') && reached.includes('lightning'), reached.join());
    const fills = await page.locator('svg.qr path').evaluateAll((paths) =>
      paths.map((path) => {
        const { fill, stroke } = getComputedStyle(path);
        return [fill, stroke];
      }),
    );
    assert.deepEqual(fills[0]?.[0], 'rgb(255, 255, 255)');
    assert.deepEqual(fills[1]?.[1], 'rgb(0, 0, 0)');
  });

  for (const language of ['en', 'ar']) {
    it(`is right by the rules of axe: ${language}`, async () => {
      const { page } = await opened({
        language,
        width: 320,
        dark: language === 'ar',
        script: true,
      });
      const { readFile } = await import('node:fs/promises');
      // As the browser's own tools do it: the page's policy lets no script of ours in.
      const session = await page.context().newCDPSession(page);
      await session.send('Runtime.evaluate', { expression: await readFile(axePath, 'utf8') });
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations } = await axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      assert.deepEqual(found, []);
    });
  }
});
