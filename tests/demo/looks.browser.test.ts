/**
 * Every kind of page at both widths, light and dark, left to right and right to left: axe finds nothing serious, nothing
 * scrolls sideways. The pages are visited with the content policy off, because axe works inside of the page; the journeys
 * beside this file visit them with it on.
 *
 * `TUPPENCE_PICTURES=folder` keeps a picture of each; `TUPPENCE_SCREENSHOTS=1` makes the two of the README anew.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, seriousFindings, type Visitor, visit } from './browser.ts';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import { give, numberOf } from './giver.ts';
import { factsOf, goToStoryEnd, payByCardButton } from './steps.ts';
import type { View } from './view.ts';

const PICTURES = process.env.TUPPENCE_PICTURES;
const README_PICTURES = join(import.meta.dirname, '../../docs/screenshots');

/**
 * Both widths, both themes; with script, since axe needs it. A page is opened once and looked at in all four ways: width and
 * theme are the style sheet's business, and opening everything four times took two minutes more. In the dark only the
 * colours are new, so only those are judged again.
 */
const LOOKS: readonly View[] = [
  { width: 320, script: true, dark: false },
  { width: 320, script: true, dark: true },
  { width: 1280, script: true, dark: false },
  { width: 1280, script: true, dark: true },
];

let place: DemoPlace;
let demo: DemoProcess;
let browser: Browser;
let deskSession: Awaited<ReturnType<Visitor['context']['storageState']>>;
/** One story per language. */
const stories = new Map<string, string>();
let correctedStory = '';

before(async () => {
  place = await demoPlace();
  demo = await startDemo(place);
  browser = await launchBrowser();
  const visitor = await look();
  const page = await visitor.tab();
  await page.goto(demo.deskUrl);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.waitForURL('**/desk');
  deskSession = await visitor.context.storageState();
  await page.goto(`${demo.origin}/corrections`);
  correctedStory =
    (await page.locator('main a[href^="/story/"]').first().getAttribute('href')) ?? '';
  await page.goto(demo.frontUrl);
  for (const link of await page.locator('main a[href^="/story/"]').all()) {
    const language = await link.evaluate((element) =>
      element.closest('[lang]')?.getAttribute('lang'),
    );
    if (typeof language === 'string' && !stories.has(language)) {
      stories.set(language, (await link.getAttribute('href')) ?? '');
    }
  }
  assert.deepEqual([...stories.keys()].sort(), ['ar', 'en', 'ru']);
  await visitor.leave();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  await place?.close();
});

/** How a page is opened, before it is looked at in every way. */
const FIRST: View = { width: 320, script: true, dark: false };

const look = (
  as: { readonly view?: View; readonly session?: typeof deskSession } = {},
): Promise<Visitor> =>
  visit(browser, demo, {
    view: as.view ?? FIRST,
    bypassCSP: true,
    ...(as.session === undefined ? {} : { storageState: as.session }),
  });

/** Says what is wrong with the page as it stands, in every look, and keeps its pictures. */
async function see(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const view of LOOKS) {
    await wear(page, view);
    found.push(...(await seeOnce(page, name, view)));
  }
  await wear(page, FIRST);
  return found;
}

async function wear(page: Page, view: View): Promise<void> {
  await page.setViewportSize({ width: view.width, height: view.width === 320 ? 640 : 900 });
  await page.emulateMedia({ colorScheme: view.dark ? 'dark' : 'light' });
}

