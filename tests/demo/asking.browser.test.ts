/**
 * 2. Be asked: only who reads from a place where giving is safe, at the story's end, without moving a pixel; everybody
 * else reads in peace.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser, visit } from './browser.ts';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import {
  goToStoryEnd,
  hrefOf,
  LETTER_FRAME,
  readAs,
  visibleText,
  withoutIsolates,
} from './steps.ts';
import { VIEWS, type View, viewName } from './view.ts';

const NEVER_ASKED = ['listed', 'unknown', 'tor'] as const;
const WITH_SCRIPT = VIEWS.filter(({ script }) => script);
const WITHOUT_SCRIPT = VIEWS.filter(({ script }) => !script);

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

/** Adds up every layout shift of a page, the ones after a tap apart. */
async function measureShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const shifts = { untouched: 0, touched: 0 };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        };
        if (hadRecentInput) shifts.touched += value;
        else shifts.untouched += value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

const untouchedShift = (page: Page): Promise<unknown> => page.evaluate('window.shifts.untouched');

async function openStory(page: Page, view: View): Promise<void> {
  await page.goto(demo.storyUrl, { waitUntil: 'load' });
  await goToStoryEnd(page, view);
}

describe('a reader in Germany', () => {
  before(() => readAs(demo, 'germany'));

  for (const view of WITH_SCRIPT) {
    test(`is asked at the story's end and nothing moves: ${viewName(view)}`, async (t) => {
      const visitor = await visit(browser, demo, { view, before: measureShifts });
      const page = await visitor.tab();
      await openStory(page, view);
      const note = page.locator('tuppence-note');
      await note.locator('#speaker').waitFor();
      assert.match(await visibleText(note.locator('#speaker')), /The Lantern/);
      const buttons = await note.getByRole('button').allInnerTexts();
      assert.deepEqual(buttons.map(withoutIsolates), [
        'Support us monthly from $2',
        'Remind me later',
        'Not now',
      ]);
      const [later, notNow] = await Promise.all(
        ['Remind me later', 'Not now'].map((name) =>
          note.getByRole('button', { name }).boundingBox(),
        ),
      );
      assert.equal(later?.height, notNow?.height, 'two equal choices');
      assert.equal(later?.width, notNow?.width, 'two equal choices');
      await page.waitForTimeout(400);
      await page.evaluate(() => scrollTo(0, 0));
      await goToStoryEnd(page, view);
      await page.waitForTimeout(200);
      const shift = await untouchedShift(page);
      t.diagnostic(`layout shift ${shift}`);
      assert.equal(shift, 0);
      await note.getByRole('button', { name: 'Support us monthly' }).click();
      await note.getByRole('group', { name: 'How often' }).waitFor();
      for (const every of ['Every month', 'Once', 'Every year']) {
        await note.getByLabel(every).check();
        const amounts = note.locator('a[href^="/support?"]');
        assert.ok((await amounts.count()) >= 3, `amounts for ${every}`);
      }
      assert.equal(await untouchedShift(page), 0, 'what moves, moves because of a tap');
      await note.getByText('Why am I seeing this?').click();
      assert.match(await visibleText(note.locator('details')), /✓ Your connection/);
      await visitor.leave();
    });

    test(`"Not now" is silence: ${viewName(view)}`, async () => {
      const visitor = await visit(browser, demo, { view });
      const page = await visitor.tab();
      await openStory(page, view);
      await page.locator('tuppence-note').getByRole('button', { name: 'Not now' }).click();
      await page.getByText(/We stay quiet on this device until/).waitFor();
      const asked: string[] = [];
      visitor.context.on('request', (request) => {
        if (new URL(request.url()).pathname === '/note') asked.push(request.url());
      });
      await openStory(page, view);
      await page.waitForTimeout(500);
      assert.equal(await isAsked(page), false);
      assert.deepEqual(asked, [], 'a device that is quiet asks nobody');
      await visitor.leave();
    });
  }

  for (const view of WITHOUT_SCRIPT) {
    test(`reads the letter in a frame of fixed height: ${viewName(view)}`, async () => {
      const visitor = await visit(browser, demo, { view });
      const page = await visitor.tab();
      await page.goto(demo.storyUrl);
      const height = (await page.locator(LETTER_FRAME).boundingBox())?.height ?? 0;
      assert.ok(height > 300, 'the frame has its height before it is filled');
      const letter = page.frameLocator(LETTER_FRAME);
      await letter.getByRole('link', { name: 'Support us monthly' }).waitFor();
      await letter.getByRole('link', { name: 'Other amounts, once or yearly' }).waitFor();
      const later = letter.getByRole('link', { name: 'Remind me later' });
      assert.match(await hrefOf(later), /^\/later/);
      // Both ways to put it off can be seen without scrolling inside of the frame.
      const frame = await page.locator(LETTER_FRAME).boundingBox();
      const notNow = await letter.getByRole('link', { name: 'Not now' }).boundingBox();
      assert.ok(frame !== null && notNow !== null);
      assert.ok(
        notNow.y + notNow.height <= frame.y + frame.height,
        `"Not now" ends at ${notNow.y + notNow.height}, its frame at ${frame.y + frame.height}`,
      );
      await letter.getByRole('link', { name: 'Not now' }).click();
      await letter.getByText(/Without scripts this browser keeps no note/).waitFor();
      assert.equal(new URL(page.url()).pathname, new URL(demo.storyUrl).pathname);
      await visitor.leave();
    });
  }
});

