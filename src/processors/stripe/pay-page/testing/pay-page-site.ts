/**
 * The pay page in a real browser: the real money core, page, headers and script over HTTP, a fake company behind them, and
 * a stand-in for Stripe.js (`stripe.js`) where the browser would fetch the company's own. No other host is reached; what was
 * asked of which one is noted.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import type { Giving } from '../../../../giving/giving.ts';
import { browserScriptResponse, buildBrowserScript } from '../../../../page/index.ts';
import { type CardEnds, PUBLISHABLE_KEY } from './own-page-company.ts';
import { type PayPageWorld, payPageWorld } from './pay-page-world.ts';

/** Numbers that the company knows, and what comes of each. */
export const CARDS: Readonly<Record<string, { country: string | null; ends: CardEnds }>> = {
  '4242424242424242': { country: 'DE', ends: 'pays' },
  '4000000000009995': { country: 'DE', ends: 'declines' },
  '4000000000003220': { country: 'DE', ends: 'asks-bank' },
  '4000000000000001': { country: 'XA', ends: 'pays' },
};

const GATEWAY_NUMBER = '4000000000000119';

export interface PayPageSite {
  readonly origin: string;
  readonly world: PayPageWorld;
  /** `METHOD url` of everything the browsers asked for, hosts of the company included. */
  readonly asked: string[];
  /** What is answered in the place of Stripe's script. */
  scriptIs: 'there' | 'blocked' | 'never' | 'broken';
  /** A browser tab with a fresh profile; what its console and its policy complain about is kept. */
  visit(options?: Parameters<Browser['newContext']>[0]): Promise<Visit>;
  close(): Promise<void>;
}

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[];
}

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`./${name}`, import.meta.url), 'utf8');

export async function payPageSite(browser: Browser): Promise<PayPageSite> {
  const server = createAdaptorServer({ fetch: (request) => answer(request) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const origin = `http://127.0.0.1:${address.port}`;
  const world = await payPageWorld({ publicOrigin: () => origin });
  const asked: string[] = [];
  const contexts: BrowserContext[] = [];

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/card-fields.js' || pathname === '/exit.js') {
      const name = pathname === '/exit.js' ? 'exit' : 'card-fields';
      return browserScriptResponse(await buildBrowserScript(name), request);
    }
    if (pathname === '/favicon.ico') return new Response(null, { status: 204 });
    if (pathname.startsWith('/support')) return await giftPage(world.giving, pathname);
    return await world.routes.fetch(request);
  }

  const site: PayPageSite = {
    origin,
    world,
    asked,
    scriptIs: 'there',
    async visit(options = {}) {
      const context = await browser.newContext(options);
      contexts.push(context);
      const complaints: string[] = [];
      await context.route(
        (url) => url.origin !== origin,
        (route) => company(site, route),
      );
      context.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') {
          complaints.push(message.text());
        }
      });
      return { context, page, complaints };
    },
    async close() {
      for (const context of contexts) await context.close();
      await new Promise((resolve) => server.close(resolve));
      await world.close();
    },
  };
  return site;
}

/** Stands for the pages of giving: the form, and the page of a gift after its way back. */
async function giftPage(giving: Giving, pathname: string): Promise<Response> {
  const giftId = pathname.split('/')[3];
  const state = giftId === undefined ? 'form' : (await giving.askProcessor(giftId))?.stateForPeople;
  return new Response(`<!doctype html><title>Page</title><p id="state">${state}</p>`, {
    headers: { 'content-type': 'text/html', 'cache-control': 'no-store' },
  });
}

async function company(site: PayPageSite, route: Route): Promise<void> {
  const url = new URL(route.request().url());
  switch (url.origin + url.pathname) {
    case 'https://js.stripe.com/endive/stripe.js':
      if (site.scriptIs === 'never') return;
      if (site.scriptIs === 'blocked') return await route.abort('blockedbyclient');
      return await route.fulfill({
        contentType: 'text/javascript',
        body:
          site.scriptIs === 'broken'
            ? 'throw new Error("half a script")'
            : await fixture('stripe.js'),
      });
    case 'https://js.stripe.com/endive/further.js':
      return await route.fulfill({ contentType: 'text/javascript', body: 'window.further = true' });
    case 'https://js.stripe.com/endive/elements-inner.html':
      return await route.fulfill({
        contentType: 'text/html',
        body: await fixture('elements-inner.fixture.html'),
      });
    case 'https://api.stripe.com/v1/confirmation_tokens':
      return await route.fulfill(tokenAnswer(site.world, route));
    default:
      if (url.hostname !== 'hooks.stripe.example') return await route.abort('failed');
      return await route.fulfill({
        contentType: 'text/html',
        body: '<title>Bank</title><p>Is it you?',
      });
  }
}

function tokenAnswer(world: PayPageWorld, route: Route): Parameters<Route['fulfill']>[0] {
  const sent = new URLSearchParams(route.request().postData() ?? '');
  assert.equal(sent.get('key'), PUBLISHABLE_KEY);
  const number = sent.get('number') ?? '';
  const card = CARDS[number];
  const headers = { 'access-control-allow-origin': '*' };
  if (number === GATEWAY_NUMBER || card === undefined) {
    const error = { type: 'card_error', message: 'Your card number is invalid.' };
    return { status: 402, headers, json: { error } };
  }
  return { headers, json: { id: world.company.token(card), object: 'confirmation_token' } };
}
