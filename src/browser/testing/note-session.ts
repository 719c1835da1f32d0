/**
 * One browser, one newsroom and, for each test, one fresh reader: what every test file of the note shares. Importing it
 * sets up and tears down; the bindings are live.
 */
import { mkdir } from 'node:fs/promises';
import { after, afterEach, before, beforeEach } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ManualClock } from '../../calendar/index.ts';
import { type TestDatabase, testDatabase } from '../../database/testing/test-database.ts';
import { type NotePage, openReader, type Reader, serveNotePage } from './note-page.ts';

/** A folder for pictures of every state, if somebody wants to look. */
export const PICTURES = process.env.TUPPENCE_PICTURES;

let browser: Browser;
export let served: NotePage;
export let reader: Reader;
export let database: TestDatabase;
const clock = new ManualClock(new Date().toISOString());

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  database = await testDatabase();
  served = await serveNotePage({ db: database.db, clock });
});
after(async () => {
  await browser?.close();
  await served?.close();
  await database?.close();
});
beforeEach(async () => {
  served.place.class = 'safe';
  served.delay.scriptMs = 0;
  await newReader();
  // What a browser asks for by itself before the first page is no part of a test.
  served.requests.length = 0;
  served.noteHeaders.length = 0;
});
afterEach(() => reader.context.close());

/** A phone of 320 px, unless said otherwise; takes the place of the reader before. */
export async function newReader(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  reader = await openReader(browser, { viewport: { width: 320, height: 640 }, ...options });
}

export async function open(path: string, page: Page = reader.page): Promise<Page> {
  await page.goto(served.origin + path);
  return page;
}

/** Opens the whole letter as a reader does. */
export async function openLetter(path = '/story/en/short'): Promise<Page> {
  const page = await open(path);
  await page.getByRole('button', { name: 'Support us monthly' }).click();
  return page;
}

/** What the device keeps, as it is written. */
export const kept = (page: Page): Promise<string | null> =>
  page.evaluate(() => localStorage.getItem('note'));

export function noteRequests(): string[] {
  return served.requests.filter((request) => !request.includes('favicon'));
}

/** Long enough for a script that would still do something to do it. */
export const settle = (page: Page): Promise<void> => page.waitForTimeout(400);

/** The number of the day that is so many days after the device's today. */
export const daysAhead = (days: number): number => {
  const now = new Date();
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + days) / 86_400_000;
};

export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES ?? '', { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}
