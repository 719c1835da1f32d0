/** 1. Read: front page, sections, every story of the demo, corrections, feeds, and a 404 that helps. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type Visitor, visit } from './browser.ts';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import { visibleText } from './steps.ts';
import { VIEWS, viewName } from './view.ts';

let place: DemoPlace;
let demo: DemoProcess;
let browser: Browser;

before(async () => {
  place = await demoPlace();
  demo = await startDemo(place);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  await place?.close();
});

/** Addresses of the links that a selector finds, each once. */
async function linksOf(page: Page, selector: string): Promise<readonly string[]> {
  const links = page.locator(selector);
  const found = new Set<string>();
  for (let at = 0; at < (await links.count()); at += 1) {
    found.add((await links.nth(at).getAttribute('href')) ?? '');
  }
  return [...found];
}

async function open(page: Page, path: string, status = 200): Promise<void> {
  const response = await page.goto(new URL(path, demo.origin).href);
  assert.equal(response?.status(), status, path);
  assert.equal(await page.locator('h1').count(), 1, `${path} has one heading`);
}

async function readEverything(visitor: Visitor): Promise<void> {
  const page = await visitor.tab();
  await open(page, '/');
  const sections = await linksOf(page, 'header nav a');
  assert.ok(sections.length >= 4, 'the masthead leads to the sections');
  const stories = new Set<string>();
  for (const path of ['/', ...sections, '/stories']) {
    await open(page, path);
    for (const story of await linksOf(page, 'main a[href^="/story/"]')) stories.add(story);
  }
  assert.ok(stories.size >= 10, `all stories are reached: ${stories.size}`);
  const languages = new Set<string>();
  for (const path of stories) languages.add(await readStory(page, path));
  assert.deepEqual([...languages].sort(), ['ar', 'en', 'ru']);
  await readCorrection(page);
  visitor.expectStatus(404);
  await open(page, '/story/no-such-story', 404);
  assert.ok(
    (await linksOf(page, 'main a[href^="/story/"]')).length > 0,
    'the 404 leads to stories',
  );
  await page.locator('a[href="/"]').first().click();
  await page.waitForURL(demo.frontUrl);
}

/** @returns the language it is in */
async function readStory(page: Page, path: string): Promise<string> {
  await open(page, path);
  const language = (await page.locator('html').getAttribute('lang')) ?? '';
  const direction = await page.locator('html').getAttribute('dir');
  assert.equal(direction, language === 'ar' ? 'rtl' : 'ltr', path);
  const text = await visibleText(page.locator('main'));
  assert.ok(text.length > 400, `${path} has its text`);
  const writtenIn = { ar: /\p{Script=Arabic}/u, ru: /\p{Script=Cyrillic}/u }[language] ?? /[a-z]/;
  assert.match(await visibleText(page.locator('h1')), writtenIn);
  assert.ok((await page.locator('time').count()) > 0, `${path} says when`);
  return language;
}

/** From the list of corrections to the story, which says itself what was changed. */
async function readCorrection(page: Page): Promise<void> {
  await open(page, '/');
  await page.locator('footer a[href="/corrections"]').click();
  await page.waitForURL('**/corrections');
  const [story] = await linksOf(page, 'main a[href^="/story/"]');
  assert.ok(story !== undefined, 'a correction is listed');
  await open(page, story);
  assert.match(await visibleText(page.locator('main')), /correct/i);
}

describe('read', { concurrency: VIEWS.length }, () => {
  for (const view of VIEWS) {
    test(viewName(view), async () => {
      const visitor = await visit(browser, demo, { view });
      await readEverything(visitor);
      await visitor.leave();
    });
  }

  test('readers get no cookie and nothing is kept on their device', async () => {
    const visitor = await visit(browser, demo, { view: VIEWS[0] });
    const page = await visitor.tab();
    for (const path of ['/', '/corrections', '/safely', '/stop', '/support']) {
      await page.goto(new URL(path, demo.origin).href);
    }
    assert.deepEqual(await visitor.context.cookies(), []);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    await visitor.leave();
  });

  test('the way out leads away, and back does not lead to the page', async () => {
    for (const view of VIEWS.slice(0, 2)) {
      const visitor = await visit(browser, demo, { view });
      const page = await visitor.tab();
      await page.goto(demo.frontUrl);
      await page.goto(`${demo.origin}/safely`);
      const exit = page.locator('#exit');
      assert.match((await exit.getAttribute('href')) ?? '', /^https:/);
      assert.match((await exit.getAttribute('rel')) ?? '', /noreferrer/);
      if (view.script) {
        // The place it leads to is outside; this browser reaches nothing outside, so it is a page of our own here.
        await exit.evaluate((link) => link.setAttribute('href', '/stop'));
        await exit.click();
        await page.waitForURL('**/stop');
        await page.goBack();
        assert.equal(page.url(), demo.frontUrl, 'the page that was left is not in the history');
      }
      await visitor.leave();
    }
  });
});