async function seeOnce(page: Page, name: string, view: View): Promise<readonly string[]> {
  const file = `${name}-${view.width}-${view.dark ? 'dark' : 'light'}`;
  if (PICTURES !== undefined) {
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${file}.png`), fullPage: true });
  }
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  const judged = await seriousFindings(page, view.dark ? ['color-contrast'] : 'all');
  const findings = judged.map((finding) => `${file}: ${finding}`);
  return wide > 0 ? [`${file} scrolls sideways by ${wide} px`, ...findings] : findings;
}

const LANGUAGES = ['en', 'ru', 'ar'] as const;
const STORIES_PLACES = ['/stories', '/section/culture', '/corrections'] as const;

/** Pages that an address opens: name and path. */
function openPages(): readonly (readonly [string, string])[] {
  return [
    ['front', '/'],
    ...STORIES_PLACES.map((path) => [path.slice(1).replace('/', '-'), path] as const),
    ['missing', '/story/no-such-story'],
    ['story-corrected', correctedStory],
    ...[...stories].map(([language, path]) => [`story-${language}`, path] as const),
    ...LANGUAGES.flatMap((language) =>
      (['support', 'safely', 'manage', 'stop', 'forget', 'later'] as const).map(
        (page) => [`${page}-${language}`, `/${page}?language=${language}`] as const,
      ),
    ),
    ...LANGUAGES.map((language) => [`frame-${language}`, `/note/frame/${language}`] as const),
    ['demo', '/demo'],
    ['thanks-unknown', '/thanks/01a210c8-a133-7f2d-8f4d-dc89661e93c8'],
  ];
}

describe('in every look', { concurrency: 2 }, () => {
  test('pages that an address opens', async () => {
    const visitor = await look();
    visitor.expectStatus(404);
    const page = await visitor.tab();
    const findings: string[] = [];
    for (const [name, path] of openPages()) {
      await page.goto(demo.origin + path);
      findings.push(...(await see(page, name)));
    }
    assert.deepEqual(findings, []);
    await visitor.leave();
  });

  test('the letter in all of its states, in each language', async () => {
    const findings: string[] = [];
    for (const [language, path] of stories) {
      const visitor = await look();
      const page = await visitor.tab();
      await page.goto(demo.origin + path);
      await goToStoryEnd(page, FIRST);
      const note = page.locator('tuppence-note');
      await note.locator('button.main').waitFor();
      findings.push(...(await see(page, `letter-${language}`)));
      await note.locator('button').nth(1).click();
      await note.locator('form').waitFor();
      findings.push(...(await see(page, `letter-later-${language}`)));
      await note.locator('form button.plain').click();
      await note.locator('details').waitFor();
      await note.locator('summary').click();
      findings.push(...(await see(page, `letter-open-${language}`)));
      await visitor.leave();
    }
    assert.deepEqual(findings, []);
  });

  test('a gift from the form with mistakes to the number', async () => {
    const findings: string[] = [];
    for (const language of ['en', 'ar'] as const) {
      const visitor = await look();
      for (const status of [409, 422]) visitor.expectStatus(status);
      const page = await visitor.tab();
      const seen = async (name: string) => {
        findings.push(...(await see(page, `${name}-${language}`)));
      };
      await page.goto(`${demo.origin}/support?language=${language}`);
      await page.locator('#other').fill('a cup of tea');
      await page.locator('#pay').click();
      await page.locator('.error-summary').waitFor();
      await seen('support-errors');
      await page.locator('#every-month').check();
      await page.locator('#other').fill('10,00');
      await page.locator('#pay').click();
      await page.locator('[role="status"] button').first().waitFor();
      await seen('support-question');
      await page.locator('[role="status"] button').first().click();
      await page.waitForURL('**/pay/**');
      await seen('bank-pay');
      await payByCardButton(page, 'declined');
      await page.locator('.error-summary').waitFor();
      await seen('bank-declined');
      await payByCardButton(page, 'pays');
      await page.waitForURL('**/thanks/**');
      await seen('thanks');
      await page.locator('form[action$="/number"] button').click();
      await page.locator('p.number').waitFor();
      await seen('number');
      await visitor.leave();
    }
    assert.deepEqual(findings, []);
  });

  test('what a supporter can do', async () => {
    const { giftId } = await give(demo.origin, { every: 'month', other: '6' });
    const number = await numberOf(demo.origin, giftId);
    const visitor = await look();
    const page = await visitor.tab();
    const findings: string[] = [];
    const overview = async () => {
      await page.goto(`${demo.origin}/manage`);
      await page.locator('#number').fill(number);
      await page.locator('form button').first().click();
      await page.locator('table').waitFor();
    };
    await overview();
    findings.push(...(await see(page, 'manage-overview')));
    for (const step of ['amount', 'pause', 'stop', 'forget'] as const) {
      await overview();
      await page.locator(`button[formaction="/manage/${step}"]`).click();
      await page.waitForURL(`**/manage/${step}`);
      findings.push(...(await see(page, `manage-${step}`)));
    }
    assert.deepEqual(findings, []);
    await visitor.leave();
  });

  test('a gift that is taken back, in each language', async () => {
    const findings: string[] = [];
    for (const language of LANGUAGES) {
      const { giftId, thanks } = await give(demo.origin, { every: 'month', other: '6' });
      const number = await numberOf(demo.origin, giftId);
      const visitor = await look();
      const page = await visitor.tab();
      const address = `${thanks.split('?')[0]}?language=${language}`;
      await page.goto(address);
      await page.locator('form[action="/manage/undo"] #number').fill(number);
      await page.locator('form[action="/manage/undo"] button').click();
      await page.locator('button[name="confirm"]').first().waitFor();
      findings.push(...(await see(page, `undo-${language}`)));
      await page.locator('button[value="go-on"]').click();
      await page.waitForURL('**/manage/undo');
      findings.push(...(await see(page, `undone-${language}`)));
      await page.locator('form[action="/manage"] button').click();
      await page.locator('table').waitFor();
      findings.push(...(await see(page, `manage-undone-${language}`)));
      await page.goto(address);
      findings.push(...(await see(page, `thanks-undone-${language}`)));
      await visitor.leave();
    }
    assert.deepEqual(findings, []);
  });

  test('money at the desk', async () => {
    const { thanks } = await give(demo.origin, { every: 'month', other: '6' });
    const visitor = await look({ session: deskSession });
    for (const status of [400, 404]) visitor.expectStatus(status);
    const page = await visitor.tab();
    const findings: string[] = [];
    const seen = async (name: string) => {
      findings.push(...(await see(page, name)));
    };
    await page.goto(thanks);
    const reference = (await factsOf(page)).Reference ?? '';
    await page.goto(`${demo.origin}/desk/money`);
    await seen('desk-money');
    await page.goto(`${demo.origin}/desk/gifts?reference=FFFF-FFFF-FFFF`);
    await seen('desk-gift-none');
    await page.goto(`${demo.origin}/desk/gifts/${reference}`);
    const gift = page.url();
    await page.locator('#amount').fill('a cup of tea');
    await page.locator('form[method="post"] button').click();
    await page.locator('.error-summary').waitFor();
    await seen('desk-gift-wrong');
    await page.locator('#amount').fill('2');
    await page.locator('#reason').fill('asked by letter');
    await page.locator('form[method="post"] button').click();
    await page.locator('button[name="confirm"]').waitFor();
    await seen('desk-gift-confirm');
    await page.locator('button[name="confirm"]').click();
    await page.waitForURL('**said=done');
    await seen('desk-gift');
    const posting = page.locator('a[href^="/desk/money/posting/"]').first();
    // The fee of a gift is told by the listing, a moment after it.
    while ((await posting.count()) === 0) await page.goto(gift);
    await posting.click();
    await page.locator('#reason').fill('told by mistake');
    await seen('desk-posting');
    await page.locator('form[method="post"] button').click();
    await page.locator('button[name="confirm"]').waitFor();
    await seen('desk-posting-confirm');
    assert.deepEqual(findings, []);
    await visitor.leave();
  });

  test('the desk, and the bank for the curious', async () => {
    const visitor = await look({ session: deskSession });
    const page = await visitor.tab();
    const findings: string[] = [];
    for (const [name, address] of [
      ['desk', `${demo.origin}/desk`],
      ['letters', `${demo.origin}/demo/letters`],
      ['bank-books', demo.bankUrl],
      ['bank-issuers', new URL('/issuers', demo.bankUrl).href],
      ['bank-control', new URL('/control', demo.bankUrl).href],
    ] as const) {
      await page.goto(address);
      findings.push(...(await see(page, name)));
    }
    assert.deepEqual(findings, []);
    await visitor.leave();
  });
});

test('the pictures of the README', { skip: process.env.TUPPENCE_SCREENSHOTS !== '1' }, async () => {
  await mkdir(README_PICTURES, { recursive: true });
  const wide: View = { width: 1280, script: true, dark: false };
  const reader = await look({ view: wide });
  const story = await reader.tab();
  await story.goto(demo.storyUrl);
  await goToStoryEnd(story, wide);
  await story.locator('tuppence-note').getByRole('button', { name: 'Support us monthly' }).click();
  await story.locator('tuppence-note').evaluate((note) => note.scrollIntoView({ block: 'end' }));
  await story.evaluate('document.activeElement?.blur()');
  await story.screenshot({ path: join(README_PICTURES, 'story-end.png') });
  await reader.leave();

  const narrow: View = { width: 320, script: true, dark: false };
  const supporter = await look({ view: narrow });
  const thanks = await supporter.tab();
  await thanks.goto((await give(demo.origin, { every: 'month', other: '5' })).thanks);
  await thanks.setViewportSize({ width: 320, height: 1100 });
  await thanks.locator('header.masthead').evaluate((masthead) => masthead.scrollIntoView());
  await thanks.screenshot({ path: join(README_PICTURES, 'thanks.png') });
  await supporter.leave();
});
