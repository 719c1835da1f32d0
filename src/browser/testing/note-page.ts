/**
 * A story page with its note, served as in production: real frame, headers, style and script, real appeals over a real
 * database. Only the reader's place is set by hand, and every request is written down.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  type Appeals,
  createAppealRoutes,
  createAppeals,
  importAppeals,
  type NoteSlotOptions,
  noteSlot,
  quietMark,
} from '../../appeals/index.ts';
import type { Clock } from '../../calendar/index.ts';
import type { Db } from '../../database/index.ts';
import { type Newsroom, readNewsroom } from '../../newsroom/index.ts';
import {
  browserScriptResponse,
  buildBrowserScript,
  type Html,
  html,
  nothing,
} from '../../page/index.ts';
import { createReminderRoutes } from '../../reminders/index.ts';
import type { PlaceClass } from '../../safety/index.ts';
import { createFrame } from '../../web/frame.ts';
import { makeStyleSheets } from '../../web/style/stylesheet.ts';

export interface NotePage {
  readonly origin: string;
  readonly appeals: Appeals;
  readonly newsroom: Newsroom;
  readonly place: { class: PlaceClass };
  /** Milliseconds by which the script is held back. */
  readonly delay: { scriptMs: number };
  /** Method, path and query of every request that came, the story's own left out. */
  readonly requests: string[];
  /** Headers of the requests to `/note`, in order. */
  readonly noteHeaders: Headers[];
  close(): Promise<void>;
}

export async function demoNewsroom(): Promise<Newsroom> {
  const file = new URL('../../../demo/newsroom.yaml', import.meta.url);
  const reading = readNewsroom(await readFile(file, 'utf8'));
  assert.ok(reading.ok, 'the demo newsroom is sound');
  return reading.newsroom;
}

export async function serveNotePage(options: {
  readonly db: Db;
  readonly clock: Clock;
}): Promise<NotePage> {
  const { db, clock } = options;
  const newsroom = await demoNewsroom();
  const source = await readFile(new URL('../../../demo/appeals.yaml', import.meta.url), 'utf8');
  await importAppeals({ db, clock, source, zone: newsroom.zone });
  const appeals = createAppeals({ db, clock, newsroom });
  const place: { class: PlaceClass } = { class: 'safe' };
  const delay = { scriptMs: 0 };
  const requests: string[] = [];
  const noteHeaders: Headers[] = [];
  const render = createFrame({
    newsroom,
    styles: makeStyleSheets({ accent: newsroom.accent, demo: false }),
    exitTo: newsroom.safety.exit_to,
    demoBar: () => nothing,
  });
  const decidePlace = () => ({ class: place.class, tor: false });
  const script = await buildBrowserScript('note');
  const app = new Hono();
  app.use(async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    if (!pathname.startsWith('/story')) requests.push(`${c.req.method} ${pathname}${search}`);
    if (pathname === '/note') noteHeaders.push(new Headers(c.req.raw.headers));
    await next();
  });
  app.get('/note.js', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, delay.scriptMs));
    return browserScriptResponse(script, c.req.raw);
  });
  app.get('/exit.js', async (c) =>
    browserScriptResponse(await buildBrowserScript('exit'), c.req.raw),
  );
  app.get('/story/:language/:kind', (c) => {
    const language = c.req.param('language');
    const kind = c.req.param('kind');
    return render({ kind: 'story', title: 'Story', language, body: story(language, kind) });
  });
  app.get('/thanks', () =>
    render({ kind: 'private', title: 'Thanks', language: 'en', body: quietMark('month') }),
  );
  app.get('/support', (c) => c.html('<title>Support</title>'));
  app.get('/favicon.ico', (c) => c.body(null, 204));
  app.route('/', createAppealRoutes({ appeals, decidePlace, render }));
  const random = { bytes: (length: number) => new Uint8Array(length), uuid: () => 'a-b-c' };
  app.route('/', createReminderRoutes({ clock, random, newsroom, decidePlace, render }));
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    appeals,
    newsroom,
    place,
    delay,
    requests,
    noteHeaders,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const FACTS: Readonly<Record<string, Partial<NoteSlotOptions>>> = {
  section: { section: 'city', tags: ['rivers'] },
  sensitive: { sensitive: true },
};

/** `short`: the note stands in the first view. `long`: far below it. `two`: two notes on one page. Others: {@link FACTS}. */
function story(language: string, kind: string): Html {
  const paragraph = html`<p>${'Words of a story that say nothing in particular. '.repeat(8)}</p>`;
  const paragraphs = kind === 'long' ? Array.from({ length: 14 }, () => paragraph) : [];
  return html`<article lang="${language}"><h1>A story</h1><p>One line.</p>${paragraphs}</article>
${noteSlot({ language, ...FACTS[kind] })}${kind === 'two' ? noteSlot({ language }) : nothing}
<p id="after">What stands after the note.</p>`;
}

function portOf(address: AddressInfo | string | null): number {
  assert.ok(address !== null && typeof address === 'object', 'the server listens');
  return address.port;
}

export interface Reader {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the console said: violations of the policy, errors, warnings. */
  readonly complaints: string[];
  /** The sum of layout shifts so far. */
  shift(): Promise<number>;
}

/** A reader with a browser of their own; layout shifts are recorded from the first paint on. */
export async function openReader(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Reader> {
  const context = await browser.newContext(options);
  await context.addInitScript(() => {
    const total = { sum: 0 };
    Object.assign(globalThis, { shiftTotal: total });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!shift.hadRecentInput) total.sum += shift.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const shift = () =>
    page.evaluate(() => (globalThis as unknown as { shiftTotal: { sum: number } }).shiftTotal.sum);
  return { context, page, complaints, shift };
}