/** Whether any letter stands on the page, or in the frame of those without script. */
async function isAsked(page: Page): Promise<boolean> {
  if ((await page.locator('#speaker').count()) > 0) return true;
  for (const frame of page.frames()) {
    if (frame.url().includes('/note/frame') && (await frame.locator('body *').count()) > 0) {
      return true;
    }
  }
  return false;
}

for (const reader of NEVER_ASKED) {
  describe(`a reader who is "${reader}"`, () => {
    before(() => readAs(demo, reader));

    for (const view of VIEWS) {
      test(`is never asked: ${viewName(view)}`, async () => {
        const visitor = await visit(browser, demo, { view, before: measureShifts });
        const page = await visitor.tab();
        const answers: number[] = [];
        page.on('response', (response) => {
          if (
            new URL(response.url()).pathname.startsWith('/note') &&
            !response.url().endsWith('.js')
          ) {
            answers.push(response.status());
          }
        });
        await openStory(page, view);
        await page.waitForTimeout(600);
        assert.deepEqual(answers, [204], 'the server was asked once and says nothing');
        assert.equal(await isAsked(page), false);
        if (view.script) assert.equal(await untouchedShift(page), 0);
        const kept = view.script ? await page.evaluate(() => localStorage.length) : 0;
        assert.equal(kept, 0, 'nothing new is kept on a device that is not asked');
        await page.goto(`${demo.origin}/later`);
        assert.equal(
          await page
            .locator('form')
            .filter({ hasNot: page.locator('[name=back]') })
            .count(),
          0,
        );
        await visitor.leave();
      });
    }

    test('meets no form on the support page unless the place is merely unknown', async () => {
      const visitor = await visit(browser, demo, { view: VIEWS[0] });
      const page = await visitor.tab();
      await page.goto(demo.supportUrl);
      assert.equal(await page.locator('#pay').count(), reader === 'unknown' ? 1 : 0);
      await visitor.leave();
    });
  });
}

test('the bar of the demo changes who reads, without script as well', async () => {
  for (const view of VIEWS) {
    const visitor = await visit(browser, demo, { view });
    const page = await visitor.tab();
    await page.goto(demo.storyUrl);
    const bar = page.frameLocator('iframe.demo-bar');
    for (const name of ['in a listed country', 'in an unknown place', 'via Tor', 'in Germany']) {
      await bar.getByRole('button', { name }).click();
      await page.waitForURL(demo.storyUrl);
      const pressed = bar.locator('button[aria-pressed="true"]');
      await pressed.filter({ hasText: name }).waitFor();
    }
    await visitor.leave();
  }
});
